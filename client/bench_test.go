package client_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// BenchmarkStages is what the stages cost without network, SDK and tracer: each call over a
// stub that has its answer ready, bare and through the pipeline. The prompts hold a mail
// address, which the answer repeats as its placeholder.
func BenchmarkStages(b *testing.B) {
	small := prompt(500, "")
	large := prompt(20<<10, "")
	stream := prompt(500, streamed)
	for _, bench := range []struct {
		name string
		body []byte
		stub *stub
	}{
		{"500B", small, &stub{}},
		{"20KB", large, &stub{}},
		{"stream200", stream, &stub{events: 200}},
	} {
		through := unmetered(b).Over(bench.stub)
		bench.stub.learn(b, through, bench.body)
		for _, way := range []struct {
			name string
			rt   http.RoundTripper
		}{{"bare", bench.stub}, {"sallyport", through}} {
			b.Run(bench.name+"/"+way.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					exchange(b, way.rt, bench.body)
				}
			})
		}
	}
}

// The allocations of a call and of an event stay what they are: the budget of an event is
// the design's, that of a call a ceiling for what is measured today.
func TestAllocations(t *testing.T) {
	for name, test := range map[string]struct {
		body   []byte
		stub   *stub
		budget float64
	}{
		"call":   {prompt(500, ""), &stub{}, 140},
		"stream": {prompt(500, streamed), &stub{events: 200}, 140 + 3*200},
	} {
		t.Run(name, func(t *testing.T) {
			through := unmetered(t).Over(test.stub)
			test.stub.learn(t, through, test.body)
			testkit.Allocs(t, test.budget, func() { exchange(t, through, test.body) })
		})
	}
}

// unmetered is a client whose quotas nobody reaches.
func unmetered(t testing.TB, changes ...func(*client.Config)) *client.Client {
	t.Helper()
	cfg := client.Config{
		Endpoint: "https://contoso.openai.azure.com", Credential: token("token"), Audit: event.Discard{},
		Credentials: credentials.Config{Lookup: bare},
		Limits:      plenty(), Redaction: redact.Config{Actions: replaced()},
	}
	for _, change := range changes {
		change(&cfg)
	}
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// restoring is for tests of what comes back: all of it, and nothing is looked for.
func restoring(cfg *client.Config) {
	cfg.Redaction.Answer, cfg.Redaction.Restore.ToolSecrets = redact.Allow, true
}

const address = "jane.doe" + "@example.com"

// prompt is a chat of about size bytes.
func prompt(size int, more string) []byte {
	text := "Please write to " + address + " that the delivery is late. "
	const filler = "The parcel left the warehouse on Monday and nobody has seen it since. "
	text += strings.Repeat(filler, (size-len(text)-140)/len(filler)+1)
	quoted, _ := json.Marshal(text) // a string
	return []byte(`{"model":"gpt-4o","messages":[{"role":"system","content":"You are an assistant."},{"role":"user","content":` + string(quoted) + `}]` + more + `}`)
}

// A stub answers from memory.
type stub struct {
	events int
	answer []byte
	sent   []byte
}

func (s *stub) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	s.sent = body
	_ = req.Body.Close()
	media := "application/json"
	if s.events > 0 {
		media = "text/event-stream"
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {media}}, Body: io.NopCloser(bytes.NewReader(s.answer)),
		ContentLength: -1, Request: req}, nil
}

// learn makes the answer from the placeholder that the pipeline sends for the address.
func (s *stub) learn(t testing.TB, rt http.RoundTripper, body []byte) {
	t.Helper()
	s.answer = s.write("nothing")
	exchange(t, rt, body)
	placeholder := regexp.MustCompile(`EMAIL_ADDRESS_[0-9a-z]{13}`).Find(s.sent)
	testkit.True(t, placeholder != nil, "a placeholder in place of the address")
	s.answer = s.write(string(placeholder))
	testkit.True(t, bytes.Contains(exchange(t, rt, body), []byte(address)), "the address in the answer")
}

func (s *stub) write(placeholder string) []byte {
	if s.events == 0 {
		return []byte(`{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"I have written to ` +
			placeholder + `.","refusal":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}`)
	}
	const head = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"`
	const tail = `"},"finish_reason":null}]}` + "\n\n"
	var b bytes.Buffer
	for i := range s.events - 2 {
		text := " word"
		switch i {
		case 10:
			text = placeholder[:len(placeholder)/2]
		case 11:
			text = placeholder[len(placeholder)/2:]
		}
		b.WriteString(head + text + tail)
	}
	b.WriteString(`data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\n")
	b.WriteString("data: [DONE]\n\n")
	return b.Bytes()
}

// exchange makes one call and returns the answer.
func exchange(t testing.TB, rt http.RoundTripper, body []byte) []byte {
	t.Helper()
	ctx := policy.WithCaller(t.Context(), policy.Caller{Tenant: "contoso", User: "jane", App: "bench"})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://contoso.openai.azure.com/openai/v1/chat/completions", bytes.NewReader(body))
	testkit.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := rt.RoundTrip(req)
	testkit.NoError(t, err)
	answer, err := io.ReadAll(resp.Body)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	return answer
}
