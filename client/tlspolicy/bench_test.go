package tlspolicy_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// azureLike is a chain as those of Azure are, with authorities of RSA keys.
func azureLike(t testing.TB, bits int) (leaf, middle, root *node) {
	root = issue(t, nil, rsaKey(t, bits), true)
	middle = issue(t, root, rsaKey(t, bits+1), true) // another key, and hardly larger
	return issue(t, middle, ec(t), false), middle, root
}

func judged(t testing.TB, staple bool) (*tls.Config, tls.ConnectionState) {
	leaf, middle, root := azureLike(t, 2048)
	p := policy(t, tlspolicy.Config{Roots: pool(root), Pins: []tlspolicy.Pin{{1}, tlspolicy.PinOf(root.cert)}})
	state := tls.ConnectionState{
		ServerName: server, PeerCertificates: []*x509.Certificate{leaf.cert, middle.cert},
		VerifiedChains: [][]*x509.Certificate{{leaf.cert, middle.cert, root.cert}},
	}
	if staple {
		state.OCSPResponse = good(leaf, middle).der(t)
	}
	return p, state
}

// BenchmarkPins is the rule of the pins alone, at its worst: the root's, the last, fits.
func BenchmarkPins(b *testing.B) {
	leaf, middle, root := azureLike(b, 4096)
	check := tlspolicy.PinCheck(tlspolicy.Config{Pins: []tlspolicy.Pin{{1}, {2}, tlspolicy.PinOf(root.cert)}}, []*x509.Certificate{leaf.cert, middle.cert, root.cert})
	b.ReportAllocs()
	for b.Loop() {
		if err := check(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify is the cost of all rules for a chain of three with pins.
func BenchmarkVerify(b *testing.B) {
	for name, staple := range map[string]bool{"bare": false, "stapled": true} {
		b.Run(name, func(b *testing.B) {
			p, state := judged(b, staple)
			b.ReportAllocs()
			for b.Loop() {
				if err := p.VerifyConnection(state); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkHandshake is a whole handshake over loopback; "plain" is crypto/tls alone.
func BenchmarkHandshake(b *testing.B) {
	r := newRealm(b)
	leaf := r.leaf()
	full := policy(b, r.trust(func(c *tlspolicy.Config) { c.Pins = []tlspolicy.Pin{{1}, tlspolicy.PinOf(r.root.cert)} }))
	full.ClientSessionCache = nil
	for _, side := range []struct {
		name   string
		server *tls.Config
		client *tls.Config
	}{
		{"plain", answer(leaf), &tls.Config{RootCAs: pool(r.root)}},
		{"policy", answer(leaf), full},
		{"policy, stapled", stapling(leaf, good(leaf, r.middle).der(b)), full},
		{"policy, resumed", answer(leaf), policy(b, r.trust())},
	} {
		b.Run(side.name, func(b *testing.B) {
			stand := serve(b, side.server, nil)
			config := side.client.Clone()
			config.ServerName = server
			b.ReportAllocs()
			for b.Loop() {
				handshake(b, stand.address, config)
			}
			stand.stop()
		})
	}
}

func handshake(b *testing.B, address string, config *tls.Config) {
	c, err := net.Dial("tcp", address)
	testkit.NoError(b, err)
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	conn := tls.Client(c, config)
	if err := conn.Handshake(); err != nil {
		b.Fatal(err)
	}
	_, err = conn.Read(make([]byte, 1)) // with it comes the session ticket
	testkit.NoError(b, err)
	_ = conn.Close()
}

// TestAllocations holds the budgets of each new connection. Of a stapled one, two thirds are
// the signature's.
func TestAllocations(t *testing.T) {
	for name, row := range map[string]struct {
		staple bool
		budget float64
	}{"bare": {false, 2}, "stapled": {true, 240}} {
		t.Run(name, func(t *testing.T) {
			p, state := judged(t, row.staple)
			testkit.Allocs(t, row.budget, func() {
				if p.VerifyConnection(state) != nil {
					t.Error("refused")
				}
			})
		})
	}
	t.Run("pins", func(t *testing.T) {
		leaf, middle, root := azureLike(t, 2048)
		check := tlspolicy.PinCheck(tlspolicy.Config{Pins: []tlspolicy.Pin{{1}, tlspolicy.PinOf(root.cert)}}, []*x509.Certificate{leaf.cert, middle.cert, root.cert})
		testkit.Allocs(t, 0, func() {
			if check() != nil {
				t.Error("refused")
			}
		})
	})
}
