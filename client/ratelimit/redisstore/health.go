package redisstore

import (
	"context"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

const (
	failuresInARow = 3           // until the server is left alone
	restBetween    = time.Second // tries while it is
)

// health is the store's own breaker: a server that failed three times in a row is asked once
// a second in the background, and calls go by the failure mode at once.
type health struct {
	mu       sync.Mutex
	failures int
	isDown   bool
	next     time.Time // of the tries
}

// permit reports whether the server may be asked, and whether this is a try.
func (h *health) permit(now time.Time) (ok, try bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.isDown {
		return true, false
	}
	if now.Before(h.next) {
		return false, false
	}
	h.next = now.Add(restBetween)
	return true, true
}

// good notes an answer.
func (h *health) good() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures = 0
}

// bad notes a failure, and reports whether it was the one too many.
func (h *health) bad(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures++
	h.next = now.Add(restBetween)
	if h.isDown || h.failures < failuresInARow {
		return false
	}
	h.isDown = true
	return true
}

// up ends an outage.
func (h *health) up() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.isDown, h.failures = false, 0
}

func (h *health) down() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.isDown
}

// ready reports whether the server may be asked. While it is down, a call that comes when a
// try is due starts it and does not wait for it.
func (s *Store) ready() bool {
	ok, try := s.health.permit(time.Now())
	if try {
		go s.background(s.revive)()
	}
	return ok && !try
}

// revive looks whether the server is back, and pays in what was granted meanwhile before
// anybody takes from it again: that is what makes recovery without a burst.
func (s *Store) revive() {
	if s.payBack() != nil {
		return
	}
	s.health.up()
	if s.share != nil {
		_ = s.share.payBack(s.send) // what was granted during the first time; else at the end of the next outage
	}
	s.arm()
	s.tell(event.Success)
}

// failed notes a failure.
func (s *Store) failed() {
	if s.health.bad(time.Now()) {
		s.tell(event.Failure)
	}
}

// tell records that the circuit to the server has opened or closed. That the sink fails
// changes nothing: a limiter is no audit log.
func (s *Store) tell(outcome event.Outcome) {
	if s.cfg.Events == nil {
		return
	}
	e := event.Event{
		Time: time.Now(), Name: event.CircuitChanged, Severity: event.SeverityFor(event.CircuitChanged, outcome),
		Outcome: outcome, Policy: event.NewToken("limit store"),
	}
	if outcome == event.Failure {
		e.Code = event.StoreUnavailable
	}
	_ = event.Sinks(s.cfg.Events).Record(context.Background(), e)
}
