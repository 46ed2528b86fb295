package client

import (
	"context"
	"net"
	"time"

	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// breaker is the configuration of the breaker, with each change of a circuit recorded before
// the application is told. A record that is lost holds nobody up: the calls that follow have
// records of their own.
func (p *parts) breaker() resilience.BreakerConfig {
	cfg := p.cfg.Breaker
	told := cfg.Changed
	cfg.Changed = func(c resilience.CircuitChange) {
		host, _, err := net.SplitHostPort(c.Host)
		if err != nil {
			host = c.Host
		}
		outcome := event.Success
		if c.To == event.Open {
			outcome = event.Failure
		}
		_ = p.record(context.Background(), event.Event{
			Time: time.Now(), Name: event.CircuitChanged, Outcome: outcome, Severity: event.SeverityFor(event.CircuitChanged, outcome),
			Host: event.NewHost(host), Config: p.observe.Config, State: c.To,
			Details: []event.Detail{event.Word(event.KeyFrom, c.From.String()), event.Number(event.KeyCount, int64(c.Failures))},
		})
		if told != nil {
			told(c)
		}
	}
	return cfg
}
