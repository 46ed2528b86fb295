package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const (
	reason = "the tests run on a fake Azure"
	chat   = "/openai/v1/chat/completions"
	respo  = "/openai/v1/responses"
)

// A stand is a client in front of a fake Azure, and its audit log.
type stand struct {
	azure  *clienttest.Azure
	client *client.Client
	audit  *recorder
}

// newStand builds both. The changes are made to a configuration that works.
func newStand(t testing.TB, fake clienttest.Config, changes ...func(*client.Config)) *stand {
	t.Helper()
	s := &stand{azure: clienttest.New(t, fake), audit: &recorder{}}
	cfg := s.config()
	for _, change := range changes {
		change(&cfg)
	}
	var err error
	s.client, err = client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = s.client.Close() })
	return s
}

// config is one that works: the fake lies on loopback, has a resolver and an authority of
// its own, and the quotas are wide.
func (s *stand) config() client.Config {
	cfg := client.Config{
		Endpoint:   s.azure.Endpoint(),
		Profile:    client.Development,
		Credential: token(s.azure.Token("https://cognitiveservices.azure.com")),
		Network:    client.Network{AllowedPrefixes: []netip.Prefix{s.azure.Prefix()}, DNS: s.azure.DNS()},
		Limits:     plenty(),
		Audit:      s.audit,
		Waivers:    []client.Waiver{unsafeallow.Loopback(reason, time.Now().Add(time.Hour))},
	}
	cfg.TLS.Roots = s.azure.Roots()
	cfg.Redaction.Actions = replaced()
	return cfg
}

// replaced makes private keys, which are refused by default, values like all others.
func replaced() map[detect.Kind]redact.Action {
	return map[detect.Kind]redact.Action{detect.PrivateKey: redact.Replace}
}

// plenty are quotas that nobody reaches.
func plenty() client.Limits {
	quota := ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}
	return client.Limits{User: quota, App: quota, Tenant: quota, Deployment: quota}
}

// request is a POST of JSON to a path of the endpoint.
func (s *stand) request(ctx context.Context, t testing.TB, path, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.azure.Endpoint()+path, strings.NewReader(body))
	testkit.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	return req
}

// post makes a call and reads the answer to its end.
func (s *stand) post(t testing.TB, path, body string) (int, string, error) {
	t.Helper()
	return do(s.client.HTTPClient(), s.request(t.Context(), t, path, body))
}

// do sends req and reads the answer to its end.
func do(c *http.Client, req *http.Request) (int, string, error) {
	resp, err := c.Do(req)
	if err != nil {
		return 0, "", err
	}
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(data), errors.Join(err, resp.Body.Close())
}

// ask is the body of a chat with one message of the user.
func ask(text string, more ...string) string {
	return `{"model":"gpt-4o","messages":[{"role":"user","content":` + quote(text) + `}]` + strings.Join(more, "") + `}`
}

const streamed = `,"stream":true`

// quote is text as JSON.
func quote(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string
	return strings.TrimSuffix(b.String(), "\n")
}

// said is the text of a chat's answer, streamed or not.
func said(t testing.TB, answer string) string {
	t.Helper()
	type choice struct {
		Message, Delta struct {
			Content   string
			ToolCalls []struct {
				Function struct{ Arguments string }
			} `json:"tool_calls"`
		}
	}
	var text strings.Builder
	add := func(data string) {
		var chunk struct{ Choices []choice }
		testkit.NoError(t, json.Unmarshal([]byte(data), &chunk))
		for _, c := range chunk.Choices {
			text.WriteString(c.Message.Content + c.Delta.Content)
			for _, call := range slices.Concat(c.Message.ToolCalls, c.Delta.ToolCalls) {
				text.WriteString(call.Function.Arguments)
			}
		}
	}
	if strings.HasPrefix(answer, "{") {
		add(answer)
		return text.String()
	}
	for line := range strings.Lines(answer) {
		if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok && data != "[DONE]" {
			add(data)
		}
	}
	return text.String()
}

// refused reports an error unless err is a refusal with the code.
func refused(t testing.TB, err error, code event.Code) {
	t.Helper()
	testkit.ErrorIs(t, err, policy.ErrRefused)
	testkit.Equal(t, policy.CodeOf(err), code)
}

// A recorder is an audit log that remembers, and fails on demand.
type recorder struct {
	failing atomic.Bool
	mu      sync.Mutex
	events  []event.Event
}

var errDisk = errors.New("disk full")

func (r *recorder) Record(_ context.Context, e event.Event) error {
	if r.failing.Load() {
		return errDisk
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return nil
}

// named returns the events of a name, in order.
func (r *recorder) named(name event.Name) []event.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	var some []event.Event
	for _, e := range r.events {
		if e.Name == name {
			some = append(some, e)
		}
	}
	return some
}

// last is the record of the latest call.
func (r *recorder) last(t testing.TB) event.Event {
	t.Helper()
	calls := r.named(event.RequestCompleted)
	if len(calls) == 0 {
		t.Fatal("no call is on record")
	}
	return calls[len(calls)-1]
}

// spy is a policy that keeps the requests it sees.
func spy(seen *[]*http.Request) policy.Policy {
	return policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		*seen = append(*seen, req)
		return next(req)
	})
}

// soon is how long a waiver holds that a test wants to see expire.
const soon = time.Second
