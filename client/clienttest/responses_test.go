package clienttest_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

type responseObject struct {
	ID, Object, Status, Model string
	Output                    []struct {
		ID, Type, Status, Role, Name, Arguments string
		CallID                                  string `json:"call_id"`
		Content                                 []responsePart
	}
	Instructions any
	Metadata     map[string]string
	Tools        []any
	Usage        *struct{ Input_tokens, Output_tokens, Total_tokens int }
	Incomplete   *struct{ Reason string }       `json:"incomplete_details"`
	Filters      []struct{ Source_type string } `json:"content_filters"`
}

type responsePart struct{ Type, Text, Refusal string }

type responseEvent struct {
	Type     string
	Number   int `json:"sequence_number"`
	Response responseObject
	ItemID   string `json:"item_id"`
	Item     struct{ ID, Arguments string }
	Part     responsePart
	Delta    string
	Text     string
	Refusal  string
	Args     string `json:"arguments"`
}

const responsesPath = "/openai/v1/responses"

func TestResponses(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	for name, test := range map[string]struct{ path, input, want string }{
		"string":      {responsesPath, `"hi"`, "You wrote: hi"},
		"preview":     {"/openai/responses?api-version=2025-04-01-preview", `"hi"`, "You wrote: hi"},
		"items":       {responsesPath, `[{"role":"user","content":"one"},{"type":"message","role":"user","content":[{"type":"input_text","text":"two"}]}]`, "You wrote: two"},
		"call output": {responsesPath, `[{"role":"user","content":"one"},{"type":"function_call_output","call_id":"c","output":"42"}]`, "You wrote: 42"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := call{azure: azure, path: test.path, body: `{"model":"gpt-4o","instructions":"Be kind.","metadata":{"a":"b"},"tools":[{"type":"function","name":"f"}],"input":` + test.input + `}`}.do(t)
			testkit.Equal(t, got.status, 200)
			r := unmarshal[responseObject](t, got.body)
			testkit.Equal(t, r.Output[0].Content[0].Text, test.want)
			testkit.Equal(t, r.Status, "completed")
			testkit.Equal(t, r.Object, "response")
			testkit.Equal(t, r.Instructions, any("Be kind."))
			testkit.Equal(t, r.Metadata["a"], "b")
			testkit.Equal(t, len(r.Tools), 1)
			testkit.Equal(t, r.Filters[0].Source_type, "prompt")
			testkit.Equal(t, r.Usage.Total_tokens, r.Usage.Input_tokens+r.Usage.Output_tokens)
		})
	}
}

func responseStream(t *testing.T, azure *clienttest.Azure) []responseEvent {
	t.Helper()
	got := call{azure: azure, path: responsesPath, body: `{"model":"gpt-4o","stream":true,"input":"a text to be cut"}`}.do(t)
	var all []responseEvent
	for i, e := range parse(t, got.body) {
		r := unmarshal[responseEvent](t, []byte(e.data))
		testkit.Equal(t, r.Type, e.name)
		testkit.Equal(t, r.Number, i)
		all = append(all, r)
	}
	return all
}

// types are the types of the events, deltas taken together.
func types(events []responseEvent) []string {
	var all []string
	for _, e := range events {
		all = append(all, e.Type)
	}
	return slices.Compact(all)
}

func TestResponseStream(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	events := responseStream(t, azure)
	testkit.DeepEqual(t, types(events), []string{
		"response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
		"response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
	})
	const want = "You wrote: a text to be cut"
	text := ""
	for _, e := range events {
		text += e.Delta
		switch e.Type {
		case "response.created":
			testkit.True(t, e.Response.Usage == nil && len(e.Response.Output) == 0 && e.Response.Status == "in_progress", "nothing is there at first")
		case "response.output_text.done":
			testkit.Equal(t, e.Text, want)
		case "response.content_part.done":
			testkit.Equal(t, e.Part.Text, want)
		case "response.completed":
			testkit.Equal(t, e.Response.Output[0].Content[0].Text, want)
			testkit.Equal(t, e.Response.Output[0].ID, events[3].ItemID)
			testkit.True(t, e.Response.Usage.Total_tokens > 0, "the usage comes last")
		}
	}
	testkit.Equal(t, text, want)
}

func TestResponseCallsAndRefusals(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	calls := clienttest.Calls(clienttest.ToolCall{Name: "find", Arguments: `{"who":"Jane"}`}, clienttest.ToolCall{Name: "mail", Arguments: `{"a":1}`})
	azure.Script(clienttest.Model, calls, calls, clienttest.Reply{Refusal: "No."}, clienttest.Reply{Finish: "length"}, clienttest.Reply{Finish: "content_filter"})

	plain := unmarshal[responseObject](t, call{azure: azure, path: responsesPath, body: `{"model":"gpt-4o","input":"x"}`}.do(t).body)
	testkit.Equal(t, len(plain.Output), 2)
	testkit.Equal(t, plain.Output[0].Arguments, `{"who":"Jane"}`)
	testkit.True(t, plain.Output[0].CallID != "" && plain.Output[0].ID != plain.Output[1].ID, "calls have ids of their own")

	events := responseStream(t, azure)
	one := []string{"response.output_item.added", "response.function_call_arguments.delta", "response.function_call_arguments.done", "response.output_item.done"}
	testkit.DeepEqual(t, types(events), slices.Concat([]string{"response.created", "response.in_progress"}, one, one, []string{"response.completed"}))
	pieces := map[string]string{}
	for _, e := range events {
		pieces[e.ItemID] += e.Delta
		if e.Type == "response.function_call_arguments.done" {
			testkit.Equal(t, pieces[e.ItemID], e.Args)
		}
	}

	refusal := ""
	events = responseStream(t, azure)
	for _, e := range events {
		if e.Type == "response.refusal.delta" {
			refusal += e.Delta
		}
	}
	testkit.Equal(t, refusal, "No.")
	events = responseStream(t, azure)
	last := events[len(events)-1]
	testkit.Equal(t, last.Type, "response.incomplete")
	testkit.Equal(t, last.Response.Incomplete.Reason, "max_output_tokens")
	plain = unmarshal[responseObject](t, call{azure: azure, path: responsesPath, body: `{"model":"gpt-4o","input":"x"}`}.do(t).body)
	testkit.Equal(t, plain.Incomplete.Reason, "content_filter")
}

func TestEmbeddings(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	type list struct {
		Object, Model string
		Data          []struct {
			Index     int
			Embedding json.RawMessage
		}
		Usage struct{ Prompt_tokens, Total_tokens int }
	}
	ask := func(path, more string) list {
		got := call{azure: azure, path: path, body: `{"model":"text-embedding-3-small",` + more + `}`}.do(t)
		testkit.Equal(t, got.status, 200)
		return unmarshal[list](t, got.body)
	}
	many := ask("/openai/v1/embeddings", `"input":["a","b","a"]`)
	testkit.Equal(t, len(many.Data), 3)
	testkit.Equal(t, string(many.Data[0].Embedding), string(many.Data[2].Embedding))
	testkit.True(t, string(many.Data[0].Embedding) != string(many.Data[1].Embedding), "other texts have other vectors")
	testkit.Equal(t, len(unmarshal[[]float32](t, many.Data[0].Embedding)), 1536)
	one := ask("/openai/deployments/text-embedding-3-small/embeddings?api-version=1", `"input":"a"`)
	testkit.Equal(t, string(one.Data[0].Embedding), string(many.Data[0].Embedding))
	short := ask("/openai/v1/embeddings", `"input":"a","dimensions":8,"encoding_format":"base64"`)
	testkit.Equal(t, len(unmarshal[[]byte](t, short.Data[0].Embedding)), 8*4)
}

func TestCompletions(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	type answer struct {
		Object  string
		Choices []struct {
			Index        int
			Text         string
			FinishReason *string `json:"finish_reason"`
		}
		Usage *struct{ Total_tokens int }
	}
	got := call{azure: azure, path: "/openai/v1/completions", body: `{"model":"gpt-4o","prompt":["a","b"]}`}.do(t)
	plain := unmarshal[answer](t, got.body)
	testkit.Equal(t, plain.Object, "text_completion")
	testkit.Equal(t, plain.Choices[1].Text, "You wrote: b")
	testkit.True(t, plain.Usage.Total_tokens > 0, "usage is counted")

	got = call{azure: azure, path: "/openai/deployments/gpt-4o/completions?api-version=1", body: `{"stream":true,"stream_options":{"include_usage":true},"prompt":["a","b"]}`}.do(t)
	events := parse(t, got.body)
	testkit.Equal(t, events[len(events)-1].data, "[DONE]")
	texts := map[int]string{}
	for _, e := range events[:len(events)-1] {
		for _, c := range unmarshal[answer](t, []byte(e.data)).Choices {
			texts[c.Index] += c.Text
		}
	}
	testkit.DeepEqual(t, texts, map[int]string{0: "You wrote: a", 1: "You wrote: b"})
	testkit.True(t, strings.Contains(events[len(events)-2].data, "total_tokens"), "usage is the last chunk")
}

func TestModels(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Deployments: map[string]string{"small": "gpt-4o-mini", "tiny": "gpt-4o-mini"}})
	type model struct{ ID, Object string }
	got := call{azure: azure, method: "GET", path: "/openai/v1/models"}.do(t)
	testkit.DeepEqual(t, unmarshal[struct{ Data []model }](t, got.body).Data, []model{{"gpt-4o-mini", "model"}})
	got = call{azure: azure, method: "GET", path: "/openai/models/gpt-4o-mini?api-version=2024-10-21"}.do(t)
	testkit.Equal(t, unmarshal[model](t, got.body).ID, "gpt-4o-mini")
	got = call{azure: azure, path: "/openai/deployments/small/chat/completions?api-version=1", body: hello}.do(t)
	testkit.Equal(t, unmarshal[chatAnswer](t, got.body).Model, "gpt-4o-mini")
}
