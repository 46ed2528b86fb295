package battery_test

import (
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

// delta is an event that every stream of these rows begins with.
var delta = hostile.Delta("Good day.")

// events makes the endpoint answer by a stream with these bytes as its whole body, well
// framed.
func events(protocol string, body func(b *battery.Bench) string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		b.Serve(protocol, func(c *hostile.Conn, r *hostile.Request) { c.Answer(r, 200, "text/event-stream", body(b)) })
	}
}

func text(parts ...string) func(*battery.Bench) string {
	return func(*battery.Bench) string { return strings.Join(parts, "") }
}

// responses makes the call in the shape of Responses.
func responses(b *battery.Bench) error {
	return b.Do(b.Request("/openai/v1/responses", `{"model":"gpt-4o","input":"`+b.Canaries.Text("prompt")+`","stream":true}`))
}

// each makes a row for both protocols.
func each(row battery.Row, setup func(protocol string) func(*battery.Bench)) []battery.Row {
	h2 := row
	row.Case, row.Setup = row.Case+", HTTP/1.1", setup("http/1.1")
	h2.Case, h2.Setup, h2.Plain = h2.Case+", HTTP/2", setup("h2"), nil
	return []battery.Row{row, h2}
}

func rowsSSE() []battery.Row {
	unfinished := battery.Want{Class: battery.Unfinished, Sends: 1, Text: "Good day."}
	stream := (*battery.Bench).Stream
	var rows []battery.Row
	add := func(row battery.Row, body func(*battery.Bench) string) {
		rows = append(rows, each(row, func(protocol string) func(*battery.Bench) { return events(protocol, body) })...)
	}
	whole := func(b *battery.Bench) string { return hostile.Stream(b.Canaries.Text("answer")) }
	add(battery.Row{ID: "SSE-01", Case: "well-formed", Call: stream, Plain: battery.PlainStream, Want: battery.Want{Sends: 1}}, whole)
	add(battery.Row{ID: "SSE-02", Case: "no [DONE]", Call: stream, Plain: battery.PlainStream, Want: unfinished}, text(delta))
	rows = append(rows, battery.Row{
		ID: "SSE-03", Case: "cut, ended by the close", Call: stream, Plain: battery.PlainStream,
		Setup: func(b *battery.Bench) {
			b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(sse, "\r\n", delta)
				c.Cut()
			})
		},
		Want: battery.Want{Class: battery.Cut, Sends: 1, Text: "Good day."},
	})
	for _, cut := range []struct{ where, end string }{
		{"a JSON token", `data: {"choices":[{"index":0,"del`},
		{"a rune", "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xe2\x82"},
		{"the name of a field", "dat"},
		{"the blank line", strings.TrimSuffix(delta, "\n")},
	} {
		add(battery.Row{ID: "SSE-04", Case: "cut within " + cut.where, Call: stream, Plain: battery.PlainStream, Want: unfinished}, text(delta, cut.end))
	}
	for _, protocol := range []string{"http/1.1", "h2"} {
		answered := func(contentType string, body func(*battery.Bench) string) func(*battery.Bench) {
			return func(b *battery.Bench) {
				b.Serve(protocol, func(c *hostile.Conn, r *hostile.Request) { c.Answer(r, 200, contentType, body(b)) })
			}
		}
		rows = append(rows,
			battery.Row{ID: "SSE-08", Case: "200 with an error as JSON, " + protocol, Call: stream, Plain: battery.PlainStream, Want: battery.Want{Class: battery.ContentType, Sends: 1},
				Setup: answered("application/json", func(b *battery.Bench) string {
					return `{"error":{"message":"` + b.Canaries.Text("answer") + `","code":"500"}}`
				})},
			battery.Row{ID: "SSE-09", Case: "text/html, " + protocol, Call: stream, Plain: battery.PlainStream, Want: battery.Want{Class: battery.ContentType, Sends: 1},
				Setup: answered("text/html", whole)},
		)
	}
	for _, ends := range []struct{ name, line string }{{"CR", "\r"}, {"LF", "\n"}, {"CRLF", "\r\n"}} {
		add(battery.Row{ID: "SSE-11", Case: "lines end in " + ends.name, Call: complete, Want: battery.Want{Sends: 1}},
			func(b *battery.Bench) string { return strings.ReplaceAll(whole(b), "\n", ends.line) })
	}
	add(battery.Row{ID: "SSE-11", Case: "mixed ends", Call: complete, Want: battery.Want{Sends: 1}}, mixed)
	rows = append(rows,
		battery.Row{ID: "SSE-11", Case: "CRLF split over chunks", Call: complete, Want: battery.Want{Sends: 1},
			Setup: pieces(func(b *battery.Bench) []string {
				return strings.SplitAfter(strings.ReplaceAll(whole(b), "\n", "\r\n"), "\r")
			})},
	)
	add(battery.Row{ID: "SSE-12", Case: "a byte order mark", Call: complete, Want: battery.Want{Sends: 1}},
		func(b *battery.Bench) string { return "\ufeff" + whole(b) })
	rows = append(rows,
		battery.Row{ID: "SSE-13", Case: "chunks of one byte", Call: complete, Want: battery.Want{Sends: 1, Within: time.Second},
			Setup: pieces(func(b *battery.Bench) []string { return strings.Split(whole(b), "") })},
		battery.Row{ID: "SSE-14", Case: "a line of 33 MiB", Call: stream, Plain: battery.PlainStream,
			Setup: endless("data: ", 33, ""), Want: battery.Want{Class: battery.LineLimit, Sends: 1}},
		battery.Row{ID: "SSE-15", Case: "an event of 300 lines of 1 MiB", Call: stream, Plain: battery.PlainStream,
			Setup: endless("", 300, "data: "), Want: battery.Want{Class: battery.EventLimit, Sends: 1}},
	)
	add(battery.Row{ID: "SSE-02", Case: "Responses, no response.completed", Call: responses, Want: battery.Want{Class: battery.Unfinished, Sends: 1, Text: "Good day."}},
		text(hostile.ResponsesDelta("Good day.")))
	return rows
}

// complete makes the call and wants all of the answer.
func complete(b *battery.Bench) error {
	if err := b.Stream(); err != nil {
		return err
	}
	if want := strings.Count(b.Text, "data: "); want < 3 {
		b.Errorf("only %d events came: %q", want, b.Text)
	}
	return nil
}

// mixed ends each line in another way. A CR before a LF would be one end of a line.
func mixed(b *battery.Bench) string {
	var out strings.Builder
	for i, event := range strings.SplitAfter(hostile.Stream(b.Canaries.Text("answer")), "\n\n") {
		out.WriteString(strings.Replace(event, "\n\n", [...]string{"\r\r", "\n\r\n", "\r\n\n", "\n\r"}[i%4], 1))
	}
	return out.String()
}

// pieces sends a stream in chunks of HTTP/1.1, each in a write of its own.
func pieces(all func(*battery.Bench) []string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
			c.Text(sse, "Transfer-Encoding: chunked\r\n\r\n")
			for _, piece := range all(b) {
				c.Text(chunk(piece))
			}
			c.Text("0\r\n\r\n")
		})
	}
}

// endless sends n MiB after a start, each with something before it and, then, a line end
// behind it.
func endless(start string, n int, before string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		const size = 1<<20 - 8
		piece := before + strings.Repeat("x", size)
		if before != "" {
			piece += "\n"
		}
		piece = chunk(piece)
		b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
			c.Text(sse, "Transfer-Encoding: chunked\r\n\r\n", chunk(start+" "))
			for i := 0; i < n && c.Text(piece); i++ {
			}
			c.Text("0\r\n\r\n")
		})
	}
}
