package battery_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"time"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

// rowsWay are cases of DNS, CERT and TLS through a whole client. All cases of these families
// are played in the packages netguard and tlspolicy.
func rowsWay() []battery.Row {
	const zone = "contoso.privatelink.openai.azure.com"
	refused := func(class battery.Class) battery.Want { return battery.Want{Class: class, Final: true} }
	record := func(r clienttest.Record) func(*battery.Bench) {
		return configured(func(b *battery.Bench) {
			if r.Addrs == nil {
				r.Addrs = []netip.Addr{b.Server.Addr().Addr()}
			}
			b.Azure.SetRecord(b.Azure.Host(), r)
		})
	}
	return []battery.Row{
		{ID: "DNS-02", Case: "no chain", Setup: record(clienttest.Record{}), Want: refused(battery.Chain)},
		{ID: "DNS-03", Case: "chain, then a public address", Setup: configured(outside), Want: refused(battery.Address)},
		{ID: "DNS-09", Case: "an address of another owner", Setup: record(clienttest.Record{Chain: []string{zone}, Owner: "evil.example"}), Want: refused(battery.Chain)},
		{ID: "DNS-12", Case: "NXDOMAIN", Setup: record(clienttest.Record{Fault: clienttest.NXDomain}), Want: refused(battery.Missing)},
		{ID: "DNS-13", Case: "SERVFAIL", Setup: record(clienttest.Record{Fault: clienttest.ServFail}), Want: refused(battery.ServerFailed)},
		{ID: "DNS-18", Case: "a zone within another", Setup: record(clienttest.Record{Chain: []string{zone + ".evil.example"}}), Want: refused(battery.Chain)},
		{ID: "DNS-38", Case: "rebound after the first call", Setup: rebinding, Call: five, Want: battery.Want{Class: battery.Address, Sends: 1, Events: 4, Final: true}},
		{ID: "CERT-03", Case: "expired", Plain: battery.PlainChat, Setup: certified(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), Want: refused(battery.Certificate)},
		{ID: "CERT-05", Case: "another name", Plain: battery.PlainChat, Setup: certified(func(c *x509.Certificate) { c.DNSNames = []string{"evil.example"} }), Want: refused(battery.Certificate)},
		{ID: "CERT-25", Case: "of a client", Plain: battery.PlainChat, Setup: certified(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), Want: refused(battery.Certificate)},
		{ID: "TLS-03", Case: "TLS 1.2 against 1.3", Plain: battery.PlainChat, Want: refused(battery.TLSVersion), Setup: session(func(b *battery.Bench, c *tls.Config) {
			b.Config.TLS.MinVersion, c.MaxVersion = tls.VersionTLS13, tls.VersionTLS12
		})},
		{ID: "TLS-05", Case: "CBC alone", Plain: battery.PlainChat, Want: refused(battery.TLSCipher), Setup: session(func(_ *battery.Bench, c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		})},
		{ID: "TLS-25", Case: "plain HTTP on the port", Plain: battery.PlainChat, Want: refused(battery.TLS), Setup: accepting(func(c net.Conn) {
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			_, _ = c.Read(make([]byte, 4096))
		})},
		{ID: "TLS-27", Case: "the handshake drips", Want: battery.Want{Class: battery.TLSTimeout, Within: short, Final: true}, Setup: func(b *battery.Bench) {
			b.Config.HandshakeTimeout = short
			accepting(func(c net.Conn) {
				for _, part := range []byte{22, 3, 3, 0, 200, 2, 0, 0, 196, 3, 3} {
					if _, err := c.Write([]byte{part}); err != nil {
						return
					}
					time.Sleep(step)
				}
				_, _ = c.Read(make([]byte, 4096))
			})(b)
		}},
		{ID: "TLS-28", Case: "no close_notify", Plain: battery.PlainChat, Want: battery.Want{Class: battery.Cut, Sends: 1}, Setup: func(b *battery.Bench) {
			b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(ok1, "\r\n", answer(b))
				c.Cut()
			})
		}},
	}
}

// outside puts a server with a valid certificate where the name leads in the Internet.
func outside(b *battery.Bench) {
	b.Stranger(b.Public(9), b.Server.Addr().Port())
	b.Lead(b.Public(9))
}

// rebinding makes the name lead to the endpoint once, and to the Internet after that.
func rebinding(b *battery.Bench) {
	b.Serve("http/1.1", nil)
	if !b.Hostile {
		return
	}
	b.Stranger(b.Public(9), b.Server.Addr().Port())
	chain := []string{"contoso.privatelink.openai.azure.com"}
	private := clienttest.Record{Chain: chain, Addrs: []netip.Addr{b.Server.Addr().Addr()}}
	// The first call makes two connections: one finds that the server does not speak HTTP/2.
	b.Azure.SetRecord(b.Azure.Host(), private, private, clienttest.Record{Chain: chain, Addrs: []netip.Addr{b.Public(9)}})
}

// five calls, each on a connection of its own; all but the first must fail.
func five(b *battery.Bench) error {
	if err := b.Chat(); err != nil || !b.Hostile {
		return err
	}
	b.Text = ""
	var last error
	for range 4 {
		if last = b.Chat(); last == nil {
			b.Error("a call after the rebinding succeeds")
		}
	}
	return last
}

// certified makes the endpoint show another certificate, if b.Hostile.
func certified(change func(*x509.Certificate)) func(*battery.Bench) {
	return func(b *battery.Bench) {
		c := b.TLS("h2", "http/1.1")
		if b.Hostile {
			c.Certificates = []tls.Certificate{b.Certificate(change)}
		}
		b.ServeConfig(hostile.Config{TLS: c})
	}
}

// session makes both sides of the handshake different, if b.Hostile.
func session(change func(*battery.Bench, *tls.Config)) func(*battery.Bench) {
	return func(b *battery.Bench) {
		c := b.TLS("h2", "http/1.1")
		if b.Hostile {
			change(b, c)
		}
		b.ServeConfig(hostile.Config{TLS: c})
	}
}

// accepting gives each connection to f before any handshake, if b.Hostile.
func accepting(f func(net.Conn)) func(*battery.Bench) {
	return func(b *battery.Bench) {
		c := hostile.Config{TLS: b.TLS("h2", "http/1.1")}
		if b.Hostile {
			c.Accept = f
		}
		b.ServeConfig(c)
	}
}
