package client_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A stored is a stand whose service stores things: the test says what it answers.
type stored struct{ *stand }

// call makes one call that is answered with reply, in which $ is the placeholder of the
// value, and returns the answer and the body that was sent.
func (s stored) call(t *testing.T, method, path, body, reply string) (answer, sent string) {
	t.Helper()
	s.azure.Forget()
	r := clienttest.Reply{Body: reply, Header: http.Header{"Content-Type": {"application/json"}}}
	if !strings.HasPrefix(reply, "{") {
		r = events(reply)
	}
	s.azure.Script(clienttest.Model, r)
	req := s.request(policy.WithCaller(t.Context(), policy.Caller{Tenant: "t", User: "u"}), t, path, body)
	req.Method = method
	if body == "" {
		req.Body, req.GetBody, req.ContentLength = nil, nil, 0
		delete(req.Header, "Content-Type")
	}
	req.Header.Set("OpenAI-Beta", "assistants=v2")
	status, answer, err := do(s.client.HTTPClient(), req)
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.Equal(t, s.audit.last(t).Outcome, event.Success)
	if bodies := s.azure.Journal().Bodies(clienttest.Model); len(bodies) > 0 {
		sent = string(bodies[0])
	}
	testkit.DeepEqual(t, planted().Find([]byte(sent)), []string(nil))
	return answer, sent
}

// placeholderIn is the placeholder for an e-mail address in what was sent.
func placeholderIn(t *testing.T, sent string) string {
	t.Helper()
	i := strings.Index(sent, "EMAIL_ADDRESS_")
	if i < 0 {
		t.Fatal("no placeholder in " + sent)
	}
	return sent[i : i+len("EMAIL_ADDRESS_")+13]
}

// What a call has left at the service comes back in later calls that name the object, until
// the object is deleted.
func TestStoredObjects(t *testing.T) {
	t.Parallel()
	mail := values()["email"]
	item := `{"type":"message","role":"user","content":[{"type":"input_text","text":"$"}]}`
	fill := func(template, text string) string { return strings.ReplaceAll(template, "$", text) }
	for name, test := range map[string]struct {
		put, body, made string // makes the object
		get             [][3]string
		remove          string
	}{
		"conversation": {
			put: "/openai/v1/conversations", body: `{"items":[` + item + `],"metadata":{"topic":"x"}}`, made: `{"id":"conv_1","object":"conversation","created_at":1,"metadata":{}}`,
			get: [][3]string{
				{http.MethodGet, "/openai/v1/conversations/conv_1/items?limit=9", `{"object":"list","data":[` + item + `],"first_id":"msg_1","last_id":"msg_1","has_more":false}`},
				{http.MethodPost, "/openai/v1/responses", `{"id":"resp_2","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"$","annotations":[]}]}],"status":"completed"}`},
			},
			remove: "/openai/v1/conversations/conv_1",
		},
		"response": {
			put: "/openai/v1/responses", body: `{"model":"gpt-4o","input":"$"}`, made: `{"id":"resp_1","status":"completed","output":[]}`,
			get: [][3]string{
				{http.MethodGet, "/openai/v1/responses/resp_1", `{"id":"resp_1","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"$"}]}]}`},
				{http.MethodGet, "/openai/v1/responses/resp_1/input_items", `{"object":"list","data":[` + item + `]}`},
				{http.MethodGet, "/openai/v1/responses/resp_1?stream=true&starting_after=3", `data: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"$"}` + "\n\n" +
					`data: {"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}` + "\n\n"},
			},
			remove: "/openai/v1/responses/resp_1",
		},
		"chat": {
			put: chat, body: `{"model":"gpt-4o","store":true,"messages":[{"role":"user","content":"$"}]}`, made: `{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}`,
			get: [][3]string{
				{http.MethodGet, "/openai/v1/chat/completions/chatcmpl-1/messages", `{"object":"list","data":[{"id":"1","role":"user","content":"$"}]}`},
			},
			remove: "/openai/v1/chat/completions/chatcmpl-1",
		},
		"thread": {
			put: "/openai/v1/threads", body: `{"messages":[{"role":"user","content":"$"}]}`, made: `{"id":"thread_1","object":"thread","metadata":{}}`,
			get: [][3]string{
				{http.MethodGet, "/openai/v1/threads/thread_1/messages", `{"object":"list","data":[{"id":"msg_1","object":"thread.message","thread_id":"thread_1","role":"user","content":[{"type":"text","text":{"value":"$","annotations":[]}}]}]}`},
				{http.MethodPost, "/openai/v1/threads/thread_1/runs", "event: thread.message.delta\ndata: " + `{"id":"msg_2","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"$"}}]}}` + "\n\nevent: done\ndata: [DONE]\n\n"},
			},
			remove: "/openai/v1/threads/thread_1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stored{newStand(t, clienttest.Config{})}
			_, sent := s.call(t, http.MethodPost, test.put, fill(test.body, mail), test.made)
			token := placeholderIn(t, sent)
			for _, get := range test.get {
				body := ""
				switch {
				case strings.HasSuffix(get[1], "/responses"):
					body = `{"model":"gpt-4o","input":"hi","conversation":"conv_1"}`
				case strings.HasSuffix(get[1], "/runs"):
					body = `{"assistant_id":"asst_1","stream":true}`
				}
				answer, _ := s.call(t, get[0], get[1], body, fill(get[2], token))
				testkit.True(t, strings.Contains(answer, mail), get[1]+": "+answer)
				if strings.HasPrefix(answer, "{") {
					testkit.True(t, json.Valid([]byte(answer)), "it is JSON")
				}
			}
			s.call(t, http.MethodDelete, test.remove, "", `{"id":"x","object":"deleted","deleted":true}`)
			answer, _ := s.call(t, test.get[0][0], test.get[0][1], "", fill(test.get[0][2], token))
			testkit.True(t, !strings.Contains(answer, mail), "it is forgotten: "+answer)
		})
	}
}

// Filters and questions of a search leave redacted; what was found is searched.
func TestVectorStoreSearch(t *testing.T) {
	t.Parallel()
	mail, iban := values()["email"], values()["iban"]
	s := stored{newStand(t, clienttest.Config{})}
	answer, sent := s.call(t, http.MethodPost, "/openai/v1/vector_stores/vs_1/search",
		`{"query":["who is `+mail+`"],"filters":{"type":"eq","key":"mail","value":"`+mail+`"}}`,
		`{"object":"vector_store.search_results.page","search_query":["x"],"data":[{"file_id":"file-1","filename":"a.txt","score":0.9,"attributes":{},"content":[{"type":"text","text":"pay to `+iban+` now"}]}]}`)
	testkit.Equal(t, strings.Count(sent, "EMAIL_ADDRESS_"), 2)
	testkit.True(t, !strings.Contains(answer, iban), answer)
}

// A header for versions of APIs passes with such a version and nothing else.
func TestBetaHeader(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	for value, ok := range map[string]bool{"assistants=v2": true, "realtime=v1": true, "jane@example.com": false, "assistants=v22": false, "": false, "a b=v1": false, "Assistants=v2": false} {
		req := s.request(t.Context(), t, chat, ask("hello"))
		req.Header.Set("OpenAI-Beta", value)
		_, _, err := do(s.client.HTTPClient(), req)
		if ok {
			testkit.NoError(t, err)
		} else {
			refused(t, err, event.HeaderBlocked)
		}
	}
}
