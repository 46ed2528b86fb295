package wire_test

import (
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The budgets are what the package promises; the tests do not run beside others, since
// allocations are counted for the whole process.

func TestAllocsRequest(t *testing.T) { //nolint:paralleltest // counts allocations
	for _, body := range [][]byte{chatBody(500), chatBody(20 << 10)} {
		testkit.Allocs(t, 3, func() {
			_, _ = wire.ParseRequest(post(wire.Chat), body, wire.Limits{})
		})
	}
}

func TestAllocsAnswer(t *testing.T) { //nolint:paralleltest // counts allocations
	body := []byte(azureChunk)
	testkit.Allocs(t, 5, func() {
		_, _ = wire.ParseAnswer(post(wire.Chat), body, wire.Limits{})
	})
}

func TestAllocsStream(t *testing.T) { //nolint:paralleltest // counts allocations
	for op, data := range map[wire.Operation]string{
		wire.RunCreate:    `{"id":"msg_1","object":"thread.message.delta","delta":{"content":[{"index":0,"type":"text","text":{"value":"a","annotations":[]}}]}}`,
		wire.ResponsesGet: `{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"a","logprobs":[{"token":"a","bytes":[97]}]}`,
		wire.Chat:         azureChunk,
		wire.Completions:  `{"id":"cmpl-1","choices":[{"text":"a","index":0}]}`,
		wire.Responses:    `{"type":"response.output_text.delta","sequence_number":7,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"a","logprobs":[],"obfuscation":"x"}`,
	} {
		name := "response.output_text.delta"
		if op == wire.RunCreate {
			name = "thread.message.delta"
		}
		r := wire.NewReader(&endless{data: []byte(strings.Repeat(": c\nevent: "+name+"\ndata: "+data+"\n\n", 20))}, wire.Limits{})
		s := wire.NewStream(wire.Route{Operation: op, Streams: true}, wire.Limits{})
		var out []byte
		testkit.Allocs(t, 0, func() {
			e, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if _, err = s.Parse(e); err != nil {
				t.Fatal(err)
			}
			out = e.Append(out[:0])
		})
	}
}

func TestAllocsMatch(t *testing.T) { //nolint:paralleltest // counts allocations
	u := mustURL(t, "https://contoso.openai.azure.com/openai/deployments/a/chat/completions?api-version=2024-10-21")
	testkit.Allocs(t, 0, func() { _, _ = wire.Match("POST", u) })
	u = mustURL(t, "https://contoso.openai.azure.com/openai/v1/threads/thread_1/runs/run_1/steps/step_1")
	testkit.Allocs(t, 0, func() { _, _ = wire.Match("GET", u) })
}
