package openaiv3_test

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Options of a call that would lead it elsewhere, or take something along, are refused
// before anything is sent.
func TestRefusedOptions(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	secret := testkit.Canaries().Text("option")
	for _, tt := range []struct {
		name string
		want event.Code
		opt  option.RequestOption
	}{
		{"another host", event.HostBlocked, option.WithBaseURL("https://collector.example/openai/v1/")},
		{"another port", event.HostBlocked, option.WithBaseURL("https://" + p.azure.Host() + ":444/openai/v1/")},
		{"an address", event.HostBlocked, option.WithBaseURL("https://" + p.azure.PublicAddr().String() + "/openai/v1/")},
		{"plain http", event.SchemeBlocked, option.WithBaseURL(strings.Replace(p.client.BaseURL(), "https", "http", 1))},
		{"another path", event.RouteUnknown, option.WithBaseURL(p.azure.Endpoint() + "/anything/")},
		{"a path with an escape", event.RouteUnknown, option.WithBaseURL(p.azure.Endpoint() + "/openai/v1/%2e%2e/")},
		{"a user", event.HostBlocked, option.WithBaseURL(strings.Replace(p.client.BaseURL(), "https://", "https://jane:"+secret+"@", 1))},
		{"a header", event.HeaderBlocked, option.WithHeader("X-Note", secret)},
		{"a header added", event.HeaderBlocked, option.WithHeaderAdd("X-Note", secret)},
		{"the host as a header", event.HeaderBlocked, option.WithHeader("Host", "collector.example")},
		{"a cookie", event.HeaderBlocked, option.WithHeader("Cookie", secret)},
		{"a proxy's credential", event.HeaderBlocked, option.WithHeader("Proxy-Authorization", secret)},
		{"spillover", event.HeaderBlocked, option.WithHeader("x-ms-spillover-deployment", "gpt-4o-mini")},
		{"an upgrade", event.UpgradeBlocked, option.WithHeader("Upgrade", "websocket")},
		{"packed content", event.HeaderBlocked, option.WithHeader("Content-Encoding", "gzip")},
		{"another type", event.TypeUnknown, option.WithHeader("Content-Type", "text/plain")},
		{"a query", event.RouteUnknown, option.WithQuery("note", secret)},
		{"a second api-version", event.RouteUnknown, option.WithQueryAdd("api-version", "preview&api-version=2")},
		{"a foreign data source", event.BodyField, option.WithJSONSet("data_sources", []any{map[string]any{
			"type": "azure_search", "parameters": map[string]any{"endpoint": "https://collector.example"}}})},
		{"an image", event.BodyMedia, option.WithJSONSet("messages.0.content", []any{map[string]any{
			"type": "image_url", "image_url": map[string]any{"url": "https://collector.example/" + secret}}})},
		{"a body with a name twice", event.BodyDuplicateName, option.WithRequestBody("application/json",
			[]byte(`{"model":"gpt-4o","messages":[],"messages":[{"role":"user","content":"`+person+`"}]}`))},
		{"a body that is no JSON", event.BodyInvalid, option.WithRequestBody("application/json", strings.NewReader("To "+person))},
		{"a body as a form", event.TypeUnknown, option.WithRequestBody("application/x-www-form-urlencoded", strings.NewReader("to="+person))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := p.ai.Chat.Completions.New(t.Context(), question(letter), tt.opt)
			wantRefusal(t, err, tt.want)
			testkit.True(t, !strings.Contains(err.Error(), person), "the error does not quote the prompt")
		})
	}
	testkit.Equal(t, len(p.azure.Journal()), 0)
}

// Options that change the call within its bounds have their way, and what they add is
// redacted like everything else.
func TestOptionsOnTheWire(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	canaries := testkit.Canaries()
	canaries.Add("person", person)
	for _, tt := range []struct {
		name string
		opt  option.RequestOption
	}{
		{"another key", option.WithAPIKey(canaries.Text("key"))},
		{"an admin key", option.WithAdminAPIKey(canaries.Text("admin"))},
		{"an organisation", option.WithOrganization(canaries.Text("organisation"))},
		{"a project", option.WithProject(canaries.Text("project"))},
		{"an authorization", option.WithHeader("Authorization", "Bearer "+canaries.Text("authorization"))},
		{"an api-key", option.WithHeader("api-key", canaries.Text("apikey"))},
		{"a user agent", option.WithHeader("User-Agent", canaries.Text("agent"))},
		{"a trace", option.WithHeader("traceparent", canaries.Text("trace"))},
		{"a field of the SDK's", option.WithHeader("X-Stainless-Lang", canaries.Text("stainless"))},
		{"a field", option.WithJSONSet("user", person)},
		{"a field that nobody knows", option.WithJSONSet("note.to.0.self", "write to "+person)},
		{"metadata", option.WithJSONSet("metadata", map[string]string{"to": person})},
		{"another prompt", option.WithJSONSet("messages.0.content", "I am "+person)},
		{"parts", option.WithJSONSet("messages.0.content", []any{map[string]any{"type": "text", "text": "I am " + person}})},
		{"a body of its own", option.WithRequestBody("application/json; charset=utf-8",
			strings.NewReader(`{"model":"gpt-4o","messages":[{"role":"user","content":"I am jane\u002emuster@example.com"}]}`))},
		{"a version", option.WithQuery("api-version", "preview")},
		{"the way over the deployments", option.WithBaseURL(p.azure.Endpoint() + "/openai/deployments/gpt-4o/")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.azure.Forget()
			opts := []option.RequestOption{tt.opt}
			if strings.Contains(tt.name, "deployments") {
				opts = append(opts, option.WithQuery("api-version", "2024-10-21"))
			}
			answer, err := p.ai.Chat.Completions.New(t.Context(), question("I am "+person), opts...)
			testkit.NoError(t, err)
			testkit.True(t, strings.Contains(answer.Choices[0].Message.Content, "I am "+person), "the answer is restored")
			journal := p.azure.Journal()
			testkit.Equal(t, len(journal), 1)
			testkit.DeepEqual(t, canaries.Find(journal.Bytes()), []string(nil))
		})
	}
}

// Paths that climb out of the API are judged by where they lead.
func TestExecute(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	for _, tt := range []struct {
		path string
		want event.Code // empty: the SDK itself refuses
	}{
		{"../../x", event.RouteUnknown},
		{"../../openai/v1/../../x", event.RouteUnknown},
		{"..%2f..%2fx", event.RouteUnknown},
		{"fortune-telling", event.RouteUnknown},
		{"models?x=" + person, event.RouteUnknown},
		{"realtime/calls", event.RouteUnsupported},
		{"https://collector.example/v1/models", ""},
		{"//collector.example/v1/models", ""},
	} {
		t.Run(tt.path, func(t *testing.T) {
			var got any
			err := p.ai.Get(t.Context(), tt.path, nil, &got)
			if tt.want == "" {
				testkit.True(t, err != nil, "there is an error")
				return
			}
			wantRefusal(t, err, tt.want)
		})
	}
	testkit.Equal(t, len(p.azure.Journal()), 0)

	// One that stays within the table is redacted, whoever wrote the body.
	var answer openai.ChatCompletion
	body := `{"model":"gpt-4o","messages":[{"role":"user","content":"I am ` + person + `"}]}`
	testkit.NoError(t, p.ai.Post(t.Context(), "../v1/chat/completions", []byte(body), &answer))
	testkit.Equal(t, answer.Choices[0].Message.Content, "You wrote: I am "+person)
	testkit.True(t, !p.azure.Journal().Contains(person), "the address stays here")
}

// The name of a deployment becomes part of a path, so it cannot be just any text.
func TestModelIsNoPath(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{}, deployments)
	for _, model := range []string{"../../x", "gpt-4o/../../../x", "gpt 4o", "gpt-4o?a=b", "gpt%2f4o", person, strings.Repeat("a", 65), ""} {
		t.Run(model, func(t *testing.T) {
			params := question("Hello")
			params.Model = model
			_, err := p.ai.Chat.Completions.New(t.Context(), params)
			wantRefusal(t, err, event.BodyField)
		})
	}
	testkit.Equal(t, len(p.azure.Journal()), 0)
}

// The SDK does not retry by itself: what is refused, or has failed after the client's own
// retries, comes up once.
func TestNoRetries(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	p := open(t, clienttest.Config{}, func(cfg *client.Config) {
		cfg.PerCall = []policy.Policy{policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
			if calls.Add(1) == 1 {
				return nil, policy.Refuse("test", event.PolicyDenied, nil)
			}
			return next(req)
		})}
	})
	_, err := p.ai.Chat.Completions.New(t.Context(), question("Hello"))
	wantRefusal(t, err, event.PolicyDenied)
	testkit.Equal(t, calls.Load(), 1)

	// A header of the service's does not make it retry either.
	p.azure.Script(clienttest.Model, clienttest.Reply{Status: http.StatusBadRequest, Body: `{"error":{"message":"no"}}`, Header: http.Header{"X-Should-Retry": {"true"}}})
	_, err = p.ai.Chat.Completions.New(t.Context(), question("Hello"))
	testkit.True(t, err != nil, "there is an error")
	testkit.Equal(t, calls.Load(), 2)
}

// An SDK that is told to retry repeats what cannot succeed, and learns the same each time.
func TestMaxRetries(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	_, err := p.ai.Chat.Completions.New(t.Context(), question(letter), option.WithMaxRetries(1), option.WithHeader("X-Note", "x"))
	wantRefusal(t, err, event.HeaderBlocked)
	testkit.Equal(t, len(p.azure.Journal()), 0)

	// What is sent again, by whomever, is sent with the same care.
	p.azure.Script(clienttest.Model, clienttest.Reply{Status: http.StatusConflict, Body: `{"error":{"message":"busy"}}`})
	answer, err := p.ai.Chat.Completions.New(t.Context(), question(letter), option.WithMaxRetries(1))
	testkit.NoError(t, err)
	testkit.Equal(t, answer.Choices[0].Message.Content, "You wrote: "+letter)
	testkit.Equal(t, len(p.azure.Journal()), 2)
	testkit.True(t, !p.azure.Journal().Contains(person), "the address stays here")
}

// A call with a client of its own goes around ours, and has nothing to show there.
func TestHTTPClientOfTheCall(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	_, err := p.ai.Chat.Completions.New(t.Context(), question("Hello"), option.WithHTTPClient(p.azure.Client()))
	var failed *openai.Error
	testkit.True(t, errors.As(err, &failed), "the service answers")
	testkit.Equal(t, failed.StatusCode, http.StatusUnauthorized)
	sent := p.azure.Journal()[0].Header
	testkit.Equal(t, sent.Get("Authorization")+sent.Get("Api-Key"), "")
}

// What the SDK gives to the application, and prints, holds no credential.
func TestNoCredentialComesBack(t *testing.T) {
	t.Parallel()
	p := open(t, clienttest.Config{})
	var resp *http.Response
	_, err := p.ai.Chat.Completions.New(t.Context(), question("Hello"), option.WithResponseInto(&resp))
	testkit.NoError(t, err)
	testkit.Equal(t, resp.Request.Header.Get("Authorization"), "")

	p.azure.Script(clienttest.Model, clienttest.ContentFiltered())
	_, err = p.ai.Chat.Completions.New(t.Context(), question("Hello"))
	var failed *openai.Error
	testkit.True(t, errors.As(err, &failed), "the error of the service is the SDK's own")
	testkit.Equal(t, failed.Code, "content_filter")
	testkit.Equal(t, failed.Response.Request.Header.Get("Authorization"), "")
	testkit.True(t, !strings.Contains(string(failed.DumpRequest(true)), "Bearer"), "nor does a dump of the request")
}
