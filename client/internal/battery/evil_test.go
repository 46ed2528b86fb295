package battery_test

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

// In H1-34 each answer is followed, in one segment, by one that nobody asked for.
const (
	evilText = "EVIL"
	waiters  = 32
)

var long = flag.Bool("battery.long", false, "make the 10,000 calls of H1-34 instead of 1,000")

// asks is how many calls are made. Each is a handshake, since no connection is kept.
func asks() int {
	if *long {
		return 10_000
	}
	return 1000
}

func rowsEvil() []battery.Row {
	return []battery.Row{{
		ID: "H1-34", Case: fmt.Sprintf("a second answer, %d calls", asks()), Call: askMany, Plain: plainMany,
		Setup: func(b *battery.Bench) {
			b.PlainConns = 1
			b.Config.TotalTimeout = time.Minute
			b.Serve("http/1.1", func(c *hostile.Conn, _ *hostile.Request) {
				good, bad := hostile.Completion("Good day."), hostile.Completion(evilText)
				c.Keep()
				c.Text(ok1 + length(good) + "\r\n" + good + ok1 + length(bad) + "\r\n" + bad)
			})
		},
		// The heap is that of the records and spans of all calls, which the bench keeps.
		Want: battery.Want{Sends: battery.Any, Heap: 512 << 20},
	}}
}

// many asks for answers from many goroutines, and counts the evil ones.
func many(n int, ask func() (string, error)) (evil, failed int64) {
	var asked, bad, lost atomic.Int64
	var all sync.WaitGroup
	for range waiters {
		all.Go(func() {
			for asked.Add(1) <= int64(n) {
				text, err := ask()
				if err != nil {
					lost.Add(1)
				}
				if strings.Contains(text, evilText) {
					bad.Add(1)
				}
			}
		})
	}
	all.Wait()
	return bad.Load(), lost.Load()
}

func askMany(b *battery.Bench) error {
	n := asks()
	if !b.Hostile {
		n = waiters
	}
	evil, failed := many(n, func() (string, error) {
		return read(b.Client.HTTPClient().Do(b.Request(battery.ChatPath, b.Prompt(false))))
	})
	if evil > 0 || failed > 0 {
		b.Errorf("%d of %d calls got the evil answer, %d failed", evil, n, failed)
	}
	return nil
}

func plainMany(b *battery.Bench) string {
	c := b.Plain()
	defer c.CloseIdleConnections()
	evil, failed := many(asks(), func() (string, error) {
		return read(c.Do(b.Request(battery.ChatPath, b.Prompt(false))))
	})
	return fmt.Sprintf("%d of %d calls get the evil answer, %d fail", evil, asks(), failed)
}

func read(resp *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return string(text), err
}
