package tlspolicy_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// protocol are the rows about TLS itself.
func (r *realm) protocol() []row {
	leaf := r.leaf()
	strict := r.trust(func(c *tlspolicy.Config) { c.MinVersion = tls.VersionTLS13 })
	quantum := r.trust(func(c *tlspolicy.Config) { c.RequirePostQuantum = true })
	between := func(lowest, highest uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.MinVersion, c.MaxVersion = lowest, highest }
	}
	suite := func(id uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{id} }
	}
	groups := func(ids ...tls.CurveID) func(*tls.Config) {
		return func(c *tls.Config) { c.CurvePreferences = ids }
	}
	all := []row{
		{id: "TLS 1.3", server: answer(leaf), client: r.trust(), see: spoken(tls.VersionTLS13, tls.X25519MLKEM768)},
		{id: "TLS-01 server TLS 1.0", server: answer(leaf, between(tls.VersionTLS10, tls.VersionTLS10)), client: r.trust(), want: tlspolicy.ErrVersion},
		{id: "TLS-01 server TLS 1.1", server: answer(leaf, between(tls.VersionTLS11, tls.VersionTLS11)), client: r.trust(), want: tlspolicy.ErrVersion},
		{id: "TLS-01 server chooses TLS 1.1", raw: chooses(tls.VersionTLS11, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, ""), client: r.trust(), want: tlspolicy.ErrVersion},
		{id: "TLS-03 server TLS 1.2, policy 1.3", hole: true, server: answer(leaf, between(tls.VersionTLS12, tls.VersionTLS12)), client: strict, want: tlspolicy.ErrVersion},
		{id: "TLS-04 server TLS 1.2", server: answer(leaf, between(tls.VersionTLS12, tls.VersionTLS12)), client: r.trust(), see: spoken(tls.VersionTLS12, tls.X25519)},
		{id: "TLS-05 server chooses what was not offered", raw: chooses(tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA, ""), client: r.trust(), want: tlspolicy.ErrCipher},
		{id: "TLS-10 downgrade sentinel of 1.3", raw: chooses(tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "DOWNGRD\x01"), client: r.trust(), want: tlspolicy.ErrDowngrade},
		{id: "TLS-10 downgrade sentinel of 1.2", raw: chooses(tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "DOWNGRD\x00"), client: r.trust(), want: tlspolicy.ErrDowngrade},
		{id: "TLS-11 server X25519, policy post-quantum", hole: true, server: answer(leaf, groups(tls.X25519)), client: quantum, want: tlspolicy.ErrPostQuantum},
		{id: "TLS-11 server TLS 1.2, policy post-quantum", hole: true, server: answer(leaf, between(tls.VersionTLS12, tls.VersionTLS12)), client: quantum, want: tlspolicy.ErrVersion},
		{id: "TLS-11 the group is judged too", server: answer(leaf, groups(tls.X25519)), client: quantum, want: tlspolicy.ErrPostQuantum,
			tamper: func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.X25519} }},
		{id: "TLS-11 nothing else is offered", server: answer(leaf), client: quantum, see: offered(tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024)},
		{id: "TLS-11 hybrids come first", server: answer(leaf), client: r.trust(),
			see: offered(tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024, tls.X25519, tls.CurveP256, tls.CurveP384)},
		{id: "TLS-05 P-521 only", hole: true, server: answer(leaf, groups(tls.CurveP521)), client: r.trust(), want: tlspolicy.ErrCipher},
		{id: "TLS-25 plain HTTP", raw: plainHTTP, client: r.trust(), want: tlspolicy.ErrHandshake},
		{id: "TLS-25 closes at once", raw: func(net.Conn) {}, client: r.trust(), want: tlspolicy.ErrHandshake},
		{id: "TLS-27 handshake drip", raw: drip, client: r.trust(), within: 100 * time.Millisecond, want: context.DeadlineExceeded},
		{id: "TLS-15 HelloRequest", run: r.helloRequest(leaf)},
		{id: "TLS ALPN", server: answer(leaf), client: r.trust(), see: func(s seen) error {
			if s.state.NegotiatedProtocol != "h2" {
				return fmt.Errorf("ALPN is %q", s.state.NegotiatedProtocol)
			}
			return nil
		}},
		{id: "TLS roots are ours alone", server: answer(issue(r.t, r.stranger, ec(r.t), false)), client: r.trust(), want: tlspolicy.ErrCertificate},
	}
	for _, group := range []tls.CurveID{tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024} {
		all = append(all, row{id: "TLS-11 server " + group.String(), server: answer(leaf, groups(group)), client: quantum, see: spoken(tls.VersionTLS13, group)})
	}
	weak, rsaLeaf := []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_GCM_SHA256}, r.keyed(rsaKey(r.t, 2048))
	for i, id := range weak {
		all = append(all, row{id: "TLS-05 " + tls.CipherSuiteName(id), hole: i < 2, server: answer(rsaLeaf, suite(id)), client: r.trust(), want: tlspolicy.ErrCipher})
	}
	for _, id := range []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256} {
		all = append(all, row{id: "TLS-04 " + tls.CipherSuiteName(id), server: answer(rsaLeaf, suite(id)), client: r.trust(), see: spoken(tls.VersionTLS12, tls.X25519)})
	}
	return append(all, r.clients(leaf)...)
}

// spoken wants a version and a group.
func spoken(version uint16, group tls.CurveID) func(seen) error {
	return func(s seen) error {
		if s.state.Version != version || s.state.CurveID != group {
			return fmt.Errorf("%s with %v", tls.VersionName(s.state.Version), s.state.CurveID)
		}
		return nil
	}
}

// offered wants the client to have offered these groups, in their order, and no weak suite.
func offered(groups ...tls.CurveID) func(seen) error {
	return func(s seen) error {
		if !slices.Equal(s.hello.SupportedCurves, groups) {
			return fmt.Errorf("offered are %v", s.hello.SupportedCurves)
		}
		return nil
	}
}

// clients are the rows about client certificates.
func (r *realm) clients(leaf *node) (all []row) {
	own := issue(r.t, r.middle, ec(r.t), false, usage(x509.ExtKeyUsageClientAuth))
	shown := &tls.Certificate{Certificate: own.path, PrivateKey: own.key}
	asking := answer(leaf, func(c *tls.Config) { c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, pool(r.root) })
	older := asking.Clone()
	older.MaxVersion = tls.VersionTLS12
	stranger := asking.Clone()
	stranger.ClientCAs = pool(r.stranger)
	add := func(id string, server *tls.Config, source func(context.Context) (*tls.Certificate, error), want error) {
		all = append(all, row{id: "TLS client certificate " + id, server: server, want: want, later: true, client: r.trust(func(c *tlspolicy.Config) { c.ClientCertificate = source })})
	}
	gives := func(c *tls.Certificate) func(context.Context) (*tls.Certificate, error) {
		return func(ctx context.Context) (*tls.Certificate, error) { return c, ctx.Err() }
	}
	failing := func(context.Context) (*tls.Certificate, error) { return shown, errors.New(peerWord) }
	of := func(n *node) *tls.Certificate { return &tls.Certificate{Certificate: n.path, PrivateKey: n.key} }
	expired := issue(r.t, r.middle, ec(r.t), false, usage(x509.ExtKeyUsageClientAuth), valid(time.Now().Add(-time.Hour), time.Now().Add(-time.Minute)))
	weak := issue(r.t, r.middle, rsaKey(r.t, 1024), false, usage(x509.ExtKeyUsageClientAuth))
	add("shown", asking, gives(shown), nil)
	add("shown in TLS 1.2", older, gives(shown), nil)
	add("of an authority that the server does not name", stranger, gives(shown), tlspolicy.ErrClientCertificate)
	add("none given", asking, gives(nil), tlspolicy.ErrClientCertificate)
	add("empty", asking, gives(&tls.Certificate{}), tlspolicy.ErrClientCertificate)
	add("without a chain", asking, gives(&tls.Certificate{PrivateKey: own.key}), tlspolicy.ErrClientCertificate)
	add("without a key", asking, gives(&tls.Certificate{Certificate: own.path}), tlspolicy.ErrClientCertificate)
	add("wished for, but there is no source", answer(leaf, func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }), nil, nil)
	add("expired", asking, gives(of(expired)), tlspolicy.ErrClientCertificate)
	add("weak", asking, gives(of(weak)), tlspolicy.ErrClientCertificate)
	add("unreadable", asking, gives(&tls.Certificate{Certificate: [][]byte{[]byte(peerWord)}, PrivateKey: own.key}), tlspolicy.ErrClientCertificate)
	add("source fails", asking, failing, tlspolicy.ErrClientCertificate)
	add("source panics", asking, func(context.Context) (*tls.Certificate, error) { panic(peerWord) }, tlspolicy.ErrClientCertificate)
	return append(all, r.unshown(asking, shown))
}

// unshown is a server that breaks a rule and asks for a certificate: it must not see one.
func (r *realm) unshown(asking *tls.Config, shown *tls.Certificate) row {
	return row{id: "TLS client certificate not for whom the pins refuse", run: func(t testing.TB, b func(func() time.Time) build) error {
		var asked atomic.Int64
		config, err := b(nil)(r.trust(func(c *tlspolicy.Config) {
			c.Pins = []tlspolicy.Pin{{1}, {2}}
			c.ClientCertificate = func(context.Context) (*tls.Certificate, error) { asked.Add(1); return shown, nil }
		}))
		testkit.NoError(t, err)
		stand := serve(t, asking, nil)
		defer stand.stop()
		if _, err = shake(t, stand.address, config, 0); !errors.Is(err, tlspolicy.ErrPinMismatch) {
			return fmt.Errorf("not refused by the pins: %w", err)
		}
		if asked.Load() != 0 {
			return errors.New("the source was asked")
		}
		return nil
	}}
}
