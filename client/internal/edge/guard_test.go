package edge_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestGuardBelow(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	guard := func(allowed string, hosts ...string) *edge.Transport {
		g, err := netguard.New(netguard.Config{Hosts: hosts, AllowedPrefixes: []netip.Prefix{netip.MustParsePrefix(allowed)},
			Waivers: []waiver.Waiver{waiver.New(waiver.Loopback, "a test", time.Now().Add(time.Hour))}})
		testkit.NoError(t, err)
		return transport(t, edge.Config{TLS: trust, Dial: g.DialContext})
	}
	address := strings.TrimPrefix(url, "https://")
	var p edge.Proof
	resp, err := post(edge.WithProof(t.Context(), &p), guard("127.0.0.0/16", address), url, "prompt")
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, p.Endpoint.Level, netguard.LevelConnect)
	testkit.Equal(t, p.Endpoint.Dialled.String(), address)

	_, err = read(t, guard("127.10.0.0/16", address), url)
	refused(t, err, event.PrivateEndpoint, netguard.ErrOutsidePrefixes)
	testkit.ErrorIs(t, err, edge.ErrUnsent)
	testkit.True(t, strings.Contains(err.Error(), "outside the allowed prefixes"), err.Error())
	_, err = read(t, guard("127.0.0.0/16", "127.0.0.1"), url) // bound to port 443
	refused(t, err, event.EgressBlocked, netguard.ErrHost)
}
