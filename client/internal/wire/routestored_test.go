package wire_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func matchAt(t *testing.T, call string) (wire.Route, error) {
	t.Helper()
	method, path, _ := strings.Cut(call, " ")
	u, err := url.Parse("https://contoso.openai.azure.com/openai/" + path)
	testkit.NoError(t, err)
	return wire.Match(method, u)
}

func TestMatchStored(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for call, want := range map[string]string{
		"GET v1/chat/completions?limit=20&after=chatcmpl-1&model=gpt-4o&order=asc": "chat.list []",
		"GET v1/chat/completions/chatcmpl-1":                                       "chat.get [chatcmpl-1]",
		"GET deployments/a/chat/completions/chatcmpl-1?api-version=2025-03-01":     "chat.get [chatcmpl-1]",
		"POST v1/chat/completions/chatcmpl-1":                                      "chat.update [chatcmpl-1] body",
		"DELETE v1/chat/completions/chatcmpl-1":                                    "chat.delete [chatcmpl-1]",
		"GET v1/chat/completions/chatcmpl-1/messages?limit=2":                      "chat.messages.list [chatcmpl-1]",

		"GET v1/responses/resp_1":                                                     "responses.get [resp_1] maybe streams",
		"GET v1/responses/resp_1?stream=true&starting_after=12":                       "responses.get [resp_1] maybe streams stream",
		"GET v1/responses/resp_1?stream=false&include_obfuscation=false":              "responses.get [resp_1] maybe streams",
		"GET v1/responses/resp_1?include%5B%5D=message.output_text.logprobs":          "responses.get [resp_1] maybe streams",
		"GET responses/resp_1?api-version=preview&include[]=file_search_call.results": "responses.get [resp_1] maybe streams",
		"DELETE v1/responses/resp_1":                                                  "responses.delete [resp_1]",
		"POST v1/responses/resp_1/cancel":                                             "responses.cancel [resp_1]",
		"GET v1/responses/resp_1/input_items?after=msg_1&limit=100&order=desc":        "responses.input_items.list [resp_1]",
		"POST v1/conversations":                                                       "conversations.create [] maybe",
		"GET v1/conversations/conv_1":                                                 "conversations.get [conv_1]",
		"POST v1/conversations/conv_1":                                                "conversations.update [conv_1] body",
		"DELETE v1/conversations/conv_1":                                              "conversations.delete [conv_1]",
		"POST v1/conversations/conv_1/items?include=reasoning.encrypted_content":      "conversations.items.create [conv_1] body",
		"GET v1/conversations/conv_1/items?include[]=code_interpreter_call.outputs&include[]=web_search_call.results": "conversations.items.list [conv_1]",
		"GET v1/conversations/conv_1/items/msg_1":    "conversations.items.get [conv_1 msg_1]",
		"DELETE v1/conversations/conv_1/items/msg_1": "conversations.items.delete [conv_1 msg_1]",

		"POST assistants?api-version=2024-05-01-preview":        "assistants.create [] body",
		"GET v1/assistants?order=desc&limit=20&before=asst_1":   "assistants.list []",
		"GET v1/assistants/asst_1":                              "assistants.get [asst_1]",
		"POST v1/assistants/asst_1":                             "assistants.update [asst_1] body",
		"DELETE v1/assistants/asst_1":                           "assistants.delete [asst_1]",
		"POST v1/threads":                                       "threads.create [] maybe",
		"POST v1/threads/runs":                                  "threads.create_and_run [] body streams",
		"GET v1/threads/thread_1":                               "threads.get [thread_1]",
		"POST v1/threads/thread_1":                              "threads.update [thread_1] body",
		"DELETE v1/threads/thread_1":                            "threads.delete [thread_1]",
		"POST v1/threads/thread_1/messages":                     "threads.messages.create [thread_1] body",
		"GET v1/threads/thread_1/messages?run_id=run_1&limit=9": "threads.messages.list [thread_1]",
		"GET v1/threads/thread_1/messages/msg_1":                "threads.messages.get [thread_1 msg_1]",
		"POST v1/threads/thread_1/messages/msg_1":               "threads.messages.update [thread_1 msg_1] body",
		"DELETE v1/threads/thread_1/messages/msg_1":             "threads.messages.delete [thread_1 msg_1]",
		"POST v1/threads/thread_1/runs?include%5B%5D=step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content": "threads.runs.create [thread_1] body streams",
		"GET v1/threads/thread_1/runs":                                      "threads.runs.list [thread_1]",
		"GET v1/threads/thread_1/runs/run_1":                                "threads.runs.get [thread_1 run_1]",
		"POST v1/threads/thread_1/runs/run_1":                               "threads.runs.update [thread_1 run_1] body",
		"POST v1/threads/thread_1/runs/run_1/cancel":                        "threads.runs.cancel [thread_1 run_1]",
		"POST threads/thread_1/runs/run_1/submit_tool_outputs":              "threads.runs.submit_tool_outputs [thread_1 run_1] body streams",
		"GET v1/threads/thread_1/runs/run_1/steps?before=step_9":            "threads.runs.steps.list [thread_1 run_1]",
		"GET v1/threads/thread_1/runs/run_1/steps/step_1":                   "threads.runs.steps.get [thread_1 run_1 step_1]",
		"POST v1/vector_stores":                                             "vector_stores.create [] maybe",
		"GET v1/vector_stores?after=vs_1":                                   "vector_stores.list []",
		"GET v1/vector_stores/vs_1":                                         "vector_stores.get [vs_1]",
		"POST v1/vector_stores/vs_1":                                        "vector_stores.update [vs_1] body",
		"DELETE v1/vector_stores/vs_1":                                      "vector_stores.delete [vs_1]",
		"POST v1/vector_stores/vs_1/search":                                 "vector_stores.search [vs_1] body",
		"POST v1/vector_stores/vs_1/files":                                  "vector_stores.files.create [vs_1] body",
		"GET v1/vector_stores/vs_1/files?filter=completed":                  "vector_stores.files.list [vs_1]",
		"GET v1/vector_stores/vs_1/files/file-1":                            "vector_stores.files.get [vs_1 file-1]",
		"POST v1/vector_stores/vs_1/files/file-1":                           "vector_stores.files.update [vs_1 file-1] body",
		"DELETE v1/vector_stores/vs_1/files/file-1":                         "vector_stores.files.delete [vs_1 file-1]",
		"GET v1/vector_stores/vs_1/files/file-1/content":                    "vector_stores.files.content [vs_1 file-1]",
		"POST v1/vector_stores/vs_1/file_batches":                           "vector_stores.file_batches.create [vs_1] body",
		"GET v1/vector_stores/vs_1/file_batches/vsfb_1":                     "vector_stores.file_batches.get [vs_1 vsfb_1]",
		"POST v1/vector_stores/vs_1/file_batches/vsfb_1/cancel":             "vector_stores.file_batches.cancel [vs_1 vsfb_1]",
		"GET v1/vector_stores/vs_1/file_batches/vsfb_1/files?filter=failed": "vector_stores.file_batches.files [vs_1 vsfb_1]",
	} {
		r, err := matchAt(t, call)
		testkit.NoError(t, err)
		got := r.Operation.String() + " " + fmt.Sprint(refs(r))
		if r.Body == wire.JSONBody {
			got += " body"
		}
		if r.Body == wire.OptionalJSON {
			got += " maybe"
		}
		if r.Streams {
			got += " streams"
		}
		if r.Stream {
			got += " stream"
		}
		testkit.Equal(t, call+": "+got, call+": "+want)
		testkit.True(t, !r.BinaryAnswer && (r.Style == wire.V1) == strings.Contains(call, " v1/"), call)
		seen[r.Operation.String()] = true
	}
	for _, op := range wire.StoredOperations() {
		testkit.True(t, seen[op.String()] && op.String() != "unknown", "a route is tested: "+op.String())
	}
}

// refs are the ids in a path that are there.
func refs(r wire.Route) []string {
	ids := []string{}
	for _, id := range r.Refs {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestMatchQueryRefused(t *testing.T) {
	t.Parallel()
	for _, call := range []string{
		"GET v1/chat/completions?metadata[user]=ann", "GET v1/chat/completions?metadata%5Buser%5D=ann", "GET v1/chat/completions?model=ann@example.com",
		"GET v1/chat/completions?model=4111111111111111", "GET v1/chat/completions/chatcmpl-1?limit=1", "DELETE v1/chat/completions/chatcmpl-1?x=1",
		"GET v1/responses/resp_1?stream=1", "GET v1/responses/resp_1?stream=true&stream=false", "GET v1/responses/resp_1?stream=True",
		"GET v1/responses/resp_1?starting_after=-1", "GET v1/responses/resp_1?starting_after=12345678", "GET v1/responses/resp_1?starting_after=",
		"GET v1/responses/resp_1?include[]=ann", "GET v1/responses/resp_1?include%255B%255D=message.output_text.logprobs", "GET v1/responses/resp_1?include[]=message%2Eoutput_text.logprobs",
		"GET v1/responses/resp_1?beta=true", "GET v1/responses/resp_1?after=msg_1", "POST v1/responses/resp_1/cancel?stream=true",
		"GET v1/responses/resp_1/input_items?limit=ten", "GET v1/responses/resp_1/input_items?order=random", "GET v1/responses/resp_1/input_items?after=4111111111111111",
		"GET v1/responses/resp_1/input_items?after=ann%40example.com", "GET v1/responses/resp_1/input_items?after=" + strings.Repeat("a", 257),
		"GET v1/assistants?run_id=run_1", "GET v1/threads/thread_1/messages?run_id=", "GET v1/threads/thread_1/messages?filter=completed",
		"GET v1/vector_stores/vs_1/files?filter=ann", "POST v1/vector_stores?limit=1", "GET v1/vector_stores/vs_1?before=vs_2",
		"GET v1/responses//", "GET v1/responses/../responses/resp_1",
		"POST deployments/a/threads", "GET deployments/a/responses/resp_1",
	} {
		got, err := matchAt(t, call)
		wantCode(t, err, event.RouteUnknown)
		testkit.Equal(t, got, wire.Route{})
	}
}
