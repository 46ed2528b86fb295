package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// fields are the places in requests where text can stand, by route. $ is the contents of a
// string. They follow the table of the SDK's fields, API by API.
var fields = map[string][]string{
	"chat/completions": {
		`"messages":[{"role":"user","content":"$"}]`,
		`"messages":[{"role":"system","content":"$"},{"role":"user","content":"hi"}]`,
		`"messages":[{"role":"developer","content":[{"type":"text","text":"$"}]}]`,
		`"messages":[{"role":"user","content":[{"type":"text","text":"$"}]}]`,
		`"messages":[{"role":"user","name":"$","content":"a"}]`,
		`"messages":[{"role":"assistant","content":null,"refusal":"$"}]`,
		`"messages":[{"role":"assistant","content":[{"type":"refusal","refusal":"$"}]}]`,
		`"messages":[{"role":"tool","tool_call_id":"call_1","content":"$"}]`,
		`"messages":[{"role":"assistant","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"$"}}]}]`,
		`"messages":[{"role":"assistant","tool_calls":[{"id":"call_1","type":"custom","custom":{"name":"f","input":"$"}}]}]`,
		`"messages":[{"role":"assistant","function_call":{"name":"f","arguments":"$"}}]`,
		`"messages":[],"prediction":{"type":"content","content":"$"}`,
		`"messages":[],"prediction":{"type":"content","content":[{"type":"text","text":"$"}]}`,
		`"messages":[],"tools":[{"type":"function","function":{"name":"f","description":"$","parameters":{"type":"object"}}}]`,
		`"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string","description":"$"}}}}}]`,
		`"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"enum":["$"],"default":"$"}}}}}]`,
		`"messages":[],"tools":[{"type":"custom","custom":{"name":"f","description":"$","format":{"type":"grammar","grammar":{"syntax":"lark","definition":"$"}}}}]`,
		`"messages":[],"functions":[{"name":"f","description":"$","parameters":{"title":"$"}}]`,
		`"messages":[],"response_format":{"type":"json_schema","json_schema":{"name":"s","description":"$","schema":{"description":"$"}}}`,
		`"messages":[],"stop":"$"`,
		`"messages":[],"stop":["a","$"]`,
		`"messages":[],"user":"$","safety_identifier":"$","prompt_cache_key":"$"`,
		`"messages":[],"metadata":{"k":"$"}`,
		`"messages":[],"metadata":{"$":"v"}`,
		`"messages":[],"web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"$","country":"$"}}}`,
		`"messages":[],"user_security_context":{"application_name":"$","end_user_id":"$","end_user_tenant_id":"$","source_ip":"$"}`,
		`"messages":[],"data_sources":[{"type":"azure_search","parameters":{"role_information":"$","filter":"$"}}]`,
		`"messages":[],"a_field_of_tomorrow":{"deep":[{"down":"$"}]}`,
		`"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text_of_tomorrow","new":"$"}]}]`,
	},
	"responses": {
		`"input":"$"`,
		`"input":[{"role":"user","content":"$"}]`,
		`"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"$"}]}]`,
		`"input":[{"type":"function_call","call_id":"c","name":"f","arguments":"$"}]`,
		`"input":[{"type":"function_call_output","call_id":"c","output":"$"}]`,
		`"input":[{"type":"custom_tool_call","call_id":"c","name":"f","input":"$"}]`,
		`"input":[{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"$"}]}]`,
		`"input":[{"type":"code_interpreter_call","id":"ci_1","code":"$","outputs":[{"type":"logs","logs":"$"}]}]`,
		`"input":[{"type":"file_search_call","id":"fs_1","queries":["$"],"results":[{"text":"$","filename":"$","attributes":{"a":"$"}}]}]`,
		`"input":[{"type":"web_search_call","id":"ws_1","action":{"type":"search","query":"$"}}]`,
		`"input":[{"type":"local_shell_call","id":"ls_1","call_id":"c","action":{"type":"exec","command":["$"],"env":{"A":"$"},"working_directory":"$","user":"$"}}]`,
		`"input":[{"type":"shell_call_output","call_id":"c","output":[{"stdout":"$","stderr":"$"}]}]`,
		`"input":[{"type":"apply_patch_call","call_id":"c","operation":{"type":"update_file","path":"$","diff":"$"}}]`,
		`"input":[{"type":"mcp_approval_response","approval_request_id":"a","approve":true,"reason":"$"}]`,
		`"input":[],"instructions":"$"`,
		`"input":[],"prompt":{"id":"pmpt_1","variables":{"k":"$"}}`,
		`"input":[],"prompt":{"id":"pmpt_1","variables":{"k":{"type":"input_text","text":"$"}}}`,
		`"input":[],"metadata":{"$":"$"}`,
		`"input":[],"user":"$","safety_identifier":"$","prompt_cache_key":"$"`,
		`"input":[],"text":{"format":{"type":"json_schema","name":"s","description":"$","schema":{"title":"$"}}}`,
		`"input":[],"tools":[{"type":"function","name":"f","description":"$","parameters":{"description":"$"}}]`,
		`"input":[],"tools":[{"type":"web_search","user_location":{"type":"approximate","city":"$"}}]`,
		`"input":[],"tools":[{"type":"file_search","vector_store_ids":["vs_1"],"filters":{"type":"eq","key":"$","value":"$"}}]`,
	},
	"completions":            {`"prompt":"$"`, `"prompt":["a","$"]`, `"prompt":"a","suffix":"$"`, `"prompt":"a","stop":["$"]`, `"prompt":"a","user":"$"`},
	"embeddings":             {`"input":"$"`, `"input":["a","$"]`, `"input":"a","user":"$"`},
	"moderations":            {`"input":"$"`, `"input":["$"]`, `"input":[{"type":"text","text":"$"}]`},
	"images/generations":     {`"prompt":"$"`, `"prompt":"a","user":"$"`},
	"audio/speech":           {`"input":"$","voice":"alloy"`, `"input":"a","instructions":"$","voice":"alloy"`},
	"responses/input_tokens": {`"input":"$"`},
	"responses/compact":      {`"input":[{"role":"user","content":"$"}]`},
}

// Promise 1, on the way out: of eight kinds of values, in every field of every route, plain
// and in escapes, none leaves, and the body stays what it was in all else.
func TestNothingLeavesUnredacted(t *testing.T) {
	t.Parallel()
	c := unmetered(t)
	for route, bodies := range fields {
		for _, body := range bodies {
			t.Run(route+" "+body, func(t *testing.T) {
				t.Parallel()
				for _, text := range []string{inner(letter()), escaped(letter())} {
					sent, err := sentBy(t, c, route, `{"model":"gpt-4o",`+strings.ReplaceAll(body, "$", text)+`}`)
					testkit.NoError(t, err)
					testkit.DeepEqual(t, planted().Find(sent), []string(nil))
					testkit.True(t, json.Valid(sent), "JSON")
					testkit.True(t, bytes.Contains(sent, []byte("EMAIL_ADDRESS_")), "a placeholder: "+string(sent))
				}
			})
		}
	}
}

// Names that other parts of a call refer to cannot be replaced, what no detector can read
// cannot be judged, and some fields lead elsewhere.
func TestFieldsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := unmetered(t)
	for _, test := range []struct {
		route, body string
		code        event.Code
	}{
		{"chat/completions", `"messages":[],"tools":[{"type":"function","function":{"name":"$"}}]`, event.PIIBlocked},
		{"chat/completions", `"messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{"$":{}}}}}]`, event.PIIBlocked},
		{"chat/completions", `"messages":[],"tool_choice":{"type":"function","function":{"name":"$"}}`, event.PIIBlocked},
		{"responses", `"input":[],"tools":[{"type":"function","name":"$"}]`, event.PIIBlocked},
		{"responses", `"input":[],"tools":[{"type":"mcp","server_label":"l","server_url":"https://example.com"}]`, event.BodyField},
		{"responses", `"input":[],"tools":[{"type":"mcp","server_label":"l","connector_id":"c"}]`, event.BodyField},
		{"responses", `"input":[],"tools":[{"type":"mcp","server_label":"l","headers":{"X":"y"}}]`, event.BodyField},
		{"chat/completions", `"messages":[],"data_sources":[{"type":"azure_search","parameters":{"endpoint":"https://example.com"}}]`, event.BodyField},
		{"chat/completions", `"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]`, event.BodyMedia},
		{"chat/completions", `"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]`, event.BodyMedia},
		{"chat/completions", `"messages":[{"role":"user","content":[{"type":"file","file":{"file_data":"AAAA"}}]}]`, event.BodyMedia},
		{"responses", `"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]}]`, event.BodyMedia},
		{"embeddings", `"input":[1,2,3]`, event.BodyTokens},
		{"embeddings", `"input":[[1,2,3]]`, event.BodyTokens},
		{"completions", `"prompt":[1,2]`, event.BodyTokens},
	} {
		t.Run(test.body, func(t *testing.T) {
			t.Parallel()
			sent, err := sentBy(t, c, test.route, `{"model":"gpt-4o",`+strings.ReplaceAll(test.body, "$", inner(values()["email"]))+`}`)
			refused(t, err, test.code)
			testkit.True(t, sent == nil, "nothing was sent")
			testkit.DeepEqual(t, planted().Find([]byte(fmt.Sprintf("%+v %#v", err, err))), []string(nil))
		})
	}
}

// sentBy makes a call through the pipeline and returns the body that would have left.
func sentBy(t testing.TB, c *client.Client, route, body string) (sent []byte, err error) {
	t.Helper()
	rt := c.Over(roundTripper(func(req *http.Request) (*http.Response, error) {
		sent, err = io.ReadAll(req.Body)
		testkit.NoError(t, err)
		testkit.Equal(t, req.ContentLength, int64(len(sent)))
		return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
	}))
	req, err := http.NewRequestWithContext(policy.WithCaller(t.Context(), policy.Caller{User: "jane"}), http.MethodPost, c.BaseURL()+route, strings.NewReader(body))
	testkit.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	resp, err := rt.RoundTrip(req)
	if err == nil {
		err = resp.Body.Close()
	}
	return sent, err
}

// roundTripper is an http.RoundTripper made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
