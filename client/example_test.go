package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An endpoint is all that a client must be told. Everything else has a strict default: the
// identity of the machine, a private address, redaction, quotas, a record of each call.
func ExampleNew() {
	c, err := client.New(client.Config{
		Endpoint:    "https://contoso.openai.azure.com",
		Credentials: credentials.Config{Source: credentials.Managed, Lookup: bare},
		Audit:       event.Discard{}, // the default is a line of slog
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	fmt.Println(c.BaseURL()) // for an SDK, with c.HTTPClient()
	// Output: https://contoso.openai.azure.com/openai/v1/
}

// Every fault of a configuration is told at once.
func ExampleConfig_Validate() {
	err := client.Config{
		Endpoint:    "http://contoso.openai.azure.com",
		Credential:  token("of the application"),
		Credentials: credentials.Config{Lookup: bare},
		Network:     client.Network{AllowedPrefixes: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}},
		Waivers:     []client.Waiver{unsafeallow.Loopback("it is quicker", time.Now().Add(time.Hour))},
	}.Validate()
	var faults *client.ConfigError
	if errors.As(err, &faults) {
		for _, fault := range faults.Faults {
			fmt.Println(fault)
		}
	}
	// Output:
	// Endpoint is not https
	// Waivers[0] waives loopback, which the production profile does not take
	// Network.AllowedPrefixes[0] is not valid: /0 is the whole Internet
}

// A halted client refuses everything, until a check shows that all is well again.
func ExampleClient_Halt() {
	azure, err := clienttest.Start(clienttest.Config{}) // in a test: clienttest.New(t, ...)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer azure.Close()
	cfg := client.Config{
		Endpoint:   azure.Endpoint(),
		Profile:    client.Test,
		Credential: token(azure.Token("https://cognitiveservices.azure.com")),
		Network:    client.Network{AllowedPrefixes: []netip.Prefix{azure.Prefix()}, DNS: azure.DNS()},
		Audit:      event.Discard{},
		Waivers:    []client.Waiver{unsafeallow.Loopback("an example runs on a fake", time.Now().Add(time.Hour))},
	}
	cfg.TLS.Roots = azure.Roots()
	c, err := client.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	call := func() {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.BaseURL()+"chat/completions",
			strings.NewReader(`{"model":"gpt-4o","messages":[{"role":"user","content":"Hello"}]}`))
		if err != nil {
			fmt.Println(err)
			return
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := c.HTTPClient().Do(req)
		var refusal *policy.RefusalError
		if errors.As(err, &refusal) {
			fmt.Println(refusal)
			return
		}
		fmt.Println(resp.Status, resp.Body.Close())
	}
	call()
	fmt.Println(c.Halt("a key has leaked"))
	call()
	fmt.Println(c.Resume(context.Background()))
	call()
	// Output:
	// 200 OK <nil>
	// <nil>
	// sallyport: refused by gate: kill_switch: the client is halted
	// <nil>
	// 200 OK <nil>
}

// Check proves that a call could be made, without making one.
func ExampleClient_Check() {
	c, err := client.New(client.Config{
		Endpoint:    "https://contoso.openai.azure.com",
		Credential:  token("of the application"),
		Credentials: credentials.Config{Lookup: bare},
		Network:     client.Network{DNS: "127.0.0.1:1"}, // nobody answers there
		Audit:       event.Discard{},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	_, err = c.Check(context.Background())
	fmt.Println(policy.CodeOf(err))
	// Output: dns_failure
}
