package resilience

import (
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

const (
	slots    = 10          // of one second
	askAgain = time.Second // what is told to those who come while a probe is under way
)

// A pass lets a call through. Its round tells calls that began before the circuit last
// changed from those after.
type pass struct {
	round int
	probe bool
}

// A circuit is what is known of one endpoint.
type circuit struct {
	mu      sync.Mutex
	slots   [slots]slot
	round   int
	open    bool
	until   time.Duration // while open: when a probe may go
	probing bool
	probed  time.Duration // while probing: since when
}

// A slot counts the calls of one second.
type slot struct {
	second          int64
	calls, failures int
}

// enter lets a call pass, or returns how long to wait. Times are counted from the
// beginning of the policy.
func (c *circuit) enter(cfg *BreakerConfig, now time.Duration) (pass, time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.open:
		return pass{round: c.round}, 0
	case now < c.until:
		return pass{}, c.until - now
	case c.probing && now < c.probed+cfg.OpenFor:
		return pass{}, askAgain
	}
	// A probe that never came back has had its time.
	c.probing, c.probed = true, now
	c.round++
	return pass{round: c.round, probe: true}, 0
}

// leave takes the outcome of a call that has passed.
func (c *circuit) leave(cfg *BreakerConfig, p pass, result outcome, now time.Duration) (change CircuitChange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case p.round != c.round:
	case p.probe:
		c.probing = false
		switch result {
		case success, reachable:
			c.close()
			change.From, change.To = event.HalfOpen, event.Shut
		case failure:
			c.trip(cfg, now)
			change.From, change.To, change.Failures = event.HalfOpen, event.Open, 1
		case unknown: // the next call probes
		}
	case result == success, result == failure:
		c.count(result, now)
		if failures, failing := c.failing(cfg, now); result == failure && failing {
			c.trip(cfg, now)
			change.From, change.To, change.Failures = event.Shut, event.Open, failures
		}
	}
	return change
}

func (c *circuit) count(result outcome, now time.Duration) {
	second := int64(now / time.Second)
	s := &c.slots[second%slots]
	if s.second != second {
		*s = slot{second: second}
	}
	s.calls++
	if result == failure {
		s.failures++
	}
}

func (c *circuit) failing(cfg *BreakerConfig, now time.Duration) (failures int, failing bool) {
	var calls int
	for _, s := range c.slots {
		if s.second > int64(now/time.Second)-slots {
			calls += s.calls
			failures += s.failures
		}
	}
	return failures, calls >= cfg.MinCalls && float64(failures) >= cfg.FailureRatio*float64(calls)
}

// trip opens the circuit for 20 % more or less than configured, so that many clients do
// not probe at the same instant.
func (c *circuit) trip(cfg *BreakerConfig, now time.Duration) {
	fifth := cfg.OpenFor / 5
	c.open, c.until = true, now+cfg.OpenFor-fifth+rand.N(2*fifth+1)
	c.round++
}

func (c *circuit) close() {
	c.open, c.slots = false, [slots]slot{}
	c.round++
}
