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

func TestAnswer(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		op    wire.Operation
		body  string
		want  wire.Answer
		texts []string
	}{
		{"chat", wire.Chat, `{"id":"chatcmpl-9f2a","object":"chat.completion","created":1764000000,"model":"gpt-4o-2024-08-06","system_fingerprint":"fp_9f2a",
			"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"detected":false,"filtered":false}}}],
			"choices":[{"index":0,"finish_reason":"stop","logprobs":null,"message":{"role":"assistant","content":"a","refusal":null,"annotations":[{"type":"url_citation","url_citation":{"title":"t","url":"u","start_index":0,"end_index":12345678}}]},
				"content_filter_results":{"protected_material_code":{"citation":{"URL":"x","license":"MIT"}}}},
				{"index":1,"finish_reason":"tool_calls","message":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}],"reasoning_content":"r","context":{"intent":"i","citations":[{"content":"c"}]}}}],
			"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":2}}}`,
			wire.Answer{ID: "chatcmpl-9f2a", Fingerprint: "fp_9f2a", Model: "gpt-4o-2024-08-06", FinishReasons: []string{"stop", "tool_calls"}, Usage: wire.Usage{Known: true, Input: 10, Output: 5, Cached: 4, Reasoning: 2}},
			[]string{"value assistant a", "value assistant t", "value assistant u", "value assistant x", "value assistant MIT", "identifier assistant f", "json assistant {}", "value assistant r", "value assistant i", "value assistant c"}},
		{"chat: logprobs and an odd reason", wire.Chat, `{"choices":[{"finish_reason":"ann@example.com","logprobs":{"content":[{"token":"a","logprob":-0.123456789,"bytes":[97],"top_logprobs":[]}]}}]}`,
			wire.Answer{FinishReasons: []string{"other"}, Logprobs: true}, []string{"value assistant ann@example.com", "splinter assistant a", "splinter assistant [97]"}},
		{"completions", wire.Completions, `{"choices":[{"text":"a","index":0,"logprobs":{"tokens":["b"],"top_logprobs":[{"c":-1.23456789}]},"finish_reason":"length"}]}`,
			wire.Answer{FinishReasons: []string{"length"}, Logprobs: true}, []string{"value assistant a", "splinter assistant b", "splinter assistant c"}},
		{"responses", wire.Responses, `{"id":"resp_1","object":"response","created_at":1764000000,"status":"completed","error":null,"model":"gpt-4.1","instructions":"i","output":[{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"` + sealed + `"},
			{"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"a","annotations":[],"logprobs":[]}]},{"type":"function_call","call_id":"call_1","name":"f","arguments":"{}"}],
			"tools":[{"type":"mcp","server_url":"https://x"}],"metadata":{"k":"v"},"usage":{"input_tokens":3,"input_tokens_details":{"cached_tokens":1},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":5}}`,
			wire.Answer{ID: "resp_1", Model: "gpt-4.1", FinishReasons: []string{"completed"}, Usage: wire.Usage{Known: true, Input: 3, Output: 2, Cached: 1, Reasoning: 1}},
			[]string{"value system i", "sealed assistant " + sealed, "value assistant a", "identifier assistant f", "json assistant {}", "value none https://x", "name none k", "value none v"}},
		{"responses: logprobs", wire.Responses, `{"output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"a","logprobs":[{"token":"a","logprob":-1,"bytes":[97]}]}]}]}`,
			wire.Answer{Logprobs: true}, []string{"value assistant a", "splinter assistant a", "splinter assistant [97]"}},
		{"responses: incomplete", wire.Responses, `{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"output":[]}`, wire.Answer{FinishReasons: []string{"max_output_tokens"}}, nil},
		{"responses: failed", wire.Responses, `{"status":"failed","error":{"code":"server_error","message":"m"}}`, wire.Answer{FinishReasons: []string{"failed"}, ErrorCode: "server_error"}, []string{"value none m"}},
		{"input tokens", wire.InputTokens, `{"object":"response.input_tokens","input_tokens":11}`, wire.Answer{Usage: wire.Usage{Known: true, Input: 11}}, nil},
		{"compact", wire.Compact, `{"id":"resp_2","object":"response.compaction","output":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}]}`, wire.Answer{ID: "resp_2"}, []string{"value user a"}},
		{"embeddings: floats", wire.Embeddings, `{"object":"list","data":[{"object":"embedding","index":0,"embedding":[-0.012345678,1e-10]}],"model":"text-embedding-3-small","usage":{"prompt_tokens":5,"total_tokens":5}}`,
			wire.Answer{Model: "text-embedding-3-small", Usage: wire.Usage{Known: true, Input: 5}}, nil},
		{"embeddings: base64", wire.Embeddings, `{"data":[{"embedding":"AAAAAA+/=="},{"embedding":"not base64"}]}`, wire.Answer{}, []string{"value none not base64"}},
		{"models", wire.Models, `{"object":"list","data":[{"id":"gpt-4o-2024-08-06","object":"model","created":1764000000,"owned_by":"azure","capabilities":{"chat_completion":true},"deprecation":{"inference":1791004800}}],"has_more":false}`,
			wire.Answer{}, []string{"name none chat_completion", "name none inference"}},
		{"model", wire.Model, `{"id":"gpt-4o","object":"model","created":1764000000,"owned_by":"azure"}`, wire.Answer{}, nil},
		{"images", wire.Images, `{"created":1764000000,"data":[{"revised_prompt":"p","url":"https://x?sig=y"},{"b64_json":"AAAA"}]}`, wire.Answer{}, []string{"value none p", "value none https://x?sig=y", "media none AAAA"}},
		{"moderations", wire.Moderations, `{"id":"modr-1","model":"m","results":[{"flagged":false,"categories":{"hate":false},"category_scores":{"hate":0.0000123456}}]}`, wire.Answer{ID: "modr-1", Model: "m"}, []string{"name none hate", "name none hate"}},
		{"content filter", wire.Chat, `{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}`,
			wire.Answer{ErrorCode: "content_filter", InnerCode: "ResponsibleAIPolicyViolation"}, []string{"value none The response was filtered", "value none ResponsibleAIPolicyViolation"}},
		{"429", wire.Chat, `{"error":{"code":"429","message":"Please retry after 7 seconds."}}`, wire.Answer{ErrorCode: "429"}, []string{"value none 429", "value none Please retry after 7 seconds."}},
		{"numeric code", wire.Chat, `{"error":{"code":401,"message":"m"}}`, wire.Answer{ErrorCode: "401"}, []string{"value none m"}},
		{"403", wire.Speech, `{"error":{"code":"403","message":"Public access is disabled. Please configure private endpoint."}}`, wire.Answer{ErrorCode: "403", PrivatePath: true}, []string{"value none 403", "value none Public access is disabled. Please configure private endpoint."}},
		{"API Management", wire.Chat, `{"statusCode":403,"message":"Access denied due to Virtual Network\/Firewall rules."}`, wire.Answer{PrivatePath: true}, []string{`value none Access denied due to Virtual Network\/Firewall rules.`}},
		{"error as a string", wire.Chat, `{"error":"x"}`, wire.Answer{}, []string{"value none x"}},
		{"code that is none", wire.Chat, `{"error":{"code":"ann@example.com"}}`, wire.Answer{}, []string{"value none ann@example.com"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.ParseAnswer(post(tt.op), []byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			if lines := dump([]byte(tt.body), got.Texts); !slices.Equal(lines, tt.texts) {
				t.Errorf("texts:\n got %s\nwant %s", strings.Join(lines, "\n     "), strings.Join(tt.texts, "\n     "))
			}
			tt.want.Texts, tt.want.TextBytes, tt.want.Splinters, tt.want.Offsets = got.Texts, got.TextBytes, got.Splinters, got.Offsets
			if tt.want.ID != "" {
				tt.want.Refs = append([]string{tt.want.ID}, tt.want.Refs...)
			}
			testkit.Equal(t, fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", tt.want))
		})
	}
}

func TestAnswerRefuses(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `<html>`, `[]`, `{"id":"a","id":"b"}`, `{"choices":[{"message":{"content":"a","Content":"b"}}]}`, "{\"a\":\"\xff\"}", `{"a":`, strings.Repeat(`{"a":`, 100)} {
		_, err := wire.ParseAnswer(post(wire.Chat), []byte(body), wire.Limits{})
		wantCode(t, err, event.ResponseInvalid)
	}
	_, err := wire.ParseAnswer(post(wire.Chat), []byte(`{"a":"0123456789"}`), wire.Limits{MaxBytes: 10})
	wantCode(t, err, event.ResponseTooLarge)
}
