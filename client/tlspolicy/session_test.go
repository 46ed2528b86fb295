package tlspolicy_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// TestSessionsAreBounded verifies more hosts than there is room for: the oldest go.
func TestSessionsAreBounded(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	var c clock
	config, err := tlspolicy.Without("", c.now)(r.trust())
	testkit.NoError(t, err)
	cache, chain := config.ClientSessionCache, append(r.leaf().chain(t), r.root.cert)
	host := func(i int) string { return fmt.Sprintf("h%d.example", i) }
	for i := range 70 {
		c.turn(1)
		cache.Put(host(i), &tls.ClientSessionState{})
		_, ok := cache.Get(host(i))
		testkit.True(t, !ok, "no session without a handshake that kept the rules")
		testkit.NoError(t, config.VerifyConnection(tls.ConnectionState{ServerName: host(i), VerifiedChains: [][]*x509.Certificate{chain}}))
		cache.Put(host(i), &tls.ClientSessionState{})
	}
	kept := 0
	for i := range 70 {
		if _, ok := cache.Get(host(i)); ok {
			kept++
			testkit.True(t, i >= 6, "the oldest go first")
		}
	}
	testkit.Equal(t, kept, 64)
	cache.Put(host(69), nil)
	_, ok := cache.Get(host(69))
	testkit.True(t, !ok, "a session can be thrown away")
	testkit.NoError(t, config.VerifyConnection(tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{chain}}))
	cache.Put("10.0.0.4", &tls.ClientSessionState{})
	_, ok = cache.Get("10.0.0.4")
	testkit.True(t, !ok, "an address has no session")
}
