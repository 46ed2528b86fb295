package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestRequestTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   wire.Operation
		body string
		want []string
	}{
		{"chat: structure alone", wire.Chat, `{"model":"gpt-4o-mini-2024-07-18","stream":true,"temperature":0.123456789,"seed":1234567890,"messages":[{"role":"assistant","content":null,
			"tool_calls":[{"id":"call_abcDEF0123","type":"function"}]}],"tool_choice":"auto","modalities":["text"],"reasoning_effort":"low"}`, nil},
		{"chat: role before and after the content", wire.Chat, `{"messages":[{"role":"developer","content":"a"},{"content":"b","role":"user"},{"content":[{"type":"text","text":"c"}],"role":"tool","tool_call_id":"call_1"},{"content":"d"}]}`,
			[]string{"value system a", "value user b", "value tool c", "value none d"}},
		{"chat: calls", wire.Chat, `{"messages":[{"role":"assistant","name":"Ann","refusal":"r","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"call_2","type":"custom","custom":{"name":"g","input":"i"}}],
			"function_call":{"name":"h","arguments":"x"}}]}`,
			[]string{"value assistant Ann", "value assistant r", "identifier assistant f", `json assistant {\"a\":1}`, "identifier assistant g", "value assistant i", "identifier assistant h", "json assistant x"}},
		{"chat: media", wire.Chat, `{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},{"type":"image_url","image_url":"https://x/y"},
			{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"file","file":{"file_data":"AAAA","filename":"a.pdf","file_id":"file-9f2a"}}]}]}`,
			[]string{"media user data:image/png;base64,AAAA", "media user https://x/y", "media user AAAA", "media user AAAA", "value user a.pdf"}},
		{"chat: tools and schema", wire.Chat, `{"tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"who":{"type":"string","description":"e","enum":["x"]}},"required":["who"],"$defs":{"k":{"const":12345678}}}}}],
			"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object","additionalProperties":false}}},"tool_choice":{"type":"function","function":{"name":"f"}}}`,
			[]string{"identifier none f", "value none d", "identifier none who", "value none e", "value none x", "identifier none who", "identifier none k", "number none 12345678", "identifier none s", "identifier none f"}},
		{"chat: free maps and strangers", wire.Chat, `{"metadata":{"k":"v","n":4111111111111111,"short":1234567},"user":"u","stop":["s"],"ann@example.com":{"a":["b",{"c":-1.2345678}]},"logit_bias":{"50256":-100}}`,
			[]string{"name none k", "value none v", "name none n", "number none 4111111111111111", "name none short", "value none u", "value none s", "name none ann@example.com",
				"name none a", "value none b", "name none c", "number none -1.2345678", "name none 50256"}},
		{"chat: numbers and strings in wrong places", wire.Chat, `{"user":4111111111111111,"temperature":"warm","messages":[{"role":"ann@example.com","name":12345678}],"model":"4111 1111","tools":"t"}`,
			[]string{"number none 4111111111111111", "value none warm", "value none ann@example.com", "number none 12345678", "value none 4111 1111", "value none t"}},
		{"chat: a long number where one is expected", wire.Chat, `{"seed":4111111111111111,"temperature":0.123456789,"top_p":1}`,
			[]string{"identifier none 4111111111111111"}},
		{"chat: constants that are none", wire.Chat, `{"messages":[{"role":"user","tool_call_id":"CH9300762011623852957","type":"x"}],"service_tier":"078-05-1120","reasoning_effort":"a b","model":"m\u0061n"}`,
			[]string{"value user CH9300762011623852957", "name user type", "value user x", "value none 078-05-1120", "value none a b", `value none m\u0061n`}},
		{"chat: keys that look like ids and constants", wire.Chat, `{"messages":[{"role":"tool","tool_call_id":"sk-proj-aBcD"},{"role":"tool","tool_call_id":"call_aBcD"}],"service_tier":"ghp_aBcD","reasoning_effort":"low"}`,
			[]string{"value tool sk-proj-aBcD", "value none ghp_aBcD"}},
		{"chat: ids with a number in them", wire.Chat, `{"messages":[{"role":"tool","tool_call_id":"call_4111111111111111"},{"role":"tool","tool_call_id":"call_41111111111"}]}`,
			[]string{"value tool call_4111111111111111"}},
		{"chat: on your data", wire.Chat, `{"data_sources":[{"type":"azure_search","parameters":{"endpoint":"https://x","index_name":"i","role_information":"r","authentication":{"type":"api_key","key":"k","other":[12,true]},
			"embedding_dependency":{"type":"endpoint","endpoint":"https://y","authentication":{"type":"api_key","access_token":"t"}}}}]}`,
			[]string{"blocked none https://x", "value none i", "value none r", "blocked none key", "blocked none k", "blocked none other", "blocked none 12", "blocked none https://y", "blocked none access_token", "blocked none t"}},
		{"objects in the place of media and secrets keep what they are", wire.Responses, `{"input":[{"content":[{"file_data":{"x":"AA"}}],"encrypted_content":{"y":"b"}}],"tools":[{"server_url":{"u":["v",1,null]}}]}`,
			[]string{"media user x", "media user AA", "name user y", "value user b", "blocked none u", "blocked none v", "blocked none 1"}},
		{"chat: prediction and places", wire.Chat, `{"prediction":{"type":"content","content":[{"type":"text","text":"p"}]},"web_search_options":{"user_location":{"type":"approximate","approximate":{"city":"Bern"}}},"user_security_context":{"source_ip":"10.0.0.1"}}`,
			[]string{"value assistant p", "value none Bern", "value none 10.0.0.1"}},
		{"completions", wire.Completions, `{"model":"m","prompt":["a","b"],"suffix":"c","stop":"d","user":"u","echo":true}`,
			[]string{"value user a", "value user b", "value none c", "value none d", "value none u"}},
		{"embeddings", wire.Embeddings, `{"model":"m","input":["a"],"dimensions":256,"encoding_format":"float","user":"u"}`, []string{"value user a", "value none u"}},
		{"moderations", wire.Moderations, `{"input":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:x"}}]}`, []string{"value user a", "media user data:x"}},
		{"images", wire.Images, `{"model":"dall-e-3","prompt":"a cat","size":"1024x1024","n":2,"response_format":"b64_json"}`, []string{"value user a cat", "value none 1024x1024"}},
		{"speech", wire.Speech, `{"model":"tts-1","input":"a","instructions":"b","voice":"alloy","speed":1.0,"stream_format":"audio"}`, []string{"value user a", "value system b"}},
		{"responses: strings", wire.Responses, `{"model":"m","input":"a","instructions":"b","user":"u","previous_response_id":"resp_0123456789abcdef"}`,
			[]string{"value user a", "value system b", "value none u"}},
		{"responses: items", wire.Responses, `{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:x","file_id":"file-1"},{"type":"input_file","filename":"f","file_data":"AA","file_url":"https://z"}]},
			{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"call_1","output":"o"},{"type":"function_call_output","output":[{"type":"input_text","text":"p"}]},
			{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"s"}],"encrypted_content":"` + sealed + `"},{"type":"reasoning","encrypted_content":"4111111111111111"},{"type":"item_reference","id":"msg_1"}]}`,
			[]string{"value user a", "media user data:x", "value user f", "media user AA", "media user https://z", "identifier assistant f", "json assistant {}", "value tool o", "value tool p", "value assistant s", "sealed assistant " + sealed, "value assistant 4111111111111111"}},
		{"responses: hosted tools in items", wire.Responses, `{"input":[{"type":"computer_call","action":{"type":"type","text":"a","x":10},"pending_safety_checks":[{"id":"cu_1","code":"malicious","message":"m"}]},
			{"type":"shell_call","action":{"commands":["ls"],"env":{"K":"V"},"timeout_ms":120000000}},{"type":"shell_call_output","output":[{"stdout":"o","stderr":"e","outcome":{"type":"exit","exit_code":0}}]},
			{"type":"image_generation_call","result":"` + strings.Repeat("AAAA", 40) + `"},{"type":"program_output","result":"plain"},{"type":"file_search_call","queries":["q"],"results":[{"text":"t","filename":"n","attributes":{"k":"v"}}]},
			{"type":"tool_search_call","arguments":{"goal":"g"}},{"type":"code_interpreter_call","code":"c","outputs":[{"type":"logs","logs":"l"}]},{"type":"apply_patch_call","operation":{"type":"update_file","path":"p","diff":"d"}}]}`,
			[]string{"value assistant a", "value assistant m", "value assistant ls", "name assistant K", "value assistant V", "value tool o", "value tool e", "media assistant " + strings.Repeat("AAAA", 40), "value tool plain",
				"value assistant q", "value assistant t", "value assistant n", "name assistant k", "value assistant v", "name assistant goal", "value assistant g", "value assistant c", "value assistant l", "value assistant p", "value assistant d"}},
		{"responses: tools", wire.Responses, `{"tools":[{"type":"mcp","server_label":"l","server_url":"https://x","authorization":"a","headers":{"H":"v"},"connector_id":"connector_gmail","allowed_tools":["t"],"require_approval":{"never":{"tool_names":["u"]}}},
			{"type":"file_search","vector_store_ids":["vs_1"],"filters":{"type":"and","filters":[{"type":"eq","key":"k","value":"v"}]}},{"type":"web_search","filters":{"allowed_domains":["d"]},"user_location":{"city":"Bern"}},
			{"type":"code_interpreter","container":{"type":"auto","network_policy":{"type":"allowlist","allowed_domains":["e"],"domain_secrets":[{"domain":"f","value":"s"}]}}},{"type":"image_generation","input_image_mask":{"image_url":"data:m"}},
			{"type":"custom","name":"c","format":{"type":"grammar","syntax":"lark","definition":"g"}},{"type":"namespace","name":"n","tools":[{"type":"function","name":"o"}]}],"tool_choice":{"type":"mcp","server_label":"l"}}`,
			[]string{"identifier none l", "blocked none https://x", "blocked none a", "blocked none H", "blocked none v", "blocked none connector_gmail", "identifier none t", "identifier none u", "value none k", "value none v",
				"blocked none d", "value none Bern", "blocked none e", "blocked none domain", "blocked none f", "blocked none value", "blocked none s", "blocked none data:m", "identifier none c", "value none g", "identifier none n", "identifier none o", "identifier none l"}},
		{"responses: prompt and format", wire.Responses, `{"prompt":{"id":"pmpt_1","version":"2","variables":{"who":"Ann","pic":{"type":"input_image","image_url":"data:x"}}},"text":{"format":{"type":"json_schema","name":"s","description":"d","schema":{}}},
			"metadata":{"a":"b"},"conversation":{"id":"conv_1"},"include":["reasoning.encrypted_content"],"reasoning":{"effort":"low"}}`,
			[]string{"value none 2", "name none who", "value user Ann", "name none pic", "media user data:x", "identifier none s", "value none d", "name none a", "value none b"}},
		{"input tokens", wire.InputTokens, `{"model":"m","input":"a"}`, []string{"value user a"}},
		{"compact", wire.Compact, `{"model":"m","input":[{"role":"user","content":"a"}],"instructions":"b"}`, []string{"value user a", "value system b"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.ParseRequest(post(tt.op), []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			if lines := dump([]byte(tt.body), got.Texts); !slices.Equal(lines, tt.want) {
				t.Errorf("texts:\n got %s\nwant %s", strings.Join(lines, "\n     "), strings.Join(tt.want, "\n     "))
			}
		})
	}
}

// Every string that an application could hide in any member, known or not, is a text: the
// table of an operation can only take away what looks like a constant.
func TestRequestClosedWorld(t *testing.T) {
	t.Parallel()
	const secret = "ann@example.com 4111 1111"
	for op := wire.Chat; op <= wire.Speech; op++ {
		for _, name := range wire.MemberNames(op) {
			for _, shape := range []string{`%s`, `[%s]`, `{"type":%s}`, `[{"id":%s}]`, `{"status":{"x":[%s]}}`} {
				value := fmt.Sprintf(shape, `"`+secret+`"`)
				body := []byte(`{"` + name + `":` + value + `}`)
				q, err := wire.ParseRequest(post(op), body, wire.Limits{})
				if err != nil {
					continue // refused is as good
				}
				found := slices.ContainsFunc(q.Texts, func(x wire.Text) bool { return string(body[x.Start:x.End]) == secret })
				if !found {
					t.Errorf("%v: not a text: %s", op, body)
				}
			}
		}
	}
}

func TestRequestFacts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		op   wire.Operation
		body string
		want wire.Request
	}{
		{"nothing", wire.Chat, `{}`, wire.Request{Choices: 1}},
		{"chat", wire.Chat, `{"model":"gpt\u002d4o","stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"max_completion_tokens":7,"n":3,"logprobs":true,"store":true}`,
			wire.Request{Model: "gpt-4o", Stream: true, IncludeUsage: true, MaxOutput: 7, Choices: 3, Logprobs: true, Store: true}},
		{"nulls", wire.Chat, `{"model":null,"stream":null,"stream_options":null,"max_tokens":null,"n":null,"logprobs":null,"top_logprobs":null,"store":null}`, wire.Request{Choices: 1}},
		{"top_logprobs", wire.Chat, `{"top_logprobs":2}`, wire.Request{Choices: 1, Logprobs: true}},
		{"completions", wire.Completions, `{"logprobs":0,"best_of":4,"n":2}`, wire.Request{Choices: 4}},
		{"responses", wire.Responses, `{"max_output_tokens":9,"include":["message.output_text.logprobs"],"previous_response_id":"resp_1"}`, wire.Request{MaxOutput: 9, Choices: 1, Logprobs: true, Stateful: true, Store: true}},
		{"responses: store false", wire.Responses, `{"store":false,"background":true}`, wire.Request{Choices: 1, Stateful: true}},
		{"responses: include", wire.Responses, `{"store":false,"include":["reasoning.encrypted_content"],"conversation":"conv_1"}`, wire.Request{Choices: 1, Stateful: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.ParseRequest(post(tt.op), []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			tt.want.Texts, tt.want.TextBytes = got.Texts, got.TextBytes
			testkit.Equal(t, fmt.Sprintf("%+v", exported(got)), fmt.Sprintf("%+v", exported(&tt.want)))
		})
	}
}

// exported is a copy without the unexported fields.
func exported(q *wire.Request) wire.Request {
	return wire.Request{Model: q.Model, Stream: q.Stream, IncludeUsage: q.IncludeUsage, MaxOutput: q.MaxOutput, Choices: q.Choices,
		Logprobs: q.Logprobs, Store: q.Store, Stateful: q.Stateful, TextBytes: q.TextBytes}
}

func TestRequestRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		op   wire.Operation
		body string
		code event.Code
	}{
		{wire.Chat, ``, event.BodyTruncated},
		{wire.Chat, `[]`, event.BodyInvalid},
		{wire.Chat, `"x"`, event.BodyInvalid},
		{wire.Chat, `null`, event.BodyInvalid},
		{wire.Chat, `{"messages":[],"messages":[]}`, event.BodyDuplicateName},
		{wire.Chat, `{"messages":[{"content":"a","c\u006fntent":"b"}]}`, event.BodyDuplicateName},
		{wire.Chat, `{"messages":[{"content":"a","Content":"b"}]}`, event.BodyDuplicateName},
		{wire.Chat, `{"Messages":[]}`, event.BodyDuplicateName},
		{wire.Chat, `{"meſſages":[]}`, event.BodyDuplicateName},
		{wire.Chat, `{"\u212Aeywords":1,"top_\u004Bogprobs":1,"logprob\u017f":1}`, event.BodyDuplicateName},
		{wire.Chat, `{"stream":"true"}`, event.BodyInvalid},
		{wire.Chat, `{"stream":1}`, event.BodyInvalid},
		{wire.Chat, `{"model":["gpt"]}`, event.BodyInvalid},
		{wire.Chat, `{"model":7}`, event.BodyInvalid},
		{wire.Chat, `{"max_tokens":1e3}`, event.BodyInvalid},
		{wire.Chat, `{"max_tokens":-1}`, event.BodyInvalid},
		{wire.Chat, `{"max_tokens":99999999999999999999}`, event.BodyInvalid},
		{wire.Chat, `{"n":"2"}`, event.BodyInvalid},
		{wire.Chat, `{"stream_options":[]}`, event.BodyInvalid},
		{wire.Chat, `{"stream_options":{"include_usage":"yes"}}`, event.BodyInvalid},
		{wire.Completions, `{"prompt":[1,2]}`, event.BodyTokens},
		{wire.Completions, `{"prompt":[[1],[2]]}`, event.BodyTokens},
		{wire.Completions, `{"prompt":["a",[2]]}`, event.BodyTokens},
		{wire.Embeddings, `{"input":[[15339]]}`, event.BodyTokens},
		{wire.Chat, `{"messages":[{"role":"user","content":[1,2,3]}]}`, event.BodyTokens},
		{wire.Chat, `{"prediction":{"type":"content","content":[106,97]}}`, event.BodyTokens},
		{wire.Responses, `{"input":[1,2,3]}`, event.BodyTokens},
		{wire.Responses, `{"input":[[1],[2]]}`, event.BodyTokens},
		{wire.Responses, `{"instructions":[1]}`, event.BodyTokens},
		{wire.Responses, `{"input":[{"role":"user","content":[1,2,3]}]}`, event.BodyTokens},
		{wire.Embeddings, `{"input":{"x":1}}`, event.BodyTokens},
		{wire.Embeddings, `{"stream":true}`, ""},
		{wire.Images, `{"prompt":"a","stream":true}`, event.RouteUnsupported},
		{wire.Speech, `{"input":"a","stream_format":"sse"}`, event.RouteUnsupported},
		{wire.Models, `{}`, event.BodyInvalid},
		{wire.Unknown, `{}`, event.BodyInvalid},
	} {
		_, err := wire.ParseRequest(post(tt.op), []byte(tt.body), wire.Limits{})
		if tt.code == "" {
			testkit.NoError(t, err)
			continue
		}
		wantCode(t, err, tt.code)
	}
	_, err := wire.ParseRequest(post(wire.Chat), []byte(`{"user":"0123456789"}`), wire.Limits{MaxBytes: 20})
	wantCode(t, err, event.BodyTooLarge)
	q, err := wire.ParseRequest(wire.Route{Operation: wire.Models}, nil, wire.Limits{})
	testkit.NoError(t, err)
	testkit.Equal(t, q.Choices, 1)
	_, err = wire.ParseRequest(wire.Route{Operation: wire.Models}, []byte("{}"), wire.Limits{})
	wantCode(t, err, event.BodyInvalid)
}

func TestIncludeUsage(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"stream":true}`:                                                    `{"stream_options":{"include_usage":true},"stream":true}`,
		" {\n \"stream\" : true }":                                           " {\"stream_options\":{\"include_usage\":true},\n \"stream\" : true }",
		`{"stream":true,"stream_options":null}`:                              `{"stream":true,"stream_options":{"include_usage":true}}`,
		`{"stream":true,"stream_options":{ }}`:                               `{"stream":true,"stream_options":{"include_usage":true }}`,
		`{"stream_options":{"include_obfuscation":false},"stream":true}`:     `{"stream_options":{"include_usage":true,"include_obfuscation":false},"stream":true}`,
		`{"stream":true,"stream_options":{"include_usage":false}}`:           `{"stream":true,"stream_options":{"include_usage":true}}`,
		`{"stream":true,"stream_options":{"include\u005fusage":null,"a":1}}`: `{"stream":true,"stream_options":{"include\u005fusage":true,"a":1}}`,
		`{"stream":true,"stream_options":{"include_usage":true}}`:            `{"stream":true,"stream_options":{"include_usage":true}}`,
		`{"stream":false}`:                                                   `{"stream":false}`,
		`{}`:                                                                 `{}`,
	} {
		q, err := wire.ParseRequest(post(wire.Chat), []byte(body), wire.Limits{})
		testkit.NoError(t, err)
		got := wire.IncludeUsage([]byte(body), q)
		testkit.Equal(t, string(got), want)
		again, err := wire.ParseRequest(post(wire.Chat), got, wire.Limits{})
		testkit.NoError(t, err)
		testkit.Equal(t, again.IncludeUsage, again.Stream)
	}
	q, err := wire.ParseRequest(post(wire.Responses), []byte(`{"stream":true}`), wire.Limits{})
	testkit.NoError(t, err)
	_, ok := q.UsageEdit()
	testkit.True(t, !ok, "Responses tells its usage by itself")
}

func TestStoreEdit(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{}`:             `{"store":false}`,
		`{"input":"a"}`:  `{"store":false,"input":"a"}`,
		`{"store":null}`: `{"store":false}`,
		`{"store":true}`: `{"store":true}`,
	} {
		q, err := wire.ParseRequest(post(wire.Responses), []byte(body), wire.Limits{})
		testkit.NoError(t, err)
		var edits []wire.Edit
		if e, ok := q.StoreEdit(); ok {
			edits = append(edits, e)
		}
		testkit.Equal(t, string(wire.Splice(nil, []byte(body), edits)), want)
	}
}

func TestLeaves(t *testing.T) {
	t.Parallel()
	doc := []byte(`{"role":"user","id":"x","n":12345678,"m":[{"type":"t"},1234567]}`)
	first := wire.Text{Start: 1, End: 2}
	got, err := wire.Leaves([]wire.Text{first}, doc, wire.Limits{})
	testkit.NoError(t, err)
	testkit.Equal(t, got[0], first)
	testkit.DeepEqual(t, dump(doc, got[1:]), []string{"name none role", "value none user", "name none id", "value none x", "name none n", "number none 12345678", "name none m", "name none type", "value none t"})
	got, err = wire.Leaves(nil, []byte(`not JSON`), wire.Limits{})
	wantCode(t, err, event.BodyInvalid)
	testkit.Equal(t, len(got), 0)
}

// A body without findings leaves byte for byte; one in which every replaceable text is
// quoted anew says the same.
func FuzzRequest(f *testing.F) {
	f.Add(uint8(wire.Chat), chatBody(2000))
	f.Add(uint8(wire.Responses), []byte(`{"input":[{"role":"user","content":"a\u00e9"}],"stream":true}`))
	f.Add(uint8(wire.Completions), []byte(`{"prompt":["a",1]}`))
	f.Fuzz(func(t *testing.T, op uint8, body []byte) {
		route := post(wire.Operation(op % uint8(wire.Models)))
		q, err := wire.ParseRequest(route, body, wire.Limits{})
		if err != nil {
			return
		}
		testkit.True(t, bytes.Equal(wire.Splice(nil, body, nil), body), "no edits, no change")
		var edits []wire.Edit
		for _, x := range q.Texts {
			if x.Kind != wire.Number && byteAt(body, x.End) == '"' {
				edits = append(edits, wire.Edit{Start: x.Start, End: x.End, Text: string(wire.Quote(nil, string(wire.Unquote(nil, body[x.Start:x.End]))))})
			}
		}
		if e, ok := q.UsageEdit(); ok {
			edits = append(edits, e)
		}
		changed := wire.Splice(nil, body, edits)
		again, err := wire.ParseRequest(route, changed, wire.Limits{MaxBytes: 1 << 30})
		testkit.NoError(t, err)
		testkit.Equal(t, again.Model, q.Model)
		if route.Operation == wire.Chat || route.Operation == wire.Completions {
			testkit.Equal(t, again.IncludeUsage, q.IncludeUsage || q.Stream)
		} else {
			var before, after any
			testkit.NoError(t, json.Unmarshal(body, &before))
			testkit.NoError(t, json.Unmarshal(changed, &after))
			testkit.DeepEqual(t, after, before)
		}
	})
}

func byteAt(b []byte, i int) byte {
	if i >= len(b) {
		return 0
	}
	return b[i]
}

func TestShapesFit(t *testing.T) {
	t.Parallel()
	testkit.True(t, wire.LongestTable() <= wire.MaxMembers, "one bit per member")
}
