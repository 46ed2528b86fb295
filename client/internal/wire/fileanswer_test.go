package wire_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestPlainAnswer(t *testing.T) {
	t.Parallel()
	body := []byte("1\n00:00:00,000 --> 00:00:01,000\nHi \"Ann\"\n")
	a, err := wire.ParsePlainAnswer(body, wire.Limits{})
	testkit.NoError(t, err)
	wantLines(t, dumpForm(body, a.Texts), []string{"=: value assistant " + string(body)})
	testkit.Equal(t, a.TextBytes, len(body))
	a, err = wire.ParsePlainAnswer(nil, wire.Limits{})
	testkit.NoError(t, err)
	testkit.Equal(t, len(a.Texts), 0)
	_, err = wire.ParsePlainAnswer([]byte("caf\xe9"), wire.Limits{})
	wantCode(t, err, event.ResponseInvalid)
	_, err = wire.ParsePlainAnswer(body, wire.Limits{MaxBytes: 10})
	wantCode(t, err, event.ResponseTooLarge)
}

func TestFileAnswer(t *testing.T) {
	t.Parallel()
	line := func(body string) string {
		return `{"id":"batch_req_1","custom_id":"Ann","response":{"status_code":200,"request_id":"req_1","body":` + body + `},"error":null}`
	}
	chat := line(`{"id":"chatcmpl-1","object":"chat.completion","created":1764000000,"model":"gpt-4o","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"a"},
		"logprobs":{"content":[{"token":"a","logprob":-0.123456789,"bytes":[97],"top_logprobs":[]}]}}],"usage":{"prompt_tokens":123456789}}`)
	chat = strings.ReplaceAll(chat, "\n\t\t", "")
	for _, tt := range []struct {
		name, body string
		want       []string
	}{
		{"chat", chat, []string{"custom_id: value none Ann", "content: value assistant a", "token: splinter assistant a", "bytes: splinter assistant [97]"}},
		{"responses", line(`{"object":"response","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"b","annotations":[]}]}],"metadata":{"k":"v"}}`),
			[]string{"custom_id: value none Ann", "text: value assistant b", "metadata: name none k", "k: value none v"}},
		{"embeddings", line(`{"object":"list","data":[{"object":"embedding","index":0,"embedding":[-0.012345678]}],"model":"e"}`), []string{"custom_id: value none Ann"}},
		{"images", line(`{"created":1764000000,"data":[{"revised_prompt":"p","b64_json":"AAAA"}]}`), []string{"custom_id: value none Ann", "revised_prompt: value none p", "b64_json: media none AAAA"}},
		{"moderations", line(`{"id":"modr-1","model":"m","results":[{"flagged":false,"categories":{"hate":false},"category_scores":{"hate":0.000012345}}]}`), []string{"custom_id: value none Ann", "categories: name none hate", "category_scores: name none hate"}},
		{"completions", line(`{"object":"text_completion","choices":[{"text":"t","index":0,"finish_reason":"stop"}]}`), []string{"custom_id: value none Ann", "text: value assistant t"}},
		{"an error of the service", line(`{"error":{"code":"content_filter","message":"m"}}`), []string{"custom_id: value none Ann", "message: value none m"}},
		{"an error of the batch", `{"id":"batch_req_1","custom_id":"x","response":null,"error":{"code":"batch_expired","message":"m","Line":"l"}}`, []string{"custom_id: value none x", "message: value none m", "error: name none Line", "Line: value none l"}},
		{"lines", chat + "\n" + `{"error":{"message":"n"}}` + "\r\n\n", []string{"custom_id: value none Ann", "content: value assistant a", "token: splinter assistant a", "bytes: splinter assistant [97]", "message: value none n"}},
		{"lines of the application", `{"ID":"x","id":"y","n":12345678}` + "\n" + `{"messages":[{"role":"user"}]}`,
			[]string{": name none ID", "ID: value none x", "id: value none y", ": name none n", "n: number none 12345678", ": name none messages", "messages: name none role", "role: value none user"}},
		{"a document", "[\n{\"a\":\"b\"}\n]", []string{": name none a", "a: value none b"}},
		{"a document over lines", "{\n\"a\":\"b\"\n}", []string{": name none a", "a: value none b"}},
		{"a table", "step,train_loss\n1,0.5\n", []string{"=: value none step,train_loss\n1,0.5\n"}},
		{"JSON that is none", `{"a":1,"a":"b"}`, []string{`=: json none {"a":1,"a":"b"}`}},
		{"JSON and more", chat + "\nend", []string{"=: json none " + chat + "\nend"}},
		{"nothing", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := wire.ParseFileAnswer([]byte(tt.body), wire.Limits{})
			testkit.NoError(t, err)
			wantLines(t, dumpForm([]byte(tt.body), a.Texts), tt.want)
			size := 0
			for _, x := range a.Texts {
				if x.Kind != wire.Media {
					size += x.End - x.Start
				}
			}
			testkit.Equal(t, a.TextBytes, size)
			covered(t, a.Texts, a.Splinters)
			testkit.Equal(t, a.Logprobs, len(a.Splinters) > 0)
			// What it tells is of other calls.
			testkit.Equal(t, a.ID+a.Model+a.ErrorCode, "")
			testkit.True(t, !a.Usage.Known && len(a.FinishReasons) == 0 && len(a.Refs) == 0, "no facts")
		})
	}
	for body, at := range map[string]int{"\x89PNG": 0, "a\x00": 1, "caf\xe9": 3, "%PDF-1.7": 0, "{\"a\":\"\xff\"}": 6} {
		_, err := wire.ParseFileAnswer([]byte(body), wire.Limits{})
		wantCode(t, err, event.ResponseInvalid)
		var fault *wire.Error
		testkit.True(t, errors.As(err, &fault) && fault.Offset == at, "where it stops to be text")
	}
	_, err := wire.ParseFileAnswer([]byte("0123456789"), wire.Limits{MaxBytes: 9})
	wantCode(t, err, event.ResponseTooLarge)
}
