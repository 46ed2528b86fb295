package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/guardrail"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A cage is a stand whose every word to the world is kept.
type cage struct {
	*stand
	*outlet

	set  *testkit.CanarySet
	file bytes.Buffer
	told bytes.Buffer // error texts
}

func newCage(t testing.TB, changes ...func(*client.Config)) *cage {
	t.Helper()
	k := &cage{outlet: newOutlet(), set: testkit.Canaries()}
	log, err := audit.Chained(&k.file, audit.Config{})
	testkit.NoError(t, err)
	k.stand = newStand(t, clienttest.Config{}, append(changes, func(cfg *client.Config) {
		k.wire(cfg)
		cfg.Audit = event.Sinks(log, k.sink(), loud{k.set.Text("sink"), cfg.Audit})
		cfg.Retry.MaxAttempts = 1
	})...)
	return k
}

// loud is a sink whose errors hold what must not be told.
type loud struct {
	Canary string

	event.Sink
}

func (l loud) Record(ctx context.Context, e event.Event) error {
	if err := l.Sink.Record(ctx, e); err != nil {
		return fmt.Errorf("%s: %w", l.Canary, leaky{l.Canary, err})
	}
	return nil
}

type leaky struct {
	Canary string
	Err    error
}

func (e leaky) Error() string { return e.Canary }
func (e leaky) Unwrap() error { return e.Err }

// call sends a request and keeps what its errors say. Those of net/http hold the URL, which
// is not ours to change: what is inside of them is.
func (k *cage) call(t testing.TB, req *http.Request) {
	t.Helper()
	_, _, err := do(k.client.HTTPClient(), req)
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var refusal *policy.RefusalError
	_ = errors.As(err, &refusal)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&k.told, verb+"\n", err)
		if refusal != nil {
			fmt.Fprintf(&k.told, verb+"\n", refusal)
		}
	}
}

// words are everything that was told.
func (k *cage) words(t testing.TB) []byte {
	return bytes.Join([][]byte{k.bytes(t), k.file.Bytes(), k.told.Bytes()}, []byte("\n"))
}

// Promise 3: a canary in every input is in no span, metric, log line, audit byte or error.
func TestCanaries(t *testing.T) {
	t.Parallel()
	panics := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		if call, _ := policy.CallOf(req.Context()); call.Caller.App == "panic" {
			panic(call.Caller.User)
		}
		return next(req)
	})
	rule := guardrail.Func(func(context.Context, *guardrail.Exchange) guardrail.Verdict { return guardrail.Allow() })
	k := newCage(t, func(cfg *client.Config) {
		cfg.PerCall, cfg.Rules = []policy.Policy{panics}, []guardrail.Rule{rule}
		cfg.Headers = []string{"X-Tag"}
	})
	plant := k.set.Text
	caller := policy.Caller{Tenant: plant("tenant"), User: plant("user"), App: plant("app")}
	ctx := policy.WithCaller(t.Context(), caller)
	body := func(more string) string {
		return `{"model":"gpt-4o","messages":[{"role":"system","content":"` + plant("system") + `"},{"role":"user","name":"` + plant("name") + `","content":"` + plant("prompt") +
			`"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"` + plant("function") + `","arguments":"{\"a\":\"` + plant("arguments") +
			`\"}"}}]},{"role":"tool","tool_call_id":"call_1","content":"` + plant("tool") + `"}],"tools":[{"type":"function","function":{"name":"f","description":"` + plant("description") +
			`"}}],"user":"` + plant("end user") + `","metadata":{"` + plant("key") + `":"` + plant("metadata") + `"}` + more + `}`
	}
	replies := []clienttest.Reply{
		{Text: plant("answer")},
		clienttest.Calls(clienttest.ToolCall{Name: plant("called"), Arguments: `{"a":"` + plant("answered") + `"}`}),
		{Body: `{"id":"chatcmpl-` + plant("id") + `","model":"` + plant("model") + `","choices":[{"index":0,"message":{"content":"a"},"finish_reason":"` + plant("finish") + `"}]}`,
			Header: http.Header{"X-Ms-Region": {plant("region")}, "X-Request-Id": {plant("request id")}, "Apim-Request-Id": {plant("apim id")}, "X-Echo": {plant("answer header")}}},
		{Status: 400, Body: `{"error":{"code":"` + plant("code") + `","type":"` + plant("type") + `","param":"` + plant("param") + `","message":"` + plant("message") + `","innererror":{"code":"` + plant("inner") + `"}}}`},
		{Status: 500, Body: "<html>" + plant("page")},
		{Body: `{"choices":` + plant("garbage")},
		events("event: " + plant("event name") + "\ndata: {\"choices\":[]}\n\n"),
		events("data: " + plant("event data") + "\n\n"),
		clienttest.Redirect(307, "https://"+plant("location")+".example/"),
	}
	for _, more := range []string{"", streamed} {
		for _, reply := range replies {
			k.azure.Script(clienttest.Model, reply)
			req := k.request(ctx, t, chat, body(more))
			req.Header.Set("X-Tag", plant("header"))
			req.Header.Set("Authorization", "Bearer "+plant("inbound token"))
			k.call(t, req)
		}
	}
	for _, req := range []*http.Request{
		k.request(ctx, t, chat+"?q="+plant("query"), body("")),
		k.request(ctx, t, "/openai/v1/"+plant("path"), body("")),
		k.request(ctx, t, chat, strings.Replace(body(""), "gpt-4o", plant("deployment")+"/x", 1)),
		k.request(ctx, t, chat, body(`,"a":`+plant("bad JSON"))),
		k.request(ctx, t, chat, body(`,"user":"twice"`)),
		k.request(policy.WithCaller(t.Context(), policy.Caller{App: "panic", User: plant("panic")}), t, chat, body("")),
	} {
		k.call(t, req)
	}
	req := k.request(ctx, t, chat, body(""))
	req.Header.Set("X-"+plant("header name"), plant("header value"))
	k.call(t, req)
	k.audit.failing.Store(true)
	k.call(t, k.request(ctx, t, chat, body("")))
	k.call(t, k.request(ctx, t, chat, body("")))

	words := k.words(t)
	testkit.DeepEqual(t, k.set.Find(words), []string(nil))
	for _, word := range []string{"chat gpt-4o", "gen_ai.client.operation.duration", "policy_failed", "route_unknown", "stream_invalid", "redirect_blocked", "not_recorded", "request.completed"} {
		testkit.True(t, bytes.Contains(words, []byte(word)), "the world is told "+word)
	}
}

// TestCanariesAreFound is the negative control: a policy of the application that tells what
// it sees is seen.
func TestCanariesAreFound(t *testing.T) {
	t.Parallel()
	k := newCage(t)
	_, err := k.lines.WriteString(k.set.Text("prompt"))
	testkit.NoError(t, err)
	testkit.True(t, len(k.set.Find(k.words(t))) > 0, "the canary")
}
