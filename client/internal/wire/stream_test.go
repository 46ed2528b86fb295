package wire_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// lanes numbers the lanes of a stream in the order in which they show up.
type lanes map[wire.Lane]int

func (l lanes) of(lane wire.Lane) string {
	if _, ok := l[lane]; !ok {
		l[lane] = len(l) + 1
	}
	return fmt.Sprint("L", l[lane])
}

// play reads events and tells what each said: texts, then flushed lanes, then flags.
func play(t *testing.T, s *wire.Stream, events ...string) []string {
	t.Helper()
	var told []string
	known := lanes{}
	for _, data := range events {
		name := ""
		if before, after, ok := strings.Cut(data, "|"); ok && !strings.HasPrefix(data, "{") && !strings.HasPrefix(data, "[") {
			name, data = before, after
		}
		c, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(data)})
		testkit.NoError(t, err)
		var parts []string
		for _, x := range c.Texts {
			lane := ""
			if x.Piece {
				lane = known.of(x.Lane) + " "
			}
			parts = append(parts, fmt.Sprintf("%s%v %s", lane, x.Kind, data[x.Start:x.End]))
		}
		for _, lane := range c.Flush {
			parts = append(parts, "flush "+known.of(lane))
		}
		for flag, set := range map[string]bool{"done": c.Done, "terminal": c.Terminal, "error " + c.ErrorCode: c.Error, "usage": c.UsageOnly, "complete": s.Complete()} {
			if set {
				parts = append(parts, flag)
			}
		}
		if n := len(parts); n > 0 {
			slices.Sort(parts[len(c.Texts)+len(c.Flush):])
		}
		told = append(told, strings.Join(parts, "; "))
	}
	return told
}

func wantPlay(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}

func stream(op wire.Operation) *wire.Stream { return wire.NewStream(post(op), wire.Limits{}) }

func TestStreamChat(t *testing.T) {
	t.Parallel()
	s := stream(wire.Chat)
	s.Expect(2)
	got := play(t, s,
		`{"id":"","model":"","created":0,"object":"","choices":[],"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{}}]}`,
		`{"id":"chatcmpl-1","model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}`,
		`{"choices":[{"delta":{"content":"a"},"index":0},{"delta":{"content":"b","refusal":"r"},"index":1}]}`,
		`{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}},{"function":{"arguments":"{"},"index":1}]},"index":0}]}`,
		`{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"}"}},{"index":0,"function":{"arguments":"x"}}]}}]}`,
		`{"choices":[{"delta":{"thought":"t","musing":["m"],"content":"c"},"index":0}]}`,
		`{"choices":[{"delta":{"thought":"u"},"index":0,"finish_reason":"tool_calls"}]}`,
		`{"id":"","choices":[{"index":0,"content_filter_offsets":{"check_offset":44,"start_offset":44,"end_offset":198},"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"finish_reason":null}]}`,
		`{"choices":[{"delta":{},"index":1,"finish_reason":"stop"}]}`,
		`{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}`,
		` [DONE]`)
	wantPlay(t, got, []string{
		"",
		"",
		"L1 value a; L2 value b; L3 value r",
		"identifier f; L4 json {; flush L1; flush L4",
		"L4 json }; L5 json x",
		"name thought; L6 value t; name musing; value m; L1 value c",
		"name thought; L6 value u; flush L4; flush L5; flush L6; flush L1",
		"",
		"flush L2; flush L3; complete",
		"complete; usage",
		"complete; done; terminal",
	})
}

// A tool call that begins, even without arguments, ends what was before it in its choice.
func TestStreamCallsEndOthers(t *testing.T) {
	t.Parallel()
	got := play(t, stream(wire.Chat),
		`{"choices":[{"index":1,"delta":{"content":"a"}},{"index":0,"delta":{"content":"b"}}]}`,
		`{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"id":"call_1","function":{"name":"f"}}]}}]}`,
		`{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}`,
		`{"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":""}}]},"index":1}]}`,
		`{"choices":[{"index":1,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"}"}}]}}]}`)
	wantPlay(t, got, []string{
		"L1 value a; L2 value b",
		"identifier f; flush L1",
		"L3 json {",
		"flush L3",
		"L3 json }",
	})
}

func TestStreamChatFacts(t *testing.T) {
	t.Parallel()
	s := stream(wire.Chat)
	c, err := s.Parse(&wire.Event{Data: []byte(`{"id":"chatcmpl-1","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"length"}]}`)})
	testkit.NoError(t, err)
	testkit.Equal(t, fmt.Sprint(c.ID, c.Model, c.FinishReasons, c.Content), "chatcmpl-1gpt-4o[length] true")
	c, err = s.Parse(&wire.Event{Data: []byte(`{"id":"","model":"","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}`)})
	testkit.NoError(t, err)
	testkit.Equal(t, fmt.Sprint(c.ID, c.Model, c.FinishReasons, c.Content, c.Usage.Input, c.Usage.Output), "chatcmpl-1gpt-4o[] false 3 4")
	// A filter that strikes late does not reopen the choice.
	c, err = s.Parse(&wire.Event{Data: []byte(`{"choices":[{"index":0,"finish_reason":"content_filter"}]}`)})
	testkit.NoError(t, err)
	testkit.Equal(t, fmt.Sprint(c.FinishReasons, s.Complete()), "[content_filter] true")
}

func TestStreamCompletions(t *testing.T) {
	t.Parallel()
	s := stream(wire.Completions)
	wantPlay(t, play(t, s,
		`{"choices":[{"text":"a","index":0,"logprobs":{"tokens":["a"]},"finish_reason":null}]}`,
		`{"choices":[{"text":"b","index":0,"finish_reason":"stop"}]}`,
	), []string{"L1 value a; splinter a", "L1 value b; flush L1; complete"})
}

func TestStreamErrors(t *testing.T) {
	t.Parallel()
	for _, op := range []wire.Operation{wire.Chat, wire.Completions, wire.Responses} {
		for _, data := range []string{`{"error":{"code":"content_filter","message":"m"}}`, `error|{"error":{"code":"content_filter"}}`} {
			s := stream(op)
			got := play(t, s, data)
			testkit.True(t, strings.HasSuffix(got[0], "complete; error content_filter; terminal"), got[0])
		}
	}
	// openai-go takes even a null for an error.
	wantPlay(t, play(t, stream(wire.Chat), `{"error":null}`), []string{"complete; error ; terminal"})
	s := stream(wire.Responses)
	wantPlay(t, play(t, s,
		`{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"a"}`,
		`{"type":"error","sequence_number":3,"code":"server_error","message":"m","param":null}`,
		`{"type":"response.failed","response":{"id":"resp_1","status":"failed","error":{"code":"server_error","message":"m"}}}`,
	), []string{"L1 value a", "value server_error; value m; flush L1; complete; error server_error; terminal", "value m; complete; error server_error; terminal"})
}

func TestStreamResponses(t *testing.T) {
	t.Parallel()
	s := stream(wire.Responses)
	got := play(t, s,
		`response.created|{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","model":"gpt-4.1","status":"in_progress","output":[],"instructions":"i","error":null}}`,
		`{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[]}}`,
		`{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"a","logprobs":[],"obfuscation":"xY12"}`,
		`{"delta":"b","content_index":1,"output_index":0,"item_id":"msg_1","type":"response.output_text.delta"}`,
		`{"type":"response.refusal.delta","item_id":"msg_1","output_index":0,"content_index":1,"delta":"r"}`,
		`{"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"a"}`,
		`{"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":1,"part":{"type":"output_text","text":"b"}}`,
		`{"type":"response.function_call_arguments.delta","item_id":"fc_1","output_index":1,"delta":"{\"a"}`,
		`{"type":"response.reasoning_summary_text.delta","item_id":"rs_1","output_index":2,"summary_index":0,"delta":"s"}`,
		`{"type":"response.reasoning_summary_part.done","item_id":"rs_1","output_index":2,"summary_index":0,"part":{"type":"summary_text","text":"s"}}`,
		`{"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","name":"f","arguments":"{}","call_id":"call_1"}}`,
		`{"type":"response.shell_call_command.delta","output_index":3,"command_index":0,"delta":"ls"}`,
		`{"type":"response.shell_call_command.delta","output_index":3,"command_index":1,"delta":"rm"}`,
		`{"type":"response.shell_call_command.done","output_index":3,"command_index":0,"command":"ls"}`,
		`{"type":"response.shell_call_output_content.delta","item_id":"sc_1","output_index":4,"command_index":0,"delta":{"stdout":"o","stderr":"e"}}`,
		`{"type":"response.shell_call_output_content.done","item_id":"sc_1","output_index":4,"command_index":0,"output":[{"stdout":"o","stderr":"e"}]}`,
		`{"type":"response.audio.transcript.delta","delta":"h"}`,
		`{"type":"response.audio.delta","delta":"AAAA"}`,
		`{"type":"response.code_interpreter_call_code.delta","item_id":"ci_1","output_index":5,"delta":"x"}`,
		`{"type":"response.code_interpreter_call_code.done","item_id":"ci_1","output_index":5,"code":"x"}`,
		`{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"ab"}]}],"usage":{"input_tokens":1,"output_tokens":2}}}`,
	)
	wantPlay(t, got, []string{
		"value i", "",
		"L1 value a",
		"L2 value b",
		"L3 value r",
		"value a; flush L1",
		"value b; flush L2; flush L3",
		`L4 json {\"a`,
		"L5 value s",
		"value s; flush L5",
		"identifier f; json {}; flush L4",
		"L6 value ls",
		"L7 value rm",
		"value ls; flush L6",
		"L8 value o; L9 value e",
		"value o; value e; flush L8; flush L9",
		"L10 value h",
		"media AAAA",
		"L11 value x",
		"value x; flush L11",
		"value ab; flush L7; flush L10; complete; terminal",
	})
}

// Lanes keep texts apart that differ in any part of their key.
func TestStreamLanes(t *testing.T) {
	t.Parallel()
	s := stream(wire.Responses)
	seen := map[wire.Lane]string{}
	for _, kind := range []string{"output_text", "reasoning_text", "refusal"} {
		for item := range 6 {
			for index := range 6 {
				data := fmt.Sprintf(`{"type":"response.%s.delta","item_id":"msg_%d","output_index":%d,"content_index":%d,"delta":"x"}`, kind, item, index%2, index/2)
				c, err := s.Parse(&wire.Event{Data: []byte(data)})
				testkit.NoError(t, err)
				lane := c.Texts[0].Lane
				testkit.True(t, seen[lane] == "", "a new lane")
				seen[lane] = data
			}
		}
	}
	testkit.Equal(t, len(s.Open()), len(seen))
	for lane, data := range seen {
		c, err := s.Parse(&wire.Event{Data: []byte(data)})
		testkit.NoError(t, err)
		testkit.Equal(t, c.Texts[0].Lane, lane)
	}
}

func TestStreamRefuses(t *testing.T) {
	t.Parallel()
	many := func(events int, format string) func(*wire.Stream) error {
		return func(s *wire.Stream) error {
			for i := range events {
				if _, err := s.Parse(&wire.Event{Data: fmt.Appendf(nil, format, i)}); err != nil {
					return err
				}
			}
			return nil
		}
	}
	for _, tt := range []struct {
		name string
		op   wire.Operation
		run  func(*wire.Stream) error
	}{
		{"not JSON", wire.Chat, many(1, `hello %d`)},
		{"HTML", wire.Chat, many(1, `<html>%d`)},
		{"half JSON", wire.Chat, many(1, `{"choices":[%d`)},
		{"array", wire.Chat, many(1, `[%d]`)},
		{"DONE and more", wire.Chat, many(1, `[DONE]%d`)},
		{"duplicate", wire.Chat, many(1, `{"id":"a","id":"%d"}`)},
		{"too many choices", wire.Chat, many(129, `{"choices":[{"index":%d}]}`)},
		{"negative choice", wire.Chat, many(1, `{"choices":[{"index":-1%d}]}`)},
		{"too many tool calls", wire.Chat, many(129, `{"choices":[{"index":0,"delta":{"tool_calls":[{"index":%d}]}}]}`)},
		{"too many names", wire.Chat, many(4097, `{"choices":[{"index":0,"delta":{"m%d":null}}]}`)},
		{"too many lanes", wire.Chat, many(1025, `{"choices":[{"index":0,"delta":{"m%d":"x"}}]}`)},
		{"unknown event", wire.Responses, many(1, `{"type":"response.surprise","delta":"%d"}`)},
		{"no type", wire.Responses, many(1, `{"delta":"%d"}`)},
		{"chat in Responses", wire.Responses, many(1, `{"choices":[],"created":%d}`)},
		{"index that is none", wire.Responses, many(1, `{"type":"response.output_text.delta","output_index":"%d","delta":"x"}`)},
		{"huge index", wire.Responses, many(1, `{"type":"response.output_text.delta","output_index":6553600%d,"delta":"x"}`)},
		{"long id", wire.Responses, many(1, `{"type":"response.output_text.delta","item_id":"`+strings.Repeat("i", 600)+`%d","delta":"x"}`)},
		{"two names", wire.Responses, func(s *wire.Stream) error {
			_, err := s.Parse(&wire.Event{Name: []byte("response.created"), Data: []byte(`{"type":"response.queued"}`)})
			return err
		}},
		{"a name that is text", wire.Chat, func(s *wire.Stream) error {
			_, err := s.Parse(&wire.Event{Name: []byte("ann@example.com")})
			return err
		}},
		{"after DONE", wire.Chat, func(s *wire.Stream) error {
			if _, err := s.Parse(&wire.Event{Data: []byte("[DONE]")}); err != nil {
				return nil
			}
			_, err := s.Parse(&wire.Event{Data: []byte(`{}`)})
			return err
		}},
		{"no streams here", wire.Embeddings, many(1, `{"data":%d}`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantCode(t, tt.run(stream(tt.op)), event.StreamInvalid)
		})
	}
}

func TestStreamToleratesNothings(t *testing.T) {
	t.Parallel()
	s := stream(wire.Chat)
	for _, e := range []wire.Event{{}, {Data: []byte{}}, {Data: []byte(" ")}, {Name: []byte("ping")}} {
		c, err := s.Parse(&e)
		testkit.NoError(t, err)
		testkit.True(t, !c.Terminal && !c.Content && len(c.Texts) == 0, "it tells nothing")
	}
	testkit.True(t, !s.Complete(), "and does not complete the stream")
	wantPlay(t, play(t, stream(wire.Responses), "[DONE]"), []string{"done"})
}

// Every event type that the table has is accepted, and every .delta opens a lane that its
// .done ends.
func TestStreamEventTable(t *testing.T) {
	t.Parallel()
	types := wire.EventTypes()
	testkit.Equal(t, len(types), 59)
	for _, name := range types {
		s := stream(wire.Responses)
		_, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(`{"type":"` + name + `"}`)})
		testkit.NoError(t, err)
		stem, ok := strings.CutSuffix(name, ".delta")
		if !ok || stem == "response.audio" {
			continue
		}
		value := `"x"`
		if strings.Contains(stem, "shell_call_output") {
			value = `{"stdout":"x"}`
		}
		key := `"item_id":"msg_1","output_index":0,"content_index":0`
		s = stream(wire.Responses)
		got := play(t, s, `{"type":"`+name+`",`+key+`,"delta":`+value+`}`, `{"type":"`+stem+`.done",`+key+`}`)
		testkit.True(t, strings.HasPrefix(got[0], "L1 "), name)
		testkit.Equal(t, got[1], "flush L1")
		testkit.Equal(t, len(s.Open()), 0)
	}
}

// FuzzStream feeds any events to all kinds of streams: nothing panics, offsets stay inside,
// and a lane in Flush was open or has its last piece in the very event.
func FuzzStream(f *testing.F) {
	f.Add(uint8(0), azureChunk+"\n"+`[DONE]`)
	f.Add(uint8(2), `{"type":"response.output_text.delta","item_id":"m","delta":"x"}`+"\n"+`{"type":"response.completed","response":{}}`)
	f.Add(uint8(1), `{"choices":[{"text":"a","finish_reason":"stop"}]}`)
	f.Add(uint8(3), strings.Join([]string{runCreated, stepCreated, messagePiece("msg_1", 0, "a"), `thread.message.completed|{"id":"msg_1"}`, `thread.run.completed|{"id":"run_1"}`, "done|[DONE]"}, "\n"))
	f.Add(uint8(3), `thread.run.step.delta|{"id":"s","delta":{"step_details":{"tool_calls":[{"index":1,"code_interpreter":{"outputs":[{"index":2,"logs":"x"}]}}]}}}`+"\n"+`error|{"code":"x"}`)
	f.Add(uint8(4), `{"type":"response.output_text.delta","output_index":1,"delta":"x","logprobs":[{"token":"x","bytes":[120]}]}`+"\n"+`{"type":"response.output_text.done","output_index":1,"text":"x"}`)
	f.Fuzz(func(t *testing.T, op uint8, script string) {
		kinds := []wire.Operation{wire.Chat, wire.Completions, wire.Responses, wire.RunSubmit, wire.ResponsesGet}
		s := wire.NewStream(wire.Route{Operation: kinds[int(op)%len(kinds)], Streams: true}, wire.Limits{})
		for data := range strings.SplitSeq(script, "\n") {
			open := slices.Clone(s.Open())
			name := ""
			if before, after, ok := strings.Cut(data, "|"); ok && kinds[int(op)%len(kinds)] == wire.RunSubmit {
				name, data = before, after
			}
			c, err := s.Parse(&wire.Event{Name: []byte(name), Data: []byte(data)})
			if err != nil {
				var fault *wire.Error
				testkit.True(t, errors.As(err, &fault) && !errors.Is(err, io.EOF), "typed")
				return
			}
			for _, x := range c.Texts {
				testkit.True(t, x.Start > 0 && x.End <= len(data) && x.Start < x.End, "inside")
				testkit.Equal(t, x.Piece, x.Lane != wire.Lane{})
				testkit.True(t, !x.Piece || !x.Again, "a piece says something new")
				if x.Piece {
					open = append(open, x.Lane)
				}
			}
			covered(t, c.Texts, c.Splinters)
			for _, lane := range c.Flush {
				testkit.True(t, slices.Contains(open, lane), "was open")
				testkit.True(t, !slices.Contains(s.Open(), lane), "is not any more")
			}
			if c.Terminal {
				testkit.Equal(t, len(s.Open()), 0)
			}
		}
	})
}
