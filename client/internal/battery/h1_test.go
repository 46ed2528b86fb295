package battery_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http/httptrace"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

const (
	ok1 = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
	sse = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
)

// h1 makes the endpoint write exactly these bytes of HTTP/1.1 after the request, and then
// close the connection in good order.
func h1(text func(b *battery.Bench) string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) { c.Text(text(b)) })
	}
}

// answer is a good answer to a chat with the canary, which nothing may tell.
func answer(b *battery.Bench) string { return hostile.Completion(b.Canaries.Text("answer")) }

func length(body string) string { return "Content-Length: " + strconv.Itoa(len(body)) + "\r\n" }

// zipped is n zeros, packed.
func zipped(n int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	chunk := make([]byte, 1<<20)
	for ; n > 0; n -= len(chunk) {
		_, _ = z.Write(chunk[:min(n, len(chunk))])
	}
	_ = z.Close()
	return b.String()
}

func rowsH1() []battery.Row {
	protocol := battery.Want{Class: battery.Protocol, Sends: 1}
	cut := battery.Want{Class: battery.Cut, Sends: 1}
	return []battery.Row{
		{
			ID: "H1-01", Case: "two different Content-Length", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(b *battery.Bench) string {
				return ok1 + length(answer(b)) + "Content-Length: 3\r\n\r\n" + answer(b)
			}),
		},
		{
			ID: "H1-04", Case: "Transfer-Encoding and Content-Length", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(b *battery.Bench) string {
				body := answer(b)
				return ok1 + length(body) + "Transfer-Encoding: chunked\r\n\r\n" + strconv.FormatInt(int64(len(body)), 16) + "\r\n" + body + "\r\n0\r\n\r\n"
			}),
		},
		{
			ID: "H1-07", Case: "blank before the colon", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(b *battery.Bench) string { return ok1 + "Content-Length : 8\r\n\r\n" + answer(b) }),
		},
		{
			ID: "H1-13", Case: "HTTP/0.9, a body alone", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(answer),
		},
		{
			ID: "H1-17", Case: "204 with a body", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(b *battery.Bench) string { return "HTTP/1.1 204 No Content\r\n\r\n" + answer(b) }),
		},
		{
			ID: "H1-17", Case: "204 with a length", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(b *battery.Bench) string {
				return "HTTP/1.1 204 No Content\r\n" + length(answer(b)) + "\r\n" + answer(b)
			}),
		},
		{
			ID: "H1-17", Case: "304 to a POST", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(b *battery.Bench) string { return "HTTP/1.1 304 Not Modified\r\n\r\n" + answer(b) }),
		},
		{
			ID: "H1-17", Case: "304 to a POST, no body", Plain: battery.PlainChat, Want: protocol,
			Setup: h1(func(*battery.Bench) string { return "HTTP/1.1 304 Not Modified\r\n\r\n" }),
		},
		{
			ID: "H1-18", Case: "101 unasked", Plain: battery.PlainChat, Want: battery.Want{Class: battery.Upgrade, Sends: 1},
			Setup: h1(func(*battery.Bench) string {
				return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
			}),
		},
		{
			ID: "H1-19", Case: "1xx, then 200", Plain: battery.PlainChat, Want: battery.Want{Sends: 1},
			Setup: h1(func(b *battery.Bench) string {
				return "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + ok1 + length(answer(b)) + "\r\n" + answer(b)
			}),
		},
		{
			ID: "H1-20", Case: "flood of 1xx, 128 MB, under a trace", Plain: plainTraced,
			Setup: flood, Call: traced,
			Want: battery.Want{Class: battery.HeaderLimit, Sends: 1, Within: time.Second},
		},
		{
			ID: "H1-21", Case: "a header of 1 MiB", Plain: battery.PlainChat,
			Setup: h1(func(b *battery.Bench) string {
				return ok1 + "X: " + strings.Repeat("x", 1<<20) + "\r\n" + length(answer(b)) + "\r\n" + answer(b)
			}),
			Want: battery.Want{Class: battery.HeaderLimit, Sends: 1},
		},
		{
			ID: "H1-24", Case: "gzip bomb, 256 MB, 200", Plain: battery.PlainChat,
			Setup: bomb("200 OK", ""),
			Want:  battery.Want{Class: battery.UnpackedLimit, Sends: 1, Heap: 2 * limitH1},
		},
		{
			ID: "H1-25", Case: "gzip bomb, 256 MB, 400", Plain: battery.PlainChat,
			Setup: bomb("400 Bad Request", ""),
			Want:  battery.Want{Class: battery.BodyLimit, Sends: 1, Heap: 8 << 20},
		},
		{
			ID: "H1-29", Case: "cut within a chunk", Plain: battery.PlainChat, Want: cut,
			Setup: h1(func(b *battery.Bench) string {
				return ok1 + "Transfer-Encoding: chunked\r\n\r\nffff\r\n" + answer(b)
			}),
		},
		{
			ID: "H1-29", Case: "cut between chunks of a stream", Plain: battery.PlainStream, Call: (*battery.Bench).Stream,
			Setup: h1(func(b *battery.Bench) string { return sse + "Transfer-Encoding: chunked\r\n\r\n" + chunk(delta) }),
			Want:  battery.Want{Class: battery.Cut, Sends: 1, Text: "Good day."},
		},
		{
			ID: "H1-30", Case: "shorter than its length", Plain: battery.PlainChat, Want: cut,
			Setup: h1(func(b *battery.Bench) string { return ok1 + length(answer(b)+" ") + "\r\n" + answer(b) }),
		},
		{
			ID: "H1-31", Case: "ended by the close alone", Plain: battery.PlainChat, Want: cut,
			Setup: h1(func(b *battery.Bench) string { return ok1 + "\r\n" + answer(b) }),
		},
	}
}

// limitH1 is what an answer may have in the rows of packed ones.
const limitH1 = 4 << 20

func bomb(status, more string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		b.Config.MaxBodyBytes = limitH1
		body := ""
		if b.Hostile {
			body = zippedBomb()
		}
		b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
			c.Text("HTTP/1.1 "+status+"\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"+more+length(body), "\r\n", body)
		})
	}
}

// zippedBomb is made once, as it takes a second.
var zippedBomb = sync.OnceValue(func() string { return zipped(256 << 20) })

func chunk(text string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(text), text) }

func flood(b *battery.Bench) {
	b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
		line := "HTTP/1.1 103 Early Hints\r\nX: " + strings.Repeat("x", 1000) + "\r\n\r\n"
		for i := 0; i < 128_000 && c.Text(line); i++ {
		}
	})
}

// listening is a context with a trace that hears of 1xx answers, as otelhttptrace sets.
func listening() context.Context {
	return httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{Got1xxResponse: func(int, textproto.MIMEHeader) error { return nil }})
}

func traced(b *battery.Bench) error {
	return b.Do(b.Request(battery.ChatPath, b.Prompt(false)).WithContext(listening()))
}

func plainTraced(b *battery.Bench) string {
	return battery.PlainDo(b, b.Request(battery.ChatPath, b.Prompt(false)).WithContext(listening()))
}
