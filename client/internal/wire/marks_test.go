package wire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// marked lists the texts for which has reports true.
func marked(body string, found []wire.Text, has func(wire.Text) bool) []string {
	var all []string
	for _, t := range found {
		if has(t) {
			all = append(all, body[t.Start:t.End])
		}
	}
	return all
}

func forTool(t wire.Text) bool { return t.Tool }

func again(t wire.Text) bool { return t.Again }

func TestToolTexts(t *testing.T) {
	t.Parallel()
	const items = `[{"type":"message","role":"user","content":"no"},{"type":"function_call","name":"no","arguments":"1"},{"type":"function_call_output","output":"no"},
		{"type":"custom_tool_call","input":"2"},{"type":"mcp_call","arguments":"3","output":"no"},{"type":"mcp_approval_request","arguments":"4"},
		{"type":"shell_call","action":{"commands":["5"],"env":{"6":"7"}}},{"type":"shell_call_output","output":[{"stdout":"no"}]},
		{"type":"local_shell_call","action":{"command":["8"],"working_directory":"9","user":"10"}},{"type":"code_interpreter_call","code":"11","outputs":[{"logs":"no"}]},
		{"type":"computer_call","action":{"type":"type","text":"12"},"pending_safety_checks":[{"message":"no"}]},{"type":"tool_search_call","arguments":{"13":["14"]}},
		{"type":"web_search_call","action":{"query":"15","sources":[{"url":"16"}]}},{"type":"file_search_call","queries":["17"],"results":[{"text":"no"}]},
		{"type":"apply_patch_call","operation":{"diff":"18"}},{"type":"reasoning","summary":[{"text":"no"}]}]`
	want := []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18"}
	in := `{"input":` + items + `}`
	q, err := wire.ParseRequest(post(wire.Responses), []byte(in), wire.Limits{})
	testkit.NoError(t, err)
	testkit.DeepEqual(t, marked(in, q.Texts, forTool), want)
	out := `{"output":` + items + `}`
	a, err := wire.ParseAnswer(post(wire.Responses), []byte(out), wire.Limits{})
	testkit.NoError(t, err)
	testkit.DeepEqual(t, marked(out, a.Texts, forTool), want)

	in = `{"messages":[{"role":"assistant","content":"no","tool_calls":[{"function":{"name":"no","arguments":"1"}},{"custom":{"name":"no","input":"2"}}],"function_call":{"arguments":"3"}},{"role":"tool","content":"no"}]}`
	q, err = wire.ParseRequest(post(wire.Chat), []byte(in), wire.Limits{})
	testkit.NoError(t, err)
	testkit.DeepEqual(t, marked(in, q.Texts, forTool), []string{"1", "2", "3"})
	out = `{"choices":[{"message":{"content":"no","tool_calls":[{"function":{"name":"no","arguments":"1"}},{"custom":{"name":"no","input":"2"}}],"function_call":{"arguments":"3"}}}]}`
	a, err = wire.ParseAnswer(post(wire.Chat), []byte(out), wire.Limits{})
	testkit.NoError(t, err)
	testkit.DeepEqual(t, marked(out, a.Texts, forTool), []string{"1", "2", "3"})
	testkit.Equal(t, len(marked(out, a.Texts, again)), 0)
}

// heard gives the marked texts of each event.
func heard(t *testing.T, s *wire.Stream, has func(wire.Text) bool, events ...string) []string {
	t.Helper()
	var all []string
	for _, data := range events {
		c, err := s.Parse(&wire.Event{Data: []byte(data)})
		testkit.NoError(t, err)
		all = append(all, strings.Join(marked(data, c.Texts, has), " "))
	}
	return all
}

func TestToolPieces(t *testing.T) {
	t.Parallel()
	testkit.DeepEqual(t, heard(t, stream(wire.Chat), forTool,
		`{"choices":[{"index":0,"delta":{"content":"no","tool_calls":[{"index":0,"function":{"name":"no","arguments":"1"}},{"index":1,"custom":{"input":"2"}}],"function_call":{"arguments":"3"}}}]}`,
	), []string{"1 2 3"})
	for _, tt := range []struct {
		stem, done string
		tool       bool
	}{
		{"output_text", `"text":"d"`, false},
		{"refusal", `"refusal":"d"`, false},
		{"reasoning_text", `"text":"d"`, false},
		{"function_call_arguments", `"arguments":"d"`, true},
		{"mcp_call_arguments", `"arguments":"d"`, true},
		{"custom_tool_call_input", `"input":"d"`, true},
		{"code_interpreter_call_code", `"code":"d"`, true},
		{"shell_call_command", `"command":"d"`, true},
	} {
		got := heard(t, stream(wire.Responses), forTool, `{"type":"response.`+tt.stem+`.delta","output_index":0,"delta":"p"}`, `{"type":"response.`+tt.stem+`.done","output_index":0,`+tt.done+`}`)
		want := []string{"", ""}
		if tt.tool {
			want = []string{"p", "d"}
		}
		testkit.DeepEqual(t, got, want)
	}
	testkit.DeepEqual(t, heard(t, stream(wire.Responses), forTool, `{"type":"error","code":"Server error","message":"m"}`), []string{""})
}

func TestAgain(t *testing.T) {
	t.Parallel()
	const message = `{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"ab","annotations":[{"type":"url_citation","title":"t"}]}]}`
	const mcp = `{"type":"mcp_call","id":"mcp_1","name":"f","arguments":"{}","output":"o"}`
	events := []string{
		`{"type":"response.created","response":{"id":"resp_1","instructions":"i","tools":[{"type":"function","name":"f","description":"d"}],"metadata":{"k":"v"},"output":[]}}`,
		`{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"a"}]}}`,
		`{"type":"response.content_part.added","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"a"}}`,
		`{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"ab"}`,
		`{"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":0,"content_index":0,"annotation":{"title":"t"}}`,
		`{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"ab"}`,
		`{"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"ab"}}`,
		`{"type":"response.output_item.done","output_index":0,"item":` + message + `}`,
		`{"type":"response.mcp_call_arguments.delta","item_id":"mcp_1","output_index":1,"delta":"{}"}`,
		`{"type":"response.mcp_call_arguments.done","item_id":"mcp_1","output_index":1,"arguments":"{}"}`,
		`{"type":"response.output_item.done","output_index":1,"item":` + mcp + `}`,
		`{"type":"response.output_item.done","output_index":2,"item":{"type":"custom_tool_call","name":"c","input":"never in pieces"}}`,
		`{"type":"response.completed","response":{"id":"resp_1","instructions":"i","output":[` + message + `,` + mcp + `]}}`,
	}
	testkit.DeepEqual(t, heard(t, stream(wire.Responses), again, events...), []string{
		"i f d k v", "", "", "", "", "ab", "ab", "ab t", "", "{}", "{}", "", "i ab t f {} o",
	})
	// Nothing is taken for said that this stream has not said.
	for i, want := range map[int]string{5: "", 6: "", 7: "", 10: "", 12: "i"} {
		testkit.DeepEqual(t, heard(t, stream(wire.Responses), again, events[i]), []string{want})
	}
	testkit.DeepEqual(t, heard(t, stream(wire.Chat), again, `{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}`), []string{""})
}

func TestSplinters(t *testing.T) {
	t.Parallel()
	const token = `{"token":"to","logprob":-0.1234567890123,"bytes":[116,111],"top_logprobs":[{"token":"ta","logprob":-1,"bytes":null}]}`
	for _, tt := range []struct {
		name       string
		op         wire.Operation
		body, want string
		texts      string
	}{
		{"chat", wire.Chat, `{"choices":[{"logprobs":{"content":[` + token + `],"refusal":null}},{"logprobs":null}]}`, `{"choices":[{"logprobs":null},{"logprobs":null}]}`, "to [116,111] ta"},
		{"completions", wire.Completions, `{"choices":[{"text":"to","logprobs":{"tokens":["to"],"token_logprobs":[-0.1],"text_offset":[0],"top_logprobs":[{"ta":-1}]}}]}`, `{"choices":[{"text":"to","logprobs":null}]}`, "to ta"},
		{"responses", wire.Responses, `{"output":[{"content":[{"text":"to","logprobs":[` + token + `, ` + token + `]},{"text":"x","logprobs":[ ]}]}]}`, `{"output":[{"content":[{"text":"to","logprobs":[]},{"text":"x","logprobs":[ ]}]}]}`, "to [116,111] ta to [116,111] ta"},
	} {
		a, err := wire.ParseAnswer(post(tt.op), []byte(tt.body), wire.Limits{})
		testkit.NoError(t, err)
		testkit.True(t, a.Logprobs, tt.name)
		testkit.Equal(t, string(wire.Splice(nil, []byte(tt.body), a.Splinters)), tt.want)
		testkit.Equal(t, strings.Join(splinters(tt.body, a.Texts), " "), tt.texts)
		covered(t, a.Texts, a.Splinters)
	}
	body := `{"input":[{"role":"assistant","content":[{"type":"output_text","text":"to","logprobs":[` + token + `]}]}]}`
	q, err := wire.ParseRequest(post(wire.Responses), []byte(body), wire.Limits{})
	testkit.NoError(t, err)
	testkit.True(t, !q.Logprobs, "it does not ask for any")
	testkit.Equal(t, string(wire.Splice(nil, []byte(body), q.Splinters)), `{"input":[{"role":"assistant","content":[{"type":"output_text","text":"to","logprobs":[]}]}]}`)
	testkit.Equal(t, strings.Join(splinters(body, q.Texts), " "), "to [116,111] ta")
	covered(t, q.Texts, q.Splinters)

	s := stream(wire.Responses)
	for _, data := range []string{
		`{"type":"response.output_text.delta","output_index":0,"delta":"to","logprobs":[` + token + `]}`,
		`{"type":"response.output_text.done","output_index":0,"text":"to","logprobs":[` + token + `]}`,
	} {
		c, err := s.Parse(&wire.Event{Data: []byte(data)})
		testkit.NoError(t, err)
		before, _, _ := strings.Cut(data, `[`)
		testkit.Equal(t, string(wire.Splice(nil, []byte(data), c.Splinters)), before+"[]}")
	}
	c, err := s.Parse(&wire.Event{Data: []byte(`{"type":"response.output_text.delta","output_index":0,"delta":"to"}`)})
	testkit.NoError(t, err)
	testkit.Equal(t, len(c.Splinters), 0)
}

func splinters(body string, found []wire.Text) []string {
	return marked(body, found, func(t wire.Text) bool { return t.Kind == wire.Splinter })
}

// covered checks that the edits take out every Splinter.
func covered(t *testing.T, found []wire.Text, edits []wire.Edit) {
	t.Helper()
	for _, x := range found {
		testkit.True(t, x.Kind != wire.Splinter || slices.ContainsFunc(edits, func(e wire.Edit) bool { return e.Start < x.Start && x.End < e.End }), "covered")
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		op   wire.Operation
		body string
		want string
	}{
		{wire.Responses, `{"previous_response_id":"resp_1","input":"x","conversation":"conv_1"}`, "[resp_1 conv_1]"},
		{wire.Responses, `{"conversation":{"id":"conv_1"},"previous_response_id":null}`, "[conv_1]"},
		{wire.Responses, `{"previous_response_id":"resp 1","conversation":"conv\u005f1"}`, "[conv_1]"},
		{wire.Responses, `{"conversation":"resp_1","previous_response_id":"resp_1"}`, "[resp_1]"},
		{wire.Responses, `{"conversation":{"id":7},"previous_response_id":""}`, "[]"},
		{wire.Chat, `{"messages":[{"role":"user","content":"x"}]}`, "[]"},
	} {
		q, err := wire.ParseRequest(post(tt.op), []byte(tt.body), wire.Limits{})
		testkit.NoError(t, err)
		testkit.Equal(t, fmt.Sprint(q.Refs), tt.want)
	}
	a, err := wire.ParseAnswer(post(wire.Responses), []byte(`{"id":"resp_1","conversation":{"id":"conv_1"}}`), wire.Limits{})
	testkit.NoError(t, err)
	testkit.Equal(t, fmt.Sprint(a.Refs), "[resp_1 conv_1]")
	s := stream(wire.Responses)
	for _, data := range []string{
		`{"type":"response.created","response":{"id":"resp_1","conversation":{"id":"conv_1"}}}`,
		`{"type":"response.output_text.delta","output_index":0,"delta":"to"}`,
		`{"type":"response.completed","response":{"id":"resp_1","conversation":{"id":"conv_1"}}}`,
	} {
		c, err := s.Parse(&wire.Event{Data: []byte(data)})
		testkit.NoError(t, err)
		testkit.Equal(t, fmt.Sprint(c.Refs), "[resp_1 conv_1]")
	}
}
