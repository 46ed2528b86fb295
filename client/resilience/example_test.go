package resilience_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/resilience"
)

// statuses is a service that answers with one status after the other.
func statuses(list ...int) policy.Policy {
	return policy.Func(func(req *http.Request, _ policy.Next) (*http.Response, error) {
		status := list[0]
		list = list[1:]
		header := http.Header{"Retry-After-Ms": {"1"}}
		return &http.Response{StatusCode: status, Header: header, Body: http.NoBody, Request: req}, nil
	})
}

// The service is busy once; the application never notices.
func ExampleRetry() {
	rt := policy.Chain(http.NewFileTransport(http.Dir("testdata")), resilience.Retry(resilience.RetryConfig{}), statuses(429, 200))
	resp, err := rt.RoundTrip(exampleRequest())
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = resp.Body.Close()
	fmt.Println(resp.StatusCode)
	// Output: 200
}

// After two failures the endpoint is left alone for a while.
func ExampleBreaker() {
	breaker := resilience.Breaker(resilience.BreakerConfig{MinCalls: 2})
	rt := policy.Chain(http.NewFileTransport(http.Dir("testdata")), breaker, statuses(500, 500, 200))
	for range 3 {
		resp, err := rt.RoundTrip(exampleRequest())
		if err != nil {
			var refusal *policy.RefusalError
			fmt.Println(errors.As(err, &refusal), refusal.Code, refusal.RetryAfter > 20*time.Second)
			continue
		}
		_ = resp.Body.Close()
		fmt.Println(resp.StatusCode)
	}
	// Output:
	// 500
	// 500
	// true circuit_open true
}

func ExampleRetryAfter() {
	header := http.Header{"Retry-After": {"2.5"}}
	fmt.Println(resilience.RetryAfter(header, time.Now()))
	// Output: 2.5s true
}

func exampleRequest() *http.Request {
	req, err := http.NewRequest(http.MethodGet, "https://contoso.openai.azure.com/openai/v1/models", strings.NewReader(""))
	if err != nil {
		return &http.Request{}
	}
	return req
}
