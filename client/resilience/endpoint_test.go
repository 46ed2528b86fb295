package resilience_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Any number of hosts is survived, in bounded memory.
func TestManyHosts(t *testing.T) {
	t.Parallel()
	srv := &service{script: []reply{{status: 200}}}
	rt := policy.Chain(srv, resilience.Retry(resilience.RetryConfig{}), resilience.Breaker(resilience.BreakerConfig{}))
	for i := range 1000 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("https://host-%d/", i), nil)
		testkit.NoError(t, err)
		resp, err := rt.RoundTrip(req)
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
	}
	testkit.Equal(t, len(srv.bodies), 1000)
}
