package openaiv3_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	enemy "github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/client/openaiv3"
)

// TestBattery plays the rows whose attack is on the SDK: with this library below it, and, as
// the plain client, the SDK as it comes. It is not parallel, see package battery.
func TestBattery(t *testing.T) {
	const sse = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	good := enemy.Delta("Good day.")
	whole := func(b *battery.Bench) string { return enemy.Stream(b.Canaries.Text("answer")) }
	unfinished := battery.Want{Class: battery.Unfinished, Sends: 1, Text: "Good day."}
	fine := battery.Want{Sends: 1}
	row := func(id, what string, setup func(*battery.Bench), want battery.Want) battery.Row {
		return battery.Row{ID: id, Case: what, Setup: setup, Call: sdkStream, Plain: plainStream, Want: want}
	}
	text := func(parts ...string) func(*battery.Bench) string {
		return func(*battery.Bench) string { return strings.Join(parts, "") }
	}
	rows := []battery.Row{
		row("SSE-01", "well-formed", answers("text/event-stream", whole), fine),
		row("SSE-02", "no [DONE]", answers("text/event-stream", text(good)), unfinished),
		row("SSE-03", "cut, ended by the close", raw(func(*battery.Bench) string { return sse + "\r\n" + good }), battery.Want{Class: battery.Cut, Sends: 1, Text: "Good day."}),
		row("SSE-04", "cut within an event", answers("text/event-stream", text(good, `data: {"choices":[{"del`)), unfinished),
		row("SSE-08", "200 with an error as JSON", answers("application/json", text(`{"error":{"message":"no","code":"500"}}`)), battery.Want{Class: battery.ContentType, Sends: 1}),
		row("SSE-09", "text/html", answers("text/html", whole), battery.Want{Class: battery.ContentType, Sends: 1}),
		row("SSE-11", "lines end in CR", answers("text/event-stream", func(b *battery.Bench) string { return strings.ReplaceAll(whole(b), "\n", "\r") }), fine),
		row("SSE-12", "a byte order mark", answers("text/event-stream", func(b *battery.Bench) string { return "\ufeff" + whole(b) }), fine),
		row("SSE-14", "a line of 33 MiB", endless("data: ", "", 33), battery.Want{Class: battery.LineLimit, Sends: 1}),
		row("SSE-15", "an event of 64 lines of 1 MiB", endless("", "data: ", 64), battery.Want{Class: battery.EventLimit, Sends: 1}),
		row("H1-25", "gzip bomb, 64 MB, 400", bomb, battery.Want{Class: battery.BodyLimit, Sends: 1, Heap: 8 << 20}),
		row("LIM-07", "error of 64 MiB, 400", raw(func(b *battery.Bench) string {
			if !b.Hostile {
				return ""
			}
			return "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n" + strings.Repeat("x", 64<<20)
		}), battery.Want{Class: battery.BodyLimit, Sends: 1}),
		row("CRED-01", "307 to another host", elsewhere, battery.Want{Class: battery.Redirect, Sends: 1}),
		row("H2-06", "GOAWAY(0) on every connection", func(b *battery.Bench) {
			b.Config.Retry.MaxAttempts = 2
			b.Serve("h2", func(c *enemy.Conn, _ *enemy.Request) { c.GoAway(0, enemy.CodeNone) })
		}, battery.Want{Class: battery.Exhausted, Sends: 2}),
	}
	battery.Run(t, rows)
}

// answers makes the endpoint answer with a type and a body.
func answers(contentType string, body func(*battery.Bench) string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		b.Serve("h2", func(c *enemy.Conn, r *enemy.Request) { c.Answer(r, 200, contentType, body(b)) })
	}
}

// raw makes the endpoint write exactly these bytes of HTTP/1.1.
func raw(text func(*battery.Bench) string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		all := text(b)
		b.Serve("http/1.1", func(c *enemy.Conn, _ *enemy.Request) { c.Text(all) })
	}
}

// endless sends n MiB in lines that begin with before, or in one line after start.
func endless(start, before string, n int) func(*battery.Bench) {
	return func(b *battery.Bench) {
		end := ""
		if before != "" {
			end = "\n"
		}
		part := before + strings.Repeat("x", 1<<20-8) + end
		b.Serve("http/1.1", func(c *enemy.Conn, _ *enemy.Request) {
			c.Text("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
			c.Text(fmt.Sprintf("%x\r\n%s\r\n", len(start)+1, start+" "))
			for i := 0; i < n && c.Text(fmt.Sprintf("%x\r\n", len(part)), part, "\r\n"); i++ {
			}
			c.Text("0\r\n\r\n")
		})
	}
}

func bomb(b *battery.Bench) {
	var zipped bytes.Buffer
	if b.Hostile {
		z := gzip.NewWriter(&zipped)
		_, _ = z.Write(bytes.Repeat([]byte("x"), 64<<20))
		_ = z.Close()
	}
	raw(func(*battery.Bench) string {
		return "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: " +
			strconv.Itoa(zipped.Len()) + "\r\n\r\n" + zipped.String()
	})(b)
}

// elsewhere makes the endpoint redirect to another host.
func elsewhere(b *battery.Bench) {
	to := b.Elsewhere()
	b.Serve("http/1.1", func(c *enemy.Conn, r *enemy.Request) {
		c.Respond(r, 307, "", "location", to+battery.ChatPath)
	})
}

// sdkStream makes the call by the SDK over the client.
func sdkStream(b *battery.Bench) error {
	text, err := collect(openaiv3.New(b.Client), b)
	b.Text = ""
	if text != "" {
		b.Text = enemy.Delta(text)
	}
	return err
}

func collect(ai openai.Client, b *battery.Bench) (string, error) {
	stream := ai.Chat.Completions.NewStreaming(b.Context(), question(b.Canaries.Text("prompt")))
	defer stream.Close()
	var text strings.Builder
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			text.WriteString(choice.Delta.Content)
		}
	}
	return text.String(), stream.Err()
}

// plainStream makes the call by the SDK alone, with a key.
func plainStream(b *battery.Bench) string {
	c := b.Plain()
	defer c.CloseIdleConnections()
	ai := openai.NewClient(option.WithHTTPClient(c), option.WithBaseURL(b.Config.Endpoint+"/openai/v1/"), option.WithMaxRetries(0),
		option.WithAPIKey(b.Canaries.Text("key")))
	start := time.Now()
	text, err := collect(ai, b)
	said := fmt.Sprintf("accepts: %d characters, err nil", len(text))
	var api *openai.Error
	switch {
	case errors.As(err, &api):
		said = "error " + strconv.Itoa(api.StatusCode)
	case errors.Is(err, context.DeadlineExceeded):
		said = "no end within a second"
	case err != nil:
		said = "refuses"
	}
	if n := len(b.Server.Requests()); n > 1 {
		said += fmt.Sprintf(", %d sends", n)
	}
	return said + fmt.Sprintf(", %d ms", time.Since(start).Milliseconds())
}
