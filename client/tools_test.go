package client_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// toolChat is a history with a call, whose arguments are JSON in a string.
func toolChat(arguments, more string) string {
	return `{"model":"gpt-4o","messages":[{"role":"user","content":"hi"},{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":` +
		quote(arguments) + `}}]},{"role":"tool","tool_call_id":"call_1","content":"done"}]` + more + `}`
}

// Arguments are taken apart on their way out, so that a value is found however they write
// it, and stay JSON that says the same in all else.
func TestToolArgumentsLeaveRedacted(t *testing.T) {
	t.Parallel()
	c := unmetered(t)
	email := values()["email"]
	for name, arguments := range map[string]string{
		"plain":           `{"to":"` + email + `","n":[1, 2.50,null]}`,
		"escaped":         `{"to":"` + escaped(email) + `"}`,
		"in a name":       `{"` + escaped(email) + `":1}`,
		"quotes":          `{"text":"He said \"mail ` + email + `\"\n\\ \/ now"}`,
		"nested JSON":     `{"body":` + quote(`{"to":"`+email+`"}`) + `}`,
		"a list":          `["` + email + `"]`,
		"a string":        quote(email),
		"no JSON":         `to ` + email + ` {`,
		"cut off":         `{"to":"` + email + `","te`,
		"cut off, escape": `{"to":"` + email + `","te\n`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, err := sentBy(t, c, "chat/completions", toolChat(arguments, ""))
			testkit.NoError(t, err)
			testkit.DeepEqual(t, planted().Find(sent), []string(nil))
			left := argumentsOf(t, sent)
			testkit.Equal(t, json.Valid([]byte(left)), json.Valid([]byte(arguments)))
			testkit.True(t, strings.Contains(left, "EMAIL_ADDRESS_"), "a placeholder: "+left)
		})
	}
}

// What is not strict JSON cannot be taken apart, but a lenient reader would still undo its
// escapes. A value that hides behind them does not leave: the detectors see through one
// level of them, and where they do not, the call is refused.
func TestToolArgumentsThatHide(t *testing.T) {
	t.Parallel()
	c := unmetered(t)
	for name, arguments := range map[string]string{
		"cut off":      `{"to":"` + escaped(values()["email"]) + `","te`,
		"a name twice": `{"a":1,"a":"` + escaped(values()["iban"]) + `"}`,
		"one escape":   `{"to":"jane.muster\u0040example.com","te`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent, err := sentBy(t, c, "chat/completions", toolChat(arguments, ""))
			if err != nil {
				refused(t, err, event.ScanFailed)
				testkit.True(t, sent == nil, "nothing was sent")
				return
			}
			testkit.DeepEqual(t, planted().Find(sent), []string(nil))
			testkit.True(t, !strings.Contains(string(sent), "example.com"), "no part of it is left")
		})
	}
}

func argumentsOf(t testing.TB, body []byte) string {
	t.Helper()
	var chat struct {
		Messages []struct {
			ToolCalls []struct {
				Function struct{ Arguments string }
			} `json:"tool_calls"`
		}
	}
	testkit.NoError(t, json.Unmarshal(body, &chat))
	return chat.Messages[1].ToolCalls[0].Function.Arguments
}

// A value that comes back into arguments is written with the escapes of the JSON around
// it, in one piece or many.
func TestToolArgumentsComeBack(t *testing.T) {
	t.Parallel()
	for _, value := range []string{values()["email"], "api_key = \"" + values()["secret"] + "\"", values()["phone"], pem()} {
		for _, more := range []string{"", streamed} {
			t.Run(value[:4]+more, func(t *testing.T) {
				t.Parallel()
				s := newStand(t, clienttest.Config{Cut: clienttest.Pieces(1, 3, 5)}, restoring)
				c := s.client
				// The first call tells the placeholders, which are the same for the same caller.
				_, _, err := s.post(t, chat, ask(value))
				testkit.NoError(t, err)
				redacted := contentOf(t, s.azure.Journal().Bodies(clienttest.Model)[0])
				s.azure.Script(clienttest.Model, clienttest.Calls(clienttest.ToolCall{Name: "send", Arguments: `{"to":` + quote(redacted) + `,"n":1}`}))
				status, answer, err := do(c.HTTPClient(), s.request(t.Context(), t, chat, ask(value, more)))
				testkit.NoError(t, err)
				testkit.Equal(t, status, 200)
				var got struct{ To string }
				testkit.NoError(t, json.Unmarshal([]byte(said(t, answer)), &got))
				testkit.Equal(t, got.To, value)
			})
		}
	}
}

// pem is a private key: a value with line breaks in it.
func pem() string {
	line := strings.Repeat("aB3dE6gH9jK2mN5p", 4) + "\n"
	return "-----BEGIN " + "PRIVATE KEY-----\n" + line + line + line + "-----END " + "PRIVATE KEY-----"
}

func contentOf(t testing.TB, body []byte) string {
	t.Helper()
	var chat struct{ Messages []struct{ Content string } }
	testkit.NoError(t, json.Unmarshal(body, &chat))
	return chat.Messages[len(chat.Messages)-1].Content
}

// answers are places in answers where text can stand. $ is the contents of a string, @ that
// of a string which holds JSON.
var answers = map[string][]string{
	"chat/completions": {
		`{"choices":[{"index":0,"message":{"role":"assistant","content":"$"},"finish_reason":"stop"}]}`,
		`{"choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"$"},"finish_reason":"stop"}]}`,
		`{"choices":[{"index":0,"message":{"role":"assistant","reasoning_content":"$"},"finish_reason":"stop"}]}`,
		`{"choices":[{"index":0,"message":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"@"}}]},"finish_reason":"tool_calls"}]}`,
		`{"choices":[{"index":0,"message":{"tool_calls":[{"id":"call_1","type":"custom","custom":{"name":"f","input":"$"}}]},"finish_reason":"tool_calls"}]}`,
		`{"choices":[{"index":0,"message":{"function_call":{"name":"f","arguments":"@"}},"finish_reason":"function_call"}]}`,
		`{"choices":[{"index":0,"message":{"content":"","annotations":[{"type":"url_citation","url_citation":{"title":"$","url":"$"}}]},"finish_reason":"stop"}]}`,
		`{"choices":[{"index":0,"message":{"content":"","audio":{"id":"audio_1","transcript":"$"}},"finish_reason":"stop"}]}`,
		`{"choices":[{"index":0,"message":{"content":"","context":{"intent":"$","citations":[{"content":"$","title":"$","url":"$","filepath":"$"}]}},"finish_reason":"stop"}]}`,
		`{"choices":[],"metadata":{"$":"$"}}`,
		`{"choices":[],"a_field_of_tomorrow":["$"]}`,
	},
	"responses": {
		`{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"$","annotations":[{"type":"url_citation","title":"$","url":"$"}]}]}]}`,
		`{"output":[{"type":"message","role":"assistant","content":[{"type":"refusal","refusal":"$"}]}]}`,
		`{"output":[{"type":"function_call","call_id":"c","name":"f","arguments":"@"}]}`,
		`{"output":[{"type":"custom_tool_call","call_id":"c","name":"f","input":"$"}]}`,
		`{"output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"$"}]}]}`,
		`{"output":[{"type":"web_search_call","action":{"type":"search","query":"$"}}]}`,
		`{"output":[],"instructions":"$","metadata":{"k":"$"},"user":"$"}`,
		`{"output":[],"error":{"code":"server_error","message":"$"}}`,
	},
	"completions":        {`{"choices":[{"index":0,"text":"$","finish_reason":"stop"}]}`},
	"images/generations": {`{"created":1,"data":[{"revised_prompt":"$","url":"https://example.com/a"}]}`},
}

// Promise 1, on the way back: in every field of every answer the values are there again.
func TestEverythingComesBack(t *testing.T) {
	t.Parallel()
	c := unmetered(t, restoring)
	letter := letter() + "\n" + pem()
	for route, templates := range answers {
		for _, template := range templates {
			t.Run(template, func(t *testing.T) {
				t.Parallel()
				prompt := map[string]string{"responses": `"input":"$"`, "completions": `"prompt":"$"`, "images/generations": `"prompt":"$"`}[route]
				if prompt == "" {
					prompt = `"messages":[{"role":"user","content":"$"}]`
				}
				rt := c.Over(roundTripper(func(req *http.Request) (*http.Response, error) {
					sent, _ := io.ReadAll(req.Body)
					var body map[string]any
					_ = json.Unmarshal(sent, &body)
					redacted := text(body["messages"], "content") + text(body["input"]) + text(body["prompt"])
					answer := fill(template, redacted)
					return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(answer)), Request: req}, nil
				}))
				req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.BaseURL()+route, strings.NewReader(`{"model":"gpt-4o",`+strings.ReplaceAll(prompt, "$", inner(letter))+`}`))
				testkit.NoError(t, err)
				req.Header.Set("Content-Type", "application/json")
				resp, err := rt.RoundTrip(req)
				testkit.NoError(t, err)
				got, err := io.ReadAll(resp.Body)
				testkit.NoError(t, err)
				testkit.NoError(t, resp.Body.Close())
				testkit.True(t, bytes.Equal(got, []byte(fill(template, letter))), "as if nothing had been replaced: "+string(got))
			})
		}
	}
}

func fill(template, text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(template, "@", inner(`{"text": `+quote(text)+`}`)), "$", inner(text))
}
