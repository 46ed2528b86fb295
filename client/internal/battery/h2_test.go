package battery_test

import (
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

// h2 makes the endpoint a server of HTTP/2.
func h2(script hostile.Script) func(*battery.Bench) {
	return func(b *battery.Bench) { b.Serve("h2", script) }
}

func rowsH2() []battery.Row {
	const json = "application/json"
	cut := battery.Want{Class: battery.Cut, Sends: 1}
	twice := func(script hostile.Script) func(*battery.Bench) {
		return func(b *battery.Bench) {
			again(b)
			b.Serve("h2", script)
		}
	}
	flood := strings.Repeat("x", 1000)
	return []battery.Row{
		{
			ID: "H2-01", Case: "2 bytes of 100", Plain: battery.PlainChat, Want: cut,
			Setup: h2(func(c *hostile.Conn, r *hostile.Request) {
				c.Headers(r.Stream, false, ":status", "200", "content-type", json, "content-length", "100")
				c.Data(r.Stream, true, []byte("{}"))
			}),
		},
		{
			ID: "H2-04", Case: "cut in the middle", Plain: battery.PlainChat, Want: cut,
			Setup: h2(func(c *hostile.Conn, r *hostile.Request) {
				c.Headers(r.Stream, false, ":status", "200", "content-type", json)
				c.Data(r.Stream, false, []byte("{"))
				c.Cut()
			}),
		},
		{
			ID: "H2-06", Case: "GOAWAY(0) on every connection", Plain: battery.PlainChat, Want: battery.Want{Class: battery.Exhausted, Sends: 2},
			Setup: twice(func(c *hostile.Conn, _ *hostile.Request) { c.GoAway(0, hostile.CodeNone) }),
		},
		{
			ID: "H2-07", Case: "REFUSED_STREAM for ever", Plain: battery.PlainChat, Want: battery.Want{Class: battery.Exhausted, Sends: 2, Shared: true},
			Setup: twice(func(c *hostile.Conn, r *hostile.Request) { c.ResetStream(r.Stream, hostile.CodeRefused) }),
		},
		{
			ID: "H2-11", Case: "200000 empty CONTINUATION", Plain: battery.PlainChat, Want: battery.Want{Class: battery.HeaderLimit, Sends: 1, Within: time.Second},
			Setup: h2(func(c *hostile.Conn, r *hostile.Request) {
				c.Frame(hostile.FrameHeaders, 0, r.Stream, hostile.Pack(":status", "200", "content-type", json))
				for i := 0; i < 2000 && c.Frames(hostile.FrameContinuation, r.Stream, 100); i++ {
				}
				c.Frame(hostile.FrameContinuation, hostile.FlagHeaders, r.Stream, nil)
				c.Data(r.Stream, true, []byte(hostile.Completion("late")))
			}),
		},
		{
			ID: "H2-14", Case: "flood of 1xx", Plain: plainTraced, Call: traced, Want: battery.Want{Class: battery.HeaderLimit, Sends: 1, Within: time.Second},
			Setup: h2(func(c *hostile.Conn, r *hostile.Request) {
				for i := 0; i < 20_000 && c.Headers(r.Stream, false, ":status", "103", "x", flood); i++ {
				}
			}),
		},
	}
}
