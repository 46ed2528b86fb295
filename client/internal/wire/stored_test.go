package wire_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestStoredRequests(t *testing.T) {
	t.Parallel()
	const assistant = `{"model":"gpt-4o","name":"Clerk","description":"d","instructions":"i","metadata":{"k":"v"},"temperature":0.5,"response_format":"auto","reasoning_effort":"low",
		"tools":[{"type":"code_interpreter"},{"type":"file_search","file_search":{"max_num_results":5,"ranking_options":{"ranker":"auto","score_threshold":0.1}}},{"type":"function","function":{"name":"f","description":"e","parameters":{"type":"object"}}}],
		"tool_resources":{"code_interpreter":{"file_ids":["file-1"]},"file_search":{"vector_store_ids":["vs_1"],"vector_stores":[{"file_ids":["file-2"],"chunking_strategy":{"type":"static","static":{"max_chunk_size_tokens":800}},"metadata":{"m":"w"}}]}}}`
	for _, tt := range []struct {
		op   wire.Operation
		body string
		want []string
		refs string
	}{
		{wire.ChatUpdate, `{"metadata":{"k":"v"}}`, []string{"name none k", "value none v"}, "[]"},
		{wire.ResponsesGet, `{"stream":true,"include":["message.output_text.logprobs"],"starting_after":7}`, nil, "[]"},
		{wire.ConversationCreate, `{"items":[{"type":"message","role":"system","content":"a"},{"content":"b"},{"type":"function_call_output","call_id":"call_1","output":"c"}],"metadata":{"k":"v"}}`,
			[]string{"value system a", "value user b", "value tool c", "name none k", "value none v"}, "[]"},
		{wire.ConversationItemCreate, `{"items":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_file","file_id":"file-1"}]}]}`, []string{"value user a"}, "[file-1]"},
		{wire.ConversationUpdate, `{"metadata":{}}`, nil, "[]"},
		{wire.AssistantCreate, assistant, []string{"value none Clerk", "value none d", "value system i", "name none k", "value none v", "identifier none f", "value none e", "name none m", "value none w"}, "[file-1 vs_1 file-2]"},
		{wire.AssistantUpdate, `{"name":"Ann"}`, []string{"value none Ann"}, "[]"},
		{wire.ThreadCreate, `{"messages":[{"role":"user","content":"a","attachments":[{"file_id":"file-1","tools":[{"type":"file_search"}]}],"metadata":{"k":"v"}},
			{"content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"https://x","detail":"low"}},{"type":"image_file","image_file":{"file_id":"file-2"}}],"role":"assistant"}],"metadata":{"l":"w"}}`,
			[]string{"value user a", "name user k", "value user v", "value assistant b", "media assistant https://x", "name none l", "value none w"}, "[file-1 file-2]"},
		{wire.ThreadUpdate, `{"tool_resources":{"file_search":{"vector_store_ids":["vs_1"]}}}`, nil, "[vs_1]"},
		{wire.ThreadCreateAndRun, `{"assistant_id":"asst_1","stream":true,"instructions":"i","thread":{"messages":[{"role":"user","content":"a"}]}}`, []string{"value system i", "value user a"}, "[asst_1]"},
		{wire.MessageCreate, `{"content":"a","role":"user"}`, []string{"value user a"}, "[]"},
		{wire.MessageUpdate, `{"metadata":{"k":"v"}}`, []string{"name none k", "value none v"}, "[]"},
		{wire.RunCreate, `{"assistant_id":"asst_1","model":"gpt-4o","additional_instructions":"i","additional_messages":[{"role":"user","content":"a"}],"max_completion_tokens":9,"max_prompt_tokens":99,
			"truncation_strategy":{"type":"last_messages","last_messages":3},"tool_choice":{"type":"function","function":{"name":"f"}}}`,
			[]string{"value system i", "value user a", "identifier none f"}, "[asst_1]"},
		{wire.RunUpdate, `{"metadata":{"k":4111111111111111}}`, []string{"name none k", "number none 4111111111111111"}, "[]"},
		{wire.RunSubmit, `{"tool_outputs":[{"tool_call_id":"call_1","output":"o"}],"stream":true}`, []string{"value tool o"}, "[]"},
		{wire.VectorStoreCreate, `{"name":"n","description":"d","file_ids":["file-1"],"expires_after":{"anchor":"last_active_at","days":7},"metadata":{"k":"v"}}`,
			[]string{"value none n", "value none d", "name none k", "value none v"}, "[file-1]"},
		{wire.VectorStoreUpdate, `{"name":"n"}`, []string{"value none n"}, "[]"},
		{wire.VectorStoreSearch, `{"query":["a","b"],"filters":{"type":"and","filters":[{"type":"eq","key":"k","value":"v"},{"type":"in","key":"l","value":["w",41111111]}]},"max_num_results":3,"rewrite_query":true,"ranking_options":{"ranker":"none"}}`,
			[]string{"value user a", "value user b", "value none k", "value none v", "value none l", "value none w", "number none 41111111"}, "[]"},
		{wire.VectorFileCreate, `{"file_id":"file-1","attributes":{"k":"v"}}`, []string{"name none k", "value none v"}, "[file-1]"},
		{wire.VectorFileUpdate, `{"attributes":{"k":true}}`, []string{"name none k"}, "[]"},
		{wire.VectorBatchCreate, `{"files":[{"file_id":"file-1","attributes":{"k":"v"}}],"file_ids":["file-2"]}`, []string{"name none k", "value none v"}, "[file-1 file-2]"},
	} {
		t.Run(tt.op.String(), func(t *testing.T) {
			t.Parallel()
			r := wire.Route{Operation: tt.op, Body: wire.JSONBody, Streams: true}
			q, err := wire.ParseRequest(r, []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			testkit.DeepEqual(t, dump([]byte(tt.body), q.Texts), tt.want)
			testkit.Equal(t, fmt.Sprint(q.Refs), tt.refs)
			testkit.True(t, q.Stateful, "it is about what the service keeps")
			testkit.Equal(t, q.Stream, strings.Contains(tt.body, `"stream":true`))
		})
	}
	q, err := wire.ParseRequest(wire.Route{Operation: wire.ResponsesGet, Body: wire.OptionalJSON, Streams: true, Stream: true}, nil, wire.Limits{})
	testkit.NoError(t, err)
	testkit.True(t, q.Stream && q.Stateful && q.Choices == 1, "the query asks for events")
	q, err = wire.ParseRequest(wire.Route{Operation: wire.RunCreate, Body: wire.JSONBody, Streams: true}, []byte(`{"max_completion_tokens":9,"model":"m"}`), wire.Limits{})
	testkit.NoError(t, err)
	testkit.True(t, q.MaxOutput == 9 && q.Model == "m", "limits count")
}

func TestStoredRequestsRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		r    wire.Route
		body string
		code event.Code
	}{
		{wire.Route{Operation: wire.ChatUpdate, Body: wire.JSONBody}, ``, event.BodyTruncated},
		{wire.Route{Operation: wire.ChatGet}, `{}`, event.BodyInvalid},
		{wire.Route{Operation: wire.ThreadCreate, Body: wire.OptionalJSON}, `[]`, event.BodyInvalid},
		{wire.Route{Operation: wire.MessageCreate, Body: wire.JSONBody}, `{"role":"user","content":[1,2]}`, event.BodyTokens},
		{wire.Route{Operation: wire.ConversationItemCreate, Body: wire.JSONBody}, `{"items":[{"content":[1]}]}`, event.BodyTokens},
		{wire.Route{Operation: wire.RunCreate, Body: wire.JSONBody, Streams: true}, `{"stream":"yes"}`, event.BodyInvalid},
		{wire.Route{Operation: wire.VectorStoreSearch, Body: wire.JSONBody}, `{"query":"a","Query":"b"}`, event.BodyDuplicateName},
	} {
		_, err := wire.ParseRequest(tt.r, []byte(tt.body), wire.Limits{})
		wantCode(t, err, tt.code)
	}
}

func TestStoredAnswers(t *testing.T) {
	t.Parallel()
	const item = `{"type":"message","id":"msg_1","role":"user","status":"completed","content":[{"type":"input_text","text":"a"}]}`
	const message = `{"id":"msg_1","object":"thread.message","created_at":1764000000,"thread_id":"thread_1","run_id":"run_1","assistant_id":"asst_1","role":"assistant","status":"completed","attachments":[],
		"content":[{"type":"text","text":{"value":"a","annotations":[{"type":"file_citation","text":"b","file_citation":{"file_id":"file-1","quote":"q"},"start_index":0,"end_index":1}]}},{"type":"refusal","refusal":"r"}],"metadata":{"k":"v"}}`
	const run = `{"id":"run_1","object":"thread.run","thread_id":"thread_1","assistant_id":"asst_1","status":"requires_action","model":"gpt-4o","instructions":"i","started_at":1764000000,"tools":[{"type":"function","function":{"name":"f","description":"d"}}],
		"required_action":{"type":"submit_tool_outputs","submit_tool_outputs":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]}},"last_error":{"code":"rate_limit_exceeded","message":"m"},
		"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5},"metadata":{"k":"v"}}`
	const step = `{"id":"step_1","object":"thread.run.step","thread_id":"thread_1","run_id":"run_1","type":"tool_calls","status":"completed","step_details":{"type":"tool_calls","tool_calls":[
		{"id":"call_1","type":"code_interpreter","code_interpreter":{"input":"c","outputs":[{"type":"logs","logs":"l"},{"type":"image","image":{"file_id":"file-1"}}]}},
		{"id":"call_2","type":"file_search","file_search":{"results":[{"file_id":"file-1","file_name":"n","score":0.123456789,"content":[{"type":"text","text":"t"}]}]}},
		{"id":"call_3","type":"function","function":{"name":"f","arguments":"{}","output":"o"}}]},"usage":{"prompt_tokens":9,"completion_tokens":9,"total_tokens":18}}`
	stepTexts := []string{"value assistant c", "value tool l", "value tool n", "value tool t", "identifier assistant f", "json assistant {}", "value tool o"}
	for _, tt := range []struct {
		op   wire.Operation
		body string
		want []string
		told string // id, refs, usage
	}{
		{wire.ChatGet, `{"id":"chatcmpl-1","object":"chat.completion","request_id":"req_1","input_user":"u","choices":[{"index":0,"message":{"role":"assistant","content":"a"}}],"seed":4944116822809979520,"tools":null,"metadata":{"k":"v"}}`,
			[]string{"value none u", "value assistant a", "name none k", "value none v"}, "chatcmpl-1 [chatcmpl-1] 0"},
		{wire.ChatList, `{"object":"list","data":[{"id":"chatcmpl-1","model":"gpt-4o","choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4}}],"first_id":"chatcmpl-1","has_more":false}`,
			[]string{"value assistant a"}, " [] 0"},
		{wire.ChatMessageList, `{"object":"list","data":[{"id":"chatcmpl-1-0","role":"user","name":"Ann","content":"a","content_parts":[{"type":"text","text":"b"}]}]}`, []string{"value user Ann", "value user a", "value user b"}, " [] 0"},
		{wire.ChatDelete, `{"id":"chatcmpl-1","object":"chat.completion.deleted","deleted":true}`, nil, "chatcmpl-1 [chatcmpl-1] 0"},
		{wire.ResponsesGet, `{"id":"resp_1","status":"completed","output":[` + item + `],"usage":{"input_tokens":3,"output_tokens":4}}`, []string{"value user a"}, "resp_1 [resp_1] 3"},
		{wire.InputItemList, `{"object":"list","data":[` + item + `],"first_id":"msg_1","last_id":"msg_1","has_more":false}`, []string{"value user a"}, " [] 0"},
		{wire.ConversationGet, `{"id":"conv_1","object":"conversation","created_at":1764000000,"metadata":{"k":"v"}}`, []string{"name none k", "value none v"}, "conv_1 [conv_1] 0"},
		{wire.ConversationItemCreate, `{"object":"list","data":[` + item + `]}`, []string{"value user a"}, " [] 0"},
		{wire.ConversationItemGet, item, []string{"value user a"}, "msg_1 [msg_1] 0"},
		{wire.AssistantGet, `{"id":"asst_1","object":"assistant","name":"n","description":null,"model":"gpt-4o","instructions":"i","tools":[],"metadata":{}}`, []string{"value none n", "value system i"}, "asst_1 [asst_1] 0"},
		{wire.ThreadGet, `{"id":"thread_1","object":"thread","metadata":{"k":"v"},"tool_resources":{"code_interpreter":{"file_ids":["file-1"]}}}`, []string{"name none k", "value none v"}, "thread_1 [thread_1] 0"},
		{wire.MessageGet, message, []string{"value assistant a", "value assistant b", "value assistant q", "value assistant r", "name assistant k", "value assistant v"}, "msg_1 [msg_1 thread_1] 0"},
		{wire.MessageList, `{"object":"list","data":[` + message + `]}`, []string{"value assistant a", "value assistant b", "value assistant q", "value assistant r", "name assistant k", "value assistant v"}, " [] 0"},
		{wire.RunGet, run, []string{"value system i", "identifier none f", "value none d", "identifier assistant f", "json assistant {}", "value none m", "name none k", "value none v"}, "run_1 [run_1 thread_1] 3"},
		{wire.StepGet, step, stepTexts, "step_1 [step_1 thread_1] 0"},
		{wire.StepList, `{"data":[` + step + `]}`, stepTexts, " [] 0"},
		{wire.VectorStoreGet, `{"id":"vs_1","object":"vector_store","name":"n","usage_bytes":123456789,"file_counts":{"in_progress":0,"total":12345678},"metadata":{"k":"v"},"expires_after":{"anchor":"last_active_at","days":7}}`,
			[]string{"value none n", "name none k", "value none v"}, "vs_1 [vs_1] 0"},
		{wire.VectorStoreSearch, `{"object":"vector_store.search_results.page","search_query":["q"],"data":[{"file_id":"file-1","filename":"f","score":0.123456789,"attributes":{"k":"v"},"content":[{"type":"text","text":"t"}]}],"has_more":false,"next_page":null}`,
			[]string{"value none q", "value none f", "name none k", "value none v", "value none t"}, " [] 0"},
		{wire.VectorFileGet, `{"id":"file-1","object":"vector_store.file","vector_store_id":"vs_1","status":"failed","last_error":{"code":"invalid_file","message":"m"},"attributes":{"k":"v"}}`,
			[]string{"value none m", "name none k", "value none v"}, "file-1 [file-1 vs_1] 0"},
		{wire.VectorFileContent, `{"object":"vector_store.file_content.page","data":[{"type":"text","text":"t"}],"has_more":false,"next_page":null}`, []string{"value none t"}, " [] 0"},
		{wire.VectorBatchGet, `{"id":"vsfb_1","vector_store_id":"vs_1","status":"in_progress","file_counts":{"total":1}}`, nil, "vsfb_1 [vsfb_1 vs_1] 0"},
		{wire.RunGet, `{"error":{"code":"429","message":"m"}}`, []string{"value none 429", "value none m"}, " [] 0"},
		{wire.ConversationItemGet, `{"error":{"code":"not_found","type":"invalid_request_error","message":"m"}}`, []string{"value none m"}, " [] 0"},
	} {
		t.Run(tt.op.String(), func(t *testing.T) {
			t.Parallel()
			a, err := wire.ParseAnswer(wire.Route{Operation: tt.op}, []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			testkit.DeepEqual(t, dump([]byte(tt.body), a.Texts), tt.want)
			testkit.Equal(t, fmt.Sprint(a.ID, " ", a.Refs, " ", a.Usage.Input), tt.told)
		})
	}
}

// Every string that could hide in a member of a stored object, known or not, is a text.
func TestStoredClosedWorld(t *testing.T) {
	t.Parallel()
	const secret = "ann@example.com 4111 1111"
	for _, op := range wire.StoredOperations() {
		for _, name := range wire.AnswerNames(op) {
			for _, shape := range []string{`%s`, `[%s]`, `{"type":%s}`, `[{"id":%s}]`, `{"status":{"x":[%s]}}`, `[{%s:1}]`} {
				body := []byte(`{"` + name + `":` + fmt.Sprintf(shape, `"`+secret+`"`) + `}`)
				a, err := wire.ParseAnswer(wire.Route{Operation: op}, body, wire.Limits{})
				if err != nil {
					continue // refused is as good
				}
				if !slices.ContainsFunc(a.Texts, func(x wire.Text) bool { return string(body[x.Start:x.End]) == secret }) {
					t.Errorf("%v: not a text: %s", op, body)
				}
			}
		}
	}
}

// FuzzStored feeds any document to all operations on stored objects, as a body and as an
// answer: texts stay inside, and without its log probabilities a document still can be read
// and has none.
func FuzzStored(f *testing.F) {
	f.Add(uint8(0), []byte(`{"data":[{"id":"chatcmpl-1","choices":[{"message":{"content":"a"},"logprobs":{"content":[{"token":"a","bytes":[97]}]}}]}]}`))
	f.Add(uint8(wire.RunGet-wire.ChatList), []byte(`{"id":"run_1","instructions":"i","required_action":{"submit_tool_outputs":{"tool_calls":[{"function":{"arguments":"{}"}}]}}}`))
	f.Add(uint8(wire.ConversationItemList-wire.ChatList), []byte(`{"data":[{"role":"user","content":[{"text":"a","logprobs":[[{"token":"a"}],1]}]}]}`))
	f.Add(uint8(wire.VectorStoreSearch-wire.ChatList), []byte(`{"query":["a"],"filters":{"filters":[{"key":"k","value":12345678}]}}`))
	ops := wire.StoredOperations()
	f.Fuzz(func(t *testing.T, op uint8, body []byte) {
		r := wire.Route{Operation: ops[int(op)%len(ops)], Body: wire.JSONBody, Streams: true}
		if a, err := wire.ParseAnswer(r, body, wire.Limits{}); err == nil {
			inside(t, body, a.Texts)
			plain := wire.Splice(nil, body, a.Splinters)
			again, err := wire.ParseAnswer(r, plain, wire.Limits{})
			testkit.NoError(t, err)
			testkit.Equal(t, len(again.Splinters)+len(splinters(string(plain), again.Texts)), 0)
			testkit.True(t, len(a.Refs) <= 8, "few ids")
		}
		if q, err := wire.ParseRequest(r, body, wire.Limits{}); err == nil {
			inside(t, body, q.Texts)
			_, err = wire.ParseRequest(r, wire.Splice(nil, body, q.Splinters), wire.Limits{})
			testkit.NoError(t, err)
			testkit.True(t, len(q.Refs) <= 8 && q.Stateful, "few ids")
		}
	})
}

func inside(t *testing.T, body []byte, found []wire.Text) {
	t.Helper()
	at := 0
	for _, x := range found {
		testkit.True(t, x.Start >= at && x.Start < x.End && x.End <= len(body), "inside and in order")
		at = x.Start
	}
}
