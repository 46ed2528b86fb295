package battery_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/battery"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
)

// quickly lets a client try again only where the wait is next to nothing.
func quickly(b *battery.Bench) { b.Config.Retry.MaxWait = 10 * time.Millisecond }

// failing answers with a status, and asks for a wait, if any.
func failing(status int, waits ...string) func(*battery.Bench) {
	return func(b *battery.Bench) {
		quickly(b)
		var fields []string
		for _, wait := range waits {
			fields = append(fields, "retry-after", wait)
		}
		b.Config.Breaker.MinCalls = 1000 // the row is not about the breaker
		b.Serve("h2", func(c *hostile.Conn, r *hostile.Request) {
			c.Respond(r, status, `{"error":{"code":"x","message":"no"}}`, append(fields, "content-type", "application/json")...)
		})
	}
}

func rowsRETRY() []battery.Row {
	var rows []battery.Row
	for _, status := range []int{500, 503, 429} {
		class := battery.Service
		if status == http.StatusTooManyRequests {
			class = battery.Throttled
		}
		rows = append(rows, battery.Row{
			ID: "RETRY-01", Case: fmt.Sprintf("always %d", status), Setup: failing(status, "0"),
			Want: battery.Want{Class: class, Sends: battery.Any, Most: 3, Shared: true}, // the default of MaxAttempts
		}, battery.Row{
			ID: "RETRY-01", Case: fmt.Sprintf("always %d, 30 calls", status), Setup: failing(status, "0"), Call: storm,
			Want: battery.Want{Class: class, Sends: battery.Any, Events: battery.Any, Within: 10 * time.Second, Shared: true, Final: true},
		})
	}
	for _, wait := range []struct {
		what  string
		texts []string
		sends int // one means that the deployment is left alone for a while
	}{
		{"0", []string{"0"}, 3},
		{"-1", []string{"-1"}, 1},
		{"1e12", []string{"1e12"}, 1},
		{"NaN", []string{"NaN"}, 1},
		{"Inf", []string{"Inf"}, 1},
		{"empty", []string{""}, 1},
		{"two values", []string{"3600", "0"}, 1},
		{"in the past", []string{"Thu, 01 Jan 1970 00:00:00 GMT"}, 3},
		{"very long", []string{strings.Repeat("9", 5000)}, 1},
	} {
		rows = append(rows, battery.Row{
			ID: "RETRY-02", Case: "Retry-After " + wait.what, Setup: failing(503, wait.texts...),
			Want: battery.Want{Class: battery.Service, Sends: battery.Any, Most: wait.sends, Within: time.Second, Shared: true, Final: wait.sends == 1},
		})
	}
	for _, protocol := range []string{"http/1.1", "h2"} {
		rows = append(rows, battery.Row{
			ID: "RETRY-04", Case: "closed after the request, " + protocol, Call: respond, Plain: battery.PlainChat,
			Setup: func(b *battery.Bench) { b.Serve(protocol, func(c *hostile.Conn, _ *hostile.Request) { c.Cut() }) },
			Want:  battery.Want{Class: battery.Disconnected, Sends: 1},
		})
	}
	return rows
}

// storm makes 30 calls at once, of which few may be tried again.
func storm(b *battery.Bench) error {
	var all sync.WaitGroup
	const calls = 30
	before, start := len(b.Server.Requests()), time.Now()
	errs := make([]error, calls)
	for i := range errs {
		all.Go(func() {
			resp, err := b.Client.HTTPClient().Do(b.Request(battery.ChatPath, b.Prompt(false)))
			switch {
			case err != nil:
				errs[i] = err
			case resp.Body.Close() == nil && resp.StatusCode >= http.StatusBadRequest:
				errs[i] = battery.Answered(resp.StatusCode)
			}
		})
	}
	all.Wait()
	// Each call pays for a tenth of a retry, and a second for one (resilience.RetryConfig).
	if got, most := len(b.Server.Requests())-before, calls+calls/10+3+int(time.Since(start).Seconds()); got > most {
		b.Errorf("%d calls are %d sends, more than %d", calls, got, most)
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// respond makes a call that is not safe to repeat: it stores an answer.
func respond(b *battery.Bench) error { return responses(b) }
