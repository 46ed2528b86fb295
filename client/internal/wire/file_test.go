package wire_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const (
	chatLine      = `{"custom_id":"c-1","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o","messages":[{"role":"user","content":"hi"}],"max_tokens":5}}`
	responsesLine = `{"body":{"input":"there","model":"gpt-4.1"},"url":"/openai/v1/responses","custom_id":"c-2"}`
	embedLine     = `{"url":"/embeddings","body":{"model":"gpt-4o","input":["a","b"]},"method":"POST"}`
)

// upload is a form as openai-go writes it: the file comes before its purpose.
func upload(purpose, content string) []byte {
	return form(file("file", "f.jsonl", content), field("purpose", purpose))
}

func parseFile(t *testing.T, purpose, content string) (*wire.Request, []string) {
	t.Helper()
	body := upload(purpose, content)
	q, err := wire.ParseForm(formRoute(wire.FileCreate), boundary, body, wire.Limits{})
	testkit.NoError(t, err)
	lines := dumpForm(body, q.Texts)
	testkit.Equal(t, lines[0], "file=: value user f.jsonl")
	size := 0
	for _, x := range q.Texts {
		if x.Kind != wire.Media && x.Kind != wire.Sealed {
			size += x.End - x.Start
		}
	}
	testkit.Equal(t, q.TextBytes, size)
	return q, lines[1:]
}

func TestFileTexts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, purpose, content string
		want                   []string
	}{
		{"batch", "batch", chatLine + "\n" + responsesLine + "\r\n\n" + embedLine + "\n" + chatLine,
			[]string{"custom_id: value none c-1", "content: value user hi", "input: value user there", "custom_id: value none c-2", "input: value user a", "input: value user b",
				"custom_id: value none c-1", "content: value user hi"}},
		{"batch: the shape is that of the url", "batch", `{"url":"/v1/completions","body":{"prompt":"p","logit_bias":{"k":1}}}` + "\n" + `{"url":"/v1/moderations","body":{"input":"m"}}` + "\n" +
			`{"url":"/v1/images/generations","body":{"prompt":"i","size":"auto"}}` + "\n" + `{"url":"/chat/completions","body":{"messages":[{"content":[{"type":"image_url","image_url":{"url":"data:x"}}],"role":"user"}],"tools":[{"type":"mcp","server_url":"https://x"}]}}`,
			[]string{"prompt: value user p", "logit_bias: name none k", "input: value user m", "prompt: value user i", "url: media user data:x", "server_url: blocked none https://x"}},
		{"batch: strangers", "batch", `{"note":{"n":4111111111111111},"url":"\/v1\/chat\/completions","body":{"messages":[]},"custom_id":7}`,
			[]string{"file: name none note", "note: name none n", "n: number none 4111111111111111"}},
		{"batch: nothing in it", "batch", "", nil},
		{"fine-tuning", "fine-tune", `{"messages":[{"role":"system","content":"s"},{"role":"assistant","content":"a","weight":0}],"tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":true}` + "\n" +
			`{"prompt":"p","completion":"c"}` + "\n" +
			`{"input":{"messages":[{"role":"user","content":"q"}]},"preferred_output":[{"role":"assistant","content":"y"}],"non_preferred_output":[{"content":"n"}]}` + "\n" +
			`{"messages":[],"reference":{"answer":"r"}}`,
			[]string{"content: value system s", "content: value assistant a", "name: identifier none f", "prompt: value user p", "completion: value assistant c", "content: value user q",
				"content: value assistant y", "content: value assistant n", "file: name none reference", "reference: name none answer", "answer: value none r"}},
		{"text", "assistants", "Dear Ann,\r\n\"quoted\" \\ {}\n", []string{"file=: value user Dear Ann,\r\n\"quoted\" \\ {}\n"}},
		{"markdown", "assistants", "\ufeff# Title\n\n---\n\x0c", []string{"file=: value user \ufeff# Title\n\n---\n\x0c"}},
		{"table", "user_data", "\"Ann\",4111111111111111\n", []string{"file=: value user \"Ann\",4111111111111111\n"}},
		{"JSON", "assistants", " [{\n\"who\": \"\\u0041nn\", \"n\": 12345678}]\n", []string{"file: name user who", `who: value user \u0041nn`, "file: name user n", "n: number user 12345678"}},
		{"JSON of strings", "assistants", `["a"]`, []string{"file: value user a"}},
		{"JSON after a mark", "assistants", "\ufeff{\"a\":\"b\"}", []string{"file: name user a", "a: value user b"}},
		{"JSON lines", "evals", `{"item":"a"}` + "\n\n" + `{"item":"b"}` + "\n", []string{"file: name user item", "item: value user a", "file: name user item", "item: value user b"}},
		{"JSON that is none", "assistants", `{"a":"\u0041nn","a":1}`, []string{`file=: json user {"a":"\u0041nn","a":1}`}},
		{"lines that are not all JSON", "assistants", "[link]: x\n{}", []string{"file=: json user [link]: x\n{}"}},
		{"no purpose that is known", "Batch", "text", []string{"file=: value user text", "purpose=: value none Batch"}},
		{"image", "vision", "\x89PNG\r\n\x1a\n", []string{"file=: media user \x89PNG\r\n\x1a\n"}},
		{"text with a NUL", "assistants", "a\x00b", []string{"file=: media user a\x00b"}},
		{"text with an escape", "assistants", "a\x1b[0m", []string{"file=: media user a\x1b[0m"}},
		{"Latin-1", "assistants", "caf\xe9", []string{"file=: media user caf\xe9"}},
		{"JSON in Latin-1", "assistants", "{\"a\":\"caf\xe9\"}", []string{"file=: media user {\"a\":\"caf\xe9\"}"}},
		{"PDF in ASCII", "assistants", "%PDF-1.7\n", []string{"file=: media user %PDF-1.7\n"}},
		{"RTF", "assistants", `{\rtf1 \'41}`, []string{`file=: media user {\rtf1 \'41}`}},
		{"nothing", "assistants", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, got := parseFile(t, tt.purpose, tt.content)
			wantLines(t, got, tt.want)
		})
	}
}

func TestFileForm(t *testing.T) {
	t.Parallel()
	body := form(field("purpose", "user_data"), field("expires_after[anchor]", "created_at"), field("expires_after[seconds]", "2592000"), file("file", "Ann.txt", "text"), field("note", "n"))
	q, err := wire.ParseForm(formRoute(wire.FileCreate), boundary, body, wire.Limits{})
	testkit.NoError(t, err)
	wantLines(t, dumpForm(body, q.Texts), []string{"file=: value user Ann.txt", "file=: value user text", "note=: name none note", "note=: value none n"})
	testkit.True(t, q.Stateful, "the service keeps it")
}

func TestBatchFacts(t *testing.T) {
	t.Parallel()
	q, _ := parseFile(t, "batch", chatLine+"\n"+responsesLine+"\n"+embedLine)
	testkit.Equal(t, fmt.Sprint(q.Models, q.Model, q.MaxOutput, q.Choices, q.Stream, q.Logprobs, q.Store, q.Stateful), "[gpt-4o gpt-4.1]5 1 false false true true")
	q, _ = parseFile(t, "batch", `{"url":"/v1/chat/completions","body":{"n":3,"logprobs":true,"model":"m"}}`+"\n"+
		`{"url":"/v1/responses","body":{"store":false,"previous_response_id":"resp_1","input":[{"role":"assistant","content":[{"type":"output_text","text":"a","logprobs":[{"token":"a","logprob":-1}]}]}]}}`)
	testkit.Equal(t, fmt.Sprint(q.Models, q.Choices, q.Logprobs, q.Store, q.Refs, len(q.Splinters)), "[m] 3 true false [resp_1] 1")
	q, _ = parseFile(t, "assistants", "text")
	testkit.Equal(t, fmt.Sprint(q.Models, q.Choices), "[] 1")
}

func TestFileRefuses(t *testing.T) {
	t.Parallel()
	many := func(n int, line string) string { return strings.Repeat(line+"\n", n) }
	var models strings.Builder
	for i := range 17 {
		fmt.Fprintf(&models, `{"url":"/v1/embeddings","body":{"model":"m%d"}}`+"\n", i)
	}
	for _, tt := range []struct {
		name, purpose, content string
		code                   event.Code
		at                     int // in the content
	}{
		{"no JSON", "batch", chatLine + "\nhello", event.BodyInvalid, len(chatLine) + 1},
		{"half a line", "batch", chatLine[:40] + "\n" + chatLine, event.BodyInvalid, 40},
		{"half a line at the end", "batch", chatLine[:40], event.BodyInvalid, 40},
		{"a list", "batch", `[` + chatLine + `]`, event.BodyInvalid, 0},
		{"two on a line", "batch", chatLine + chatLine, event.BodyInvalid, len(chatLine)},
		{"a document over lines", "batch", "{\n\"url\":\"/v1/chat/completions\"}", event.BodyInvalid, 1},
		{"a mark at the beginning", "batch", "\ufeff" + chatLine, event.BodyInvalid, 0},
		{"a name twice", "batch", `{"url":"/v1/chat/completions","url":"/v1/embeddings"}`, event.BodyDuplicateName, 30},
		{"a name in another case", "batch", `{"URL":"/v1/chat/completions"}`, event.BodyDuplicateName, 1},
		{"no url", "batch", `{"body":{}}`, event.RouteUnsupported, 0},
		{"unknown url", "batch", chatLine + "\n" + `{"url":"/v1/videos","body":{}}`, event.RouteUnsupported, len(chatLine) + 1},
		{"a url that no batch has", "batch", `{"url":"/v1/audio/speech","body":{}}`, event.RouteUnsupported, 0},
		{"a url of a form", "batch", `{"url":"/v1/images/edits","body":{}}`, event.RouteUnsupported, 0},
		{"a url elsewhere", "batch", `{"url":"https://x/v1/chat/completions","body":{}}`, event.RouteUnsupported, 0},
		{"a url with a query", "batch", `{"url":"/v1/chat/completions?x","body":{}}`, event.RouteUnsupported, 0},
		{"a url that is none", "batch", `{"url":7}`, event.BodyInvalid, 7},
		{"a list of urls", "batch", `{"url":["/v1/embeddings"]}`, event.BodyInvalid, 7},
		{"another method", "batch", `{"url":"/v1/chat/completions","method":"GET","body":{}}`, event.RouteUnsupported, 0},
		{"tokens", "batch", `{"url":"/v1/embeddings","body":{"input":[1]}}`, event.BodyTokens, 41},
		{"tokens, the url behind", "batch", `{"body":{"input":[1]},"url":"/v1/embeddings"}`, event.BodyTokens, 18},
		{"events", "batch", `{"url":"/v1/chat/completions","body":{"stream":true}}`, event.RouteUnsupported, 0},
		{"too many models", "batch", models.String(), event.BodyInvalid, strings.Index(models.String(), "m16")},
		{"too many lines", "batch", many(100_001, `{"url":"/v1/embeddings"}`), event.BodyTooLarge, 25 * 100_000},
		{"no JSON for fine-tuning", "fine-tune", `{"prompt":"p"}` + "\nx", event.BodyInvalid, 15},
		{"tokens for fine-tuning", "fine-tune", `{"prompt":[1]}`, event.BodyTokens, 11},
		{"a surrogate", "fine-tune", `{"prompt":"\ud800"}`, event.BodyEncoding, 11},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := upload(tt.purpose, tt.content)
			_, err := wire.ParseForm(formRoute(wire.FileCreate), boundary, body, wire.Limits{})
			wantCode(t, err, tt.code)
			fault, _ := err.(*wire.Error) //nolint:errorlint // wantCode has looked
			testkit.Equal(t, fault.Offset-strings.Index(string(body), "\r\n\r\n")-4, tt.at)
		})
	}
	_, err := wire.ParseForm(formRoute(wire.FileCreate), boundary, upload("batch", many(100_000, `{"url":"/v1/embeddings"}`)), wire.Limits{})
	testkit.NoError(t, err)
}
