package resilience_test

import (
	"net/http"
	"testing"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// BenchmarkCleanCall is what retry and breaker add to a call that succeeds.
func BenchmarkCleanCall(b *testing.B) {
	ok := policy.Func(func(req *http.Request, _ policy.Next) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: req}, nil
	})
	retry, breaker := resilience.Retry(resilience.RetryConfig{}), resilience.Breaker(resilience.BreakerConfig{})
	for name, policies := range map[string][]policy.Policy{
		"bare": {ok}, "retry": {retry, ok}, "breaker": {breaker, ok}, "both": {retry, breaker, ok},
	} {
		b.Run(name, func(b *testing.B) {
			rt := policy.Chain(&service{}, policies...)
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "https://contoso.openai.azure.com/openai/v1/models", nil)
			testkit.NoError(b, err)
			req.Header.Set("Content-Type", "application/json")
			b.ReportAllocs()
			for b.Loop() {
				resp, err := rt.RoundTrip(req)
				if err != nil {
					b.Fatal(err)
				}
				_ = resp.Body.Close()
			}
		})
	}
}
