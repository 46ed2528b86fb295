package wire_test

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/wire"
)

const lorem = "The committee met on Tuesday to look at the second draft of the report, and found that the \\\"new\\\" figures " +
	"differ from those of the spring. Nobody could say why; the question goes back to the working group.\\n"

// chatBody is a conversation of about size bytes, with what real bodies have: roles,
// escapes, a tool with a schema, a tool call with its answer.
func chatBody(size int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"model":"gpt-4o","stream":true,"max_tokens":200,"temperature":0.7,"messages":[{"role":"system","content":"You are a helpful clerk."}`)
	for i := 0; b.Len() < size-1100; i++ {
		role := "user"
		if i%2 == 1 {
			role = "assistant"
		}
		b.WriteString(`,{"role":"` + role + `","content":"` + strings.Repeat(lorem, 4) + `"}`)
	}
	if size > 4000 {
		b.WriteString(`,{"role":"assistant","content":null,"tool_calls":[{"id":"call_9f2a","type":"function","function":{"name":"find","arguments":"{\"query\":\"draft\"}"}}]}`)
		b.WriteString(`,{"role":"tool","tool_call_id":"call_9f2a","content":"Café, naïve, 12 files"}`)
		b.WriteString(`,{"role":"user","content":"Go on."}],"tools":[{"type":"function","function":{"name":"find","description":"Finds files","parameters":{"type":"object","properties":{"query":{"type":"string","description":"What to find"}},"required":["query"]}}}]}`)
		return b.Bytes()
	}
	b.WriteString(`,{"role":"user","content":"` + strings.Repeat("What did they find? ", 12) + `"}],"user":"clerk-7"}`)
	return b.Bytes()
}

func BenchmarkWire(b *testing.B) {
	route := wire.Route{Operation: wire.Chat, Body: wire.JSONBody, Streams: true}
	for _, size := range []struct {
		name string
		body []byte
	}{{"500B", chatBody(500)}, {"20KB", chatBody(20 << 10)}} {
		run := func(name string, f func() bool) {
			b.Run(name+"/"+size.name, func(b *testing.B) {
				b.SetBytes(int64(len(size.body)))
				b.ReportAllocs()
				for b.Loop() {
					if !f() {
						b.Fatal("refused")
					}
				}
			})
		}
		run("parse", func() bool {
			_, err := wire.ParseRequest(route, size.body, wire.Limits{})
			return err == nil
		})
		run("jsonValid", func() bool { return json.Valid(size.body) })
		run("jsonAny", func() bool {
			var v any
			return json.Unmarshal(size.body, &v) == nil
		})
	}
}

const azureChunk = `{"choices":[{"content_filter_results":{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},` +
	`"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}},"delta":{"content":" report"},` +
	`"finish_reason":null,"index":0,"logprobs":null}],"created":1764000000,"id":"chatcmpl-9f2a","model":"gpt-4o-2024-08-06",` +
	`"object":"chat.completion.chunk","system_fingerprint":"fp_9f2a","usage":null}`

// BenchmarkSSE is one event: read, parsed and written.
func BenchmarkSSE(b *testing.B) {
	stream := []byte(strings.Repeat("data: "+azureChunk+"\n\n", 200))
	b.Run("read", func(b *testing.B) {
		src := &endless{data: stream}
		r := wire.NewReader(src, wire.Limits{})
		b.SetBytes(int64(len(stream) / 200))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := r.Next(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read+parse+write", func(b *testing.B) {
		r := wire.NewReader(&endless{data: stream}, wire.Limits{})
		s := wire.NewStream(wire.Route{Operation: wire.Chat, Streams: true}, wire.Limits{})
		var out []byte
		b.SetBytes(int64(len(stream) / 200))
		b.ReportAllocs()
		for b.Loop() {
			e, err := r.Next()
			if err != nil {
				b.Fatal(err)
			}
			if _, err = s.Parse(e); err != nil {
				b.Fatal(err)
			}
			out = e.Append(out[:0])
		}
	})
}

// endless gives the same bytes again and again, 8 KB at a time as TLS records do.
type endless struct {
	data []byte
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 8<<10)], e.data[e.at:])
	e.at = (e.at + n) % len(e.data)
	return n, nil
}
