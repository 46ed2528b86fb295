package stage_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

// chatBody is a chat of 20 messages and about 20 KB, with as many values.
func chatBody(t testing.TB, values int) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(`{"model":"gpt-4o","messages":[{"role":"system","content":"You are an assistant."}`)
	text := strings.Repeat("The parcel left the warehouse on Monday, and \"nobody\" has seen it since.\n", 13)
	for i := range 20 {
		said := text
		if i < values {
			said += fmt.Sprintf("Write to user%d@example.com please.", i)
		}
		quoted, err := json.Marshal(said)
		testkit.NoError(t, err)
		fmt.Fprintf(&b, `,{"role":"user","content":%s}`, quoted)
	}
	b.WriteString(`],"temperature":0.2,"max_tokens":500}`)
	return b.Bytes()
}

// BenchmarkBody is all that happens to the body of a prompt, beside what it costs only to
// check it or to read it into maps with encoding/json.
func BenchmarkBody(b *testing.B) {
	r, err := redact.New(redact.Config{})
	testkit.NoError(b, err)
	route := wire.Route{Operation: wire.Chat, Body: wire.JSONBody, Streams: true}
	for _, values := range []int{0, 20} {
		body := chatBody(b, values)
		for _, bench := range []struct {
			name string
			do   func() error
		}{
			{"json.Valid", func() error {
				if !json.Valid(body) {
					return errors.New("not JSON")
				}
				return nil
			}},
			{"json.Unmarshal", func() error { var v any; return json.Unmarshal(body, &v) }},
			{"redact", func() error { _, err := stage.RedactBody(b.Context(), r, route, body); return err }},
		} {
			b.Run(fmt.Sprintf("%d values/%s", values, bench.name), func(b *testing.B) {
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					if err := bench.do(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
