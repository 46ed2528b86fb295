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

func threadStream() *wire.Stream {
	return wire.NewStream(wire.Route{Operation: wire.RunCreate, Streams: true}, wire.Limits{})
}

const (
	runCreated  = `thread.run.created|{"id":"run_1","object":"thread.run","thread_id":"thread_1","status":"queued","instructions":"i","tools":[{"type":"function","function":{"name":"f","description":"d"}}],"metadata":{}}`
	stepCreated = `thread.run.step.created|{"id":"step_1","object":"thread.run.step","run_id":"run_1","thread_id":"thread_1","type":"tool_calls","step_details":{"type":"tool_calls","tool_calls":[]}}`
)

func messagePiece(id string, index int, text string) string {
	return fmt.Sprintf(`thread.message.delta|{"id":"%s","object":"thread.message.delta","delta":{"content":[{"index":%d,"type":"text","text":{"value":"%s","annotations":[]}}]}}`, id, index, text)
}

func TestStreamThread(t *testing.T) {
	t.Parallel()
	got := play(t, threadStream(),
		`thread.created|{"id":"thread_1","object":"thread","metadata":{"k":"v"}}`,
		runCreated, stepCreated,
		`thread.run.step.delta|{"id":"step_1","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"id":"call_1","type":"code_interpreter","code_interpreter":{"input":"c","outputs":[{"index":0,"type":"logs","logs":"l"},{"type":"logs","logs":"m","index":1}]}}]}}}`,
		`thread.run.step.delta|{"id":"step_1","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"id":"call_2","type":"function","function":{"name":"f","arguments":"{","output":null},"index":1}]}}}`,
		`thread.run.step.delta|{"delta":{"step_details":{"tool_calls":[{"function":{"arguments":"}","output":"o"},"index":1},{"index":0,"code_interpreter":{"input":"d"}}]}},"id":"step_1"}`,
		messagePiece("msg_1", 0, "a"),
		`thread.message.delta|{"id":"msg_1","delta":{"content":[{"index":1,"type":"refusal","refusal":"r"},{"index":0,"type":"text","text":{"value":"b","annotations":[{"index":0,"type":"file_citation","text":"x","file_citation":{"file_id":"file-1","quote":"q"}}]}}]}}`,
		messagePiece("msg_2", 0, "e"),
		`thread.message.completed|{"id":"msg_1","thread_id":"thread_1","role":"assistant","content":[{"type":"text","text":{"value":"ab","annotations":[]}}]}`,
		`thread.run.step.completed|{"id":"step_1","step_details":{"type":"tool_calls","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{}","output":"o"}}]},"usage":{"prompt_tokens":1,"completion_tokens":1}}`,
		`thread.run.completed|{"id":"run_1","status":"completed","instructions":"i","usage":{"prompt_tokens":3,"completion_tokens":4}}`,
		`done|[DONE]`)
	wantPlay(t, got, []string{
		"name k; value v",
		"value i; identifier f; value d",
		"",
		"L1 value c; L2 value l; L3 value m",
		"identifier f; L4 json {",
		"L4 json }; L5 value o; L1 value d",
		"L6 value a",
		"L7 value r; L6 value b; value x; value q",
		"L8 value e",
		"value ab; flush L6; flush L7",
		"identifier f; json {}; value o; flush L1; flush L2; flush L3; flush L4; flush L5",
		"value i; flush L8; complete; terminal",
		"complete; done; terminal",
	})
}

func TestStreamThreadFacts(t *testing.T) {
	t.Parallel()
	s := threadStream()
	told := ""
	for _, e := range []string{runCreated, messagePiece("msg_1", 0, "a"),
		`thread.run.step.completed|{"id":"step_1","usage":{"prompt_tokens":1,"completion_tokens":1}}`,
		`thread.run.incomplete|{"id":"run_1","model":"gpt-4o","incomplete_details":{"reason":"content_filter"},"usage":{"prompt_tokens":3,"completion_tokens":4}}`} {
		name, data, _ := strings.Cut(e, "|")
		c, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(data)})
		testkit.NoError(t, err)
		told += fmt.Sprintln(c.ID, c.Model, c.Content, c.FinishReasons, c.Usage.Input, c.Usage.Output, c.Refs)
	}
	testkit.Equal(t, told, "run_1  false [] 0 0 [run_1 thread_1]\nmsg_1  true [] 0 0 [run_1 thread_1 msg_1]\n"+
		"step_1  false [] 0 0 [run_1 thread_1 msg_1 step_1]\nrun_1 gpt-4o false [content_filter] 3 4 [run_1 thread_1 msg_1 step_1]\n")
}

func TestStreamThreadMarks(t *testing.T) {
	t.Parallel()
	events := []string{
		runCreated,
		`thread.run.step.delta|{"id":"step_1","delta":{"step_details":{"type":"tool_calls","tool_calls":[{"index":0,"type":"function","function":{"name":"no","arguments":"1","output":"no"}},{"index":1,"code_interpreter":{"input":"2","outputs":[{"index":0,"logs":"no"}]}}]}}}`,
		messagePiece("msg_1", 0, "no"),
		`thread.message.completed|{"id":"msg_1","role":"assistant","content":[{"type":"text","text":{"value":"w","annotations":[{"text":"x"}]}}],"metadata":{"no":"no"}}`,
		`thread.run.step.completed|{"id":"step_1","step_details":{"tool_calls":[{"function":{"name":"no","arguments":"1","output":"o"}},{"code_interpreter":{"input":"2","outputs":[{"logs":"l"}]}},{"file_search":{"results":[{"file_name":"no"}]}}]}}`,
		`thread.run.requires_action|{"id":"run_1","instructions":"i","required_action":{"type":"submit_tool_outputs","submit_tool_outputs":{"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"3"}}]}}}`,
	}
	hear := func(has func(wire.Text) bool, events ...string) []string {
		s, all := threadStream(), []string{}
		for _, e := range events {
			name, data, _ := strings.Cut(e, "|")
			c, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(data)})
			testkit.NoError(t, err)
			all = append(all, strings.Join(marked(data, c.Texts, has), " "))
		}
		return all
	}
	testkit.DeepEqual(t, hear(forTool, events...), []string{"", "1 2", "", "", "1 2", "3"})
	testkit.DeepEqual(t, hear(again, events...), []string{"i f d", "", "", "w x", "1 o 2 l", "i f 3"})
	// Nothing is taken for said that this stream has not said.
	testkit.DeepEqual(t, hear(again, events[3:]...), []string{"", "", "i"})
}

// Events after a GET may repeat what the stream before it said, or not.
func TestStreamResumed(t *testing.T) {
	t.Parallel()
	s := wire.NewStream(wire.Route{Operation: wire.ResponsesGet, Streams: true, Stream: true}, wire.Limits{})
	testkit.DeepEqual(t, heard(t, s, again,
		`{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"b"}`,
		`{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"ab"}`,
		`{"type":"response.completed","response":{"id":"resp_1","instructions":"i","output":[{"type":"message","content":[{"type":"output_text","text":"ab"}]}]}}`,
	), []string{"", "", "i"})
	testkit.True(t, s.Complete(), "by the rule of Responses")
}

func TestStreamThreadErrors(t *testing.T) {
	t.Parallel()
	for _, e := range []string{
		`error|{"code":"server_error","message":"m","type":"server_error","param":null}`,
		`error|{"error":{"code":"server_error","message":"m"}}`,
		`{"error":{"code":"server_error","message":"m"}}`,
		`thread.run.failed|{"id":"run_1","status":"failed","last_error":{"code":"server_error","message":"m"}}`,
	} {
		got := play(t, threadStream(), messagePiece("msg_1", 0, "a"), e)
		testkit.Equal(t, got[1], "value m; flush L1; complete; error server_error; terminal")
	}
}

func TestStreamThreadRefuses(t *testing.T) {
	t.Parallel()
	for _, e := range []string{
		`thread.surprise|{"id":"x"}`, `thread.message.delta|hello`, `thread.message.delta|[1]`, `{"id":"msg_1","delta":{}}`,
		`thread.message.delta|{"delta":{"content":[{"index":0,"text":{"value":"a"}}]}}`,
		`thread.message.delta|{"id":"msg_1","delta":{"content":[{"index":128,"text":{"value":"a"}}]}}`,
		`thread.message.delta|{"id":"msg_1","delta":{"content":[{"index":-1,"text":{"value":"a"}}]}}`,
		`thread.message.delta|{"id":"` + strings.Repeat("i", 600) + `","delta":{"content":[{"index":0,"text":{"value":"a"}}]}}`,
		`thread.run.step.delta|{"id":"step_1","id":"step_2"}`, `response.created|{"type":"response.created"}`,
	} {
		name, data, ok := strings.Cut(e, "|")
		if !ok {
			name, data = "", e
		}
		_, err := threadStream().Parse(&wire.Event{Name: []byte(name), Data: []byte(data)})
		wantCode(t, err, event.StreamInvalid)
	}
}

// Every type of event that the table has is accepted; those that end a run complete it.
func TestStreamThreadTable(t *testing.T) {
	t.Parallel()
	types := wire.ThreadEventTypes()
	testkit.Equal(t, len(types), 24)
	var last []string
	for _, name := range types {
		s := threadStream()
		c, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(`{"id":"x_1"}`)})
		testkit.NoError(t, err)
		testkit.Equal(t, s.Complete(), c.Terminal)
		if c.Terminal {
			last = append(last, strings.TrimPrefix(name, "thread.run."))
		}
	}
	slices.Sort(last)
	testkit.DeepEqual(t, last, []string{"cancelled", "completed", "error", "expired", "failed", "incomplete", "requires_action"})
	for _, op := range []wire.Operation{wire.RunGet, wire.ThreadCreate, wire.Chat} {
		_, err := wire.NewStream(wire.Route{Operation: op, Streams: op != wire.Chat}, wire.Limits{}).Parse(&wire.Event{Name: []byte("thread.created"), Data: []byte(`{}`)})
		wantCode(t, err, event.StreamInvalid)
	}
	testkit.True(t, !threadStream().Complete(), "nothing is not an answer")
}

// However the texts of a run are cut into pieces, each lane has the same text.
func TestStreamThreadCuts(t *testing.T) {
	t.Parallel()
	texts := []string{"Ann Lee lives in Bern", `{\"who\":\"Ann\"}`, "print(1)", "line 1\\nline 2"}
	shape := func(lane int, piece string) string {
		switch lane {
		case 0:
			return messagePiece("msg_1", 0, piece)
		case 1:
			return `thread.run.step.delta|{"id":"step_1","delta":{"step_details":{"tool_calls":[{"index":0,"function":{"arguments":"` + piece + `"}}]}}}`
		case 2:
			return `thread.run.step.delta|{"id":"step_1","delta":{"step_details":{"tool_calls":[{"index":1,"code_interpreter":{"input":"` + piece + `"}}]}}}`
		default:
			return `thread.run.step.delta|{"id":"step_1","delta":{"step_details":{"tool_calls":[{"index":1,"code_interpreter":{"outputs":[{"index":0,"logs":"` + piece + `"}]}}]}}}`
		}
	}
	for size := 1; size < 23; size++ {
		s, got, known := threadStream(), map[int]string{}, lanes{}
		rest := slices.Clone(texts)
		for turn := 0; slices.ContainsFunc(rest, func(r string) bool { return r != "" }); turn++ {
			lane := turn * 3 % 4
			n := min(size, len(rest[lane]))
			for n < len(rest[lane]) && strings.HasSuffix(rest[lane][:n], `\`) {
				n++ // an escape is never cut in JSON
			}
			name, data, _ := strings.Cut(shape(lane, rest[lane][:n]), "|")
			rest[lane] = rest[lane][n:]
			c, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(data)})
			testkit.NoError(t, err)
			for _, x := range c.Texts {
				known.of(x.Lane)
				got[known[x.Lane]] += data[x.Start:x.End]
			}
		}
		all := []string{}
		for _, text := range got {
			all = append(all, text)
		}
		slices.Sort(all)
		want := slices.Sorted(slices.Values(texts))
		testkit.DeepEqual(t, all, want)
	}
}
