package policy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A policy of an application: nobody asks the service outside the working day.
func Example() {
	closed := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		call, _ := policy.CallOf(req.Context())
		if call.Operation == "chat" {
			return nil, policy.Refuse("office-hours", event.PolicyDenied, nil)
		}
		return next(req)
	})

	rt := policy.Chain(http.NewFileTransport(http.Dir("testdata")), closed)
	ctx := policy.WithCall(context.Background(), &policy.Call{Operation: "chat"})
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "https://contoso.openai.azure.com/openai/v1/chat/completions", strings.NewReader("{}"))
	resp, err := rt.RoundTrip(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	fmt.Println(errors.Is(err, policy.ErrRefused), policy.CodeOf(err))
	fmt.Println(err)
	// Output:
	// true policy_denied
	// sallyport: refused by office-hours: policy_denied: a rule denies it
}

func ExampleAsResponses() {
	halted := policy.Func(func(*http.Request, policy.Next) (*http.Response, error) {
		return nil, policy.Refuse("gate", event.KillSwitch, nil)
	})
	client := &http.Client{Transport: policy.AsResponses(policy.Chain(http.NewFileTransport(http.Dir("testdata")), halted))}

	resp, err := client.Get("https://contoso.openai.azure.com/openai/v1/models")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	fmt.Println(resp.StatusCode, resp.Header.Get("X-Should-Retry"), string(body))
	// Output:
	// 403 false {"error":{"message":"sallyport: refused by gate: kill_switch: the client is halted","type":"sallyport_refusal","param":null,"code":"kill_switch"}}
}
