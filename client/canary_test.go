package client_test

import (
	"bytes"
	"context"
	"encoding/base64"
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
	"github.com/sallyport-go/sallyport/credentials"
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

// Nor is what belongs to the credential: key, name of the secret, tokens and their claims,
// the header of the identity endpoint, the claims of a challenge, and all that the vault,
// the identity endpoint and the account say about them.
func TestCanariesOfTheCredential(t *testing.T) {
	set := testkit.Canaries()
	plant := set.Text
	secret := strings.ReplaceAll(plant("secret name"), " ", "-")
	set.Add("secret name", secret)
	fake := clienttest.Config{Claims: map[string]any{"oid": plant("object"), "upn": plant("person")}, Secrets: map[string]string{secret: plant("key")}}
	for _, keyed := range []bool{false, true} {
		k := &cage{outlet: newOutlet(), set: set}
		log, err := audit.Chained(&k.file, audit.Config{})
		testkit.NoError(t, err)
		k.stand = newStand(t, fake)
		environ(t, k.azure)
		set.Add("identity header", k.azure.Env()["IDENTITY_HEADER"])
		k.stand = k.as(t, credentials.Config{Source: credentials.Managed, Guard: &credentials.Guard{}, Users: credentials.Users{Accept: true, MFA: true}}, func(cfg *client.Config) {
			k.wire(cfg)
			cfg.Audit = event.Sinks(log, k.sink())
			if keyed {
				cfg.KeyVault = client.KeyVault{Vault: k.azure.VaultURL(), Secret: secret}
			}
		})
		call := func(ctx context.Context) { k.call(t, k.request(ctx, t, chat, ask("hello"))) }
		call(t.Context())
		set.Add("token", strings.TrimPrefix(k.azure.Journal().On(clienttest.Model)[0].Header.Get("Authorization"), "Bearer "))
		answer := `{"error":{"code":"` + plant("code") + `","message":"` + plant("message") + `","innererror":{"code":"` + plant("inner") + `"}}}`
		challenge := http.Header{"Www-Authenticate": {`Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(`{"access_token":{"x":"`+plant("claims")+`"}}`)) + `"`}}
		for _, lane := range []clienttest.Lane{clienttest.AppIdentity, clienttest.Vault} {
			k.azure.Script(lane, clienttest.Reply{Status: 403, Body: answer, Times: clienttest.Forever})
		}
		k.azure.Script(clienttest.Model, clienttest.Reply{Status: 401, Body: answer, Header: challenge})
		call(t.Context())
		call(credentials.OnBehalfOf(t.Context(), credentials.NewSecret(plant("user token"))))
		call(credentials.OnBehalfOf(t.Context(), userToken(t, plant("method"))))
		k.azure.Unscript(clienttest.Vault)
		k.azure.Unscript(clienttest.AppIdentity)
		k.azure.Script(clienttest.AppIdentity, clienttest.Reply{Body: `{"access_token":"` + plant("odd token") + ` x","expires_on":"1"}`})
		call(t.Context())
		fmt.Fprintf(&k.told, "%v %+v", k.client, k.azure.Requests(clienttest.Model))
		words := k.words(t)
		testkit.DeepEqual(t, set.Find(words), []string(nil))
		testkit.True(t, bytes.Contains(words, []byte("credential_unavailable")), "the world is told that there was none")
		testkit.Equal(t, bytes.Contains(words, []byte("auth.credential_rotated")), keyed)
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
