package battery_test

import (
	"net/netip"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The times of these rows. The budget of a row is its limit.
const (
	short = 150 * time.Millisecond
	step  = 30 * time.Millisecond
)

// drip writes a text byte by byte, an interval apart, until the client leaves.
func drip(c *hostile.Conn, every time.Duration, text string) {
	for i := range len(text) {
		if !c.Text(text[i:i+1]) || !c.Server().Sleep(every) {
			return
		}
	}
}

// limits makes a client with small limits, and a server of HTTP/1.1.
func limits(change func(b *battery.Bench), script hostile.Script) func(*battery.Bench) {
	return func(b *battery.Bench) {
		change(b)
		b.Serve("http/1.1", script)
	}
}

func rowsLIM() []battery.Row {
	long := strings.Repeat("x", 1000)
	header := func(b *battery.Bench) { b.Config.HeaderTimeout = short }
	idle := func(b *battery.Bench) { b.Config.IdleTimeout = short }
	total := func(b *battery.Bench) { b.Config.IdleTimeout, b.Config.TotalTimeout = short, 3*short }
	body := func(b *battery.Bench) { b.Config.MaxBodyBytes = 1 << 20 }
	return []battery.Row{
		{
			ID: "LIM-01", Case: "connect blackhole", Setup: blackhole,
			Want: battery.Want{Class: battery.DialTimeout, Within: short, Final: true},
		},
		{
			ID: "LIM-02", Case: "header drips", Want: battery.Want{Class: battery.HeaderTimeout, Sends: 1, Within: short},
			Setup: limits(header, func(c *hostile.Conn, _ *hostile.Request) { drip(c, step, ok1+"X: "+long) }),
		},
		{
			ID: "LIM-02", Case: "header drips, HTTP/2", Want: battery.Want{Class: battery.HeaderTimeout, Sends: 1, Within: short},
			Setup: func(b *battery.Bench) {
				header(b)
				b.Serve("h2", func(c *hostile.Conn, r *hostile.Request) {
					packed := hostile.Pack(":status", "200", "x", long)
					c.Frame(hostile.FrameHeaders, 0, r.Stream, packed[:1])
					for i := 1; i < len(packed) && c.Server().Sleep(step); i++ {
						if !c.Frame(hostile.FrameContinuation, 0, r.Stream, packed[i:i+1]) {
							return
						}
					}
				})
			},
		},
		{
			ID: "LIM-02", Case: "no answer at all", Want: battery.Want{Class: battery.HeaderTimeout, Sends: 1, Within: short},
			Setup: limits(header, func(c *hostile.Conn, _ *hostile.Request) { <-c.Server().Over() }),
		},
		{
			ID: "LIM-03", Case: "body stalls", Want: battery.Want{Class: battery.IdleTimeout, Sends: 1, Within: short},
			Setup: limits(idle, func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(ok1, "Content-Length: 1000\r\n\r\n{")
				<-c.Server().Over()
			}),
		},
		{
			ID: "LIM-03", Case: "stream stalls", Call: (*battery.Bench).Stream,
			Want: battery.Want{Class: battery.IdleTimeout, Sends: 1, Within: short, Text: "Good day."},
			Setup: limits(idle, func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(sse, "Transfer-Encoding: chunked\r\n\r\n", chunk(delta))
				<-c.Server().Over()
			}),
		},
		{
			ID: "LIM-03", Case: "stream stalls, HTTP/2", Call: (*battery.Bench).Stream,
			Want: battery.Want{Class: battery.IdleTimeout, Sends: 1, Within: short, Text: "Good day.", Shared: true},
			Setup: func(b *battery.Bench) {
				idle(b)
				b.Serve("h2", func(c *hostile.Conn, r *hostile.Request) {
					c.Headers(r.Stream, false, ":status", "200", "content-type", "text/event-stream")
					c.Data(r.Stream, false, []byte(delta))
				})
			},
		},
		{
			ID: "LIM-04", Case: "body drips for ever", Want: battery.Want{Class: battery.TotalTimeout, Sends: 1},
			Setup: limits(total, func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(ok1, "Content-Length: 1000\r\n\r\n")
				drip(c, step, long)
			}),
		},
		{
			ID: "LIM-04", Case: "comments for ever", Call: (*battery.Bench).Stream, Want: battery.Want{Class: battery.TotalTimeout, Sends: 1},
			Setup: limits(total, func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(sse, "Transfer-Encoding: chunked\r\n\r\n")
				for c.Text(chunk(": still here\n\n")) && c.Server().Sleep(step) {
				}
			}),
		},
		{
			ID: "LIM-04", Case: "slow at every step", Want: battery.Want{Class: battery.TotalTimeout, Sends: 1},
			Setup: limits(total, func(c *hostile.Conn, _ *hostile.Request) { <-c.Server().Over() }),
		},
		{
			ID: "LIM-06", Case: "infinite body", Plain: battery.PlainChat, Setup: limits(body, infinite("200 OK")),
			Want: battery.Want{Class: battery.BodyLimit, Sends: 1, Within: time.Second},
		},
		{
			ID: "LIM-06", Case: "infinite stream", Plain: battery.PlainChat, Call: (*battery.Bench).Stream,
			Want: battery.Want{Class: battery.BodyLimit, Sends: 1, Within: time.Second},
			Setup: limits(body, func(c *hostile.Conn, _ *hostile.Request) {
				c.Text(sse, "Transfer-Encoding: chunked\r\n\r\n")
				for part := chunk(strings.Repeat(": "+long+"\n\n", 64)); c.Text(part); {
				}
			}),
		},
		{
			ID: "LIM-07", Case: "infinite error, 400", Plain: battery.PlainChat, Call: withStatus(400), Setup: limits(body, infinite("400 Bad Request")),
			Want: battery.Want{Class: battery.BodyLimit, Sends: 1, Within: time.Second},
		},
		{
			ID: "LIM-07", Case: "infinite error, 500, tried again", Call: withStatus(500), Setup: limits(again, infinite("500 Internal Server Error")),
			Want: battery.Want{Class: battery.BodyLimit, Sends: 2},
		},
	}
}

// again allows one more attempt.
func again(b *battery.Bench) { b.Config.Retry.MaxAttempts = 2 }

func blackhole(b *battery.Bench) {
	b.Serve("h2", nil)
	b.Config.Network.ConnectTimeout = short
	if !b.Hostile {
		return
	}
	closing, err := hostile.Blackhole(netip.AddrPortFrom(b.Private(8), b.Server.Addr().Port()))
	testkit.NoError(b, err)
	b.OnClose(closing)
	b.Lead(b.Private(8))
}

// infinite writes a body without end.
func infinite(status string) hostile.Script {
	part := chunk(strings.Repeat("x", 64<<10))
	return func(c *hostile.Conn, _ *hostile.Request) {
		c.Text("HTTP/1.1 ", status, "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
		for c.Text(part) {
		}
	}
}

// withStatus makes the call and wants an error that knows the status.
func withStatus(status int) func(*battery.Bench) error {
	return func(b *battery.Bench) error {
		err := b.Chat()
		if got := battery.StatusOf(err); b.Hostile && got != status {
			b.Errorf("the error knows of status %d, not %d: %v", got, status, err)
		}
		return err
	}
}
