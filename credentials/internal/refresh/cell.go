// Package refresh keeps one value that ends and can be had anew.
//
//	fetched ───────────────► Refresh ───────────────► Expire
//	   every caller gets it     │ one caller fetches,    │ everyone waits for
//	   without a lock           │ the others get it      │ one caller's fetch
//
// A failure is remembered for a pause, so that an outage is not answered by a storm; until
// Expire the old value serves meanwhile. An error that names a longer wait is obeyed, by
// [Cell.Renew] too. No goroutine is started: whoever comes first fetches, within the
// context that it brought.
package refresh

import (
	"context"
	"errors"
	"sync/atomic"
	"time"
)

// aheadWait bounds a fetch whose caller could have had the old value.
const aheadWait = 3 * time.Second

// MaxWait bounds the wait that an error may ask for: a source that says "in ten years"
// must not end the process.
const MaxWait = time.Hour

// errAhead is why the context of a fetch ends that took too long for a refresh ahead.
var errAhead = errors.New("refresh: the wait of a refresh ahead is over")

// GaveUp reports whether the caller of a fetch gave up, of whose context ctx is. A fetch that
// was cut short because the old value still serves has failed by itself.
func GaveUp(ctx context.Context) bool {
	return ctx.Err() != nil && !errors.Is(context.Cause(ctx), errAhead)
}

// A Window says how long a value is good.
type Window struct {
	// Refresh is when a new value should be fetched.
	Refresh time.Time
	// Expire is when the value must not be used any more.
	Expire time.Time
}

// A Fetch gets a new value.
type Fetch[T any] func(context.Context) (T, Window, error)

// Rules say how often a source may be asked.
type Rules struct {
	// Pause lies between two fetches, also after a failure.
	Pause time.Duration
	// Force lies between two fetches by [Cell.Renew] about the same value.
	Force time.Duration
	// Final says which errors take the old value away at once; nil: none.
	Final func(error) bool
}

// A Cell holds one value. Use [New]; it is safe for concurrent use.
type Cell[T any] struct {
	rules Rules
	turn  chan struct{} // holds one token while somebody fetches
	now   atomic.Pointer[state[T]]
}

// A state is never changed, only replaced by whoever has the turn.
type state[T any] struct {
	value  T
	window Window    // zero: no value
	err    error     // of the last fetch
	next   time.Time // no fetch before, unless there is neither value nor err
	wait   time.Time // no fetch before, because the source said so
	forced time.Time // when Renew last asked about this very value
}

func (s *state[T]) good(now time.Time) bool { return now.Before(s.window.Expire) }

// New makes an empty cell.
func New[T any](rules Rules) *Cell[T] {
	c := &Cell[T]{rules: rules, turn: make(chan struct{}, 1)}
	c.now.Store(&state[T]{})
	return c
}

// Get returns the value, after a fetch if it has ended or is about to.
//
// Errors: that of the last fetch, or that of ctx.
func (c *Cell[T]) Get(ctx context.Context, fetch Fetch[T]) (value T, err error) {
	for {
		s, now := c.now.Load(), time.Now()
		good, resting := s.good(now), now.Before(s.next)
		if good && (resting || now.Before(s.window.Refresh)) {
			return s.value, nil
		}
		if !good && resting && s.err != nil {
			return value, s.err
		}
		if good {
			if !c.tryTurn() {
				return s.value, nil
			}
		} else if err := c.waitTurn(ctx); err != nil {
			return value, err
		}
		if c.now.Load() == s {
			return c.run(ctx, s, good, fetch)
		}
		<-c.turn // somebody else fetched: look again
	}
}

// Replace fetches in any case and returns what it got. It does not fall back on the old
// value.
func (c *Cell[T]) Replace(ctx context.Context, fetch Fetch[T]) (value T, err error) {
	if err := c.waitTurn(ctx); err != nil {
		return value, err
	}
	return c.run(ctx, c.now.Load(), false, fetch)
}

// Fresh returns the value, if there is one and nobody needs to fetch.
func (c *Cell[T]) Fresh() (value T, ok bool) {
	s, now := c.now.Load(), time.Now()
	if !now.Before(s.window.Refresh) || !s.good(now) {
		return value, false
	}
	return s.value, true
}

// Peek returns the value, if there is one that has not ended, without a fetch.
func (c *Cell[T]) Peek() (value T, ok bool) {
	s := c.now.Load()
	if !s.good(time.Now()) {
		return value, false
	}
	return s.value, true
}

// Renew fetches if the value is still the one that stale knows, but about the same value no
// more than once per Rules.Force. Same says whether what came is what was there; where
// every fetch brings another value it has to say yes. A failure leaves the old value in
// place, unless it is final.
func (c *Cell[T]) Renew(ctx context.Context, stale func(T) bool, same func(old, new T) bool, fetch Fetch[T]) {
	if c.waitTurn(ctx) != nil {
		return
	}
	s, now := c.now.Load(), time.Now()
	if !s.good(now) || !stale(s.value) || now.Before(s.forced.Add(c.rules.Force)) || now.Before(s.wait) {
		<-c.turn
		return
	}
	forced := *s
	forced.forced = now
	_, _ = c.run(ctx, &forced, false, func(ctx context.Context) (T, Window, error) {
		value, window, err := fetch(ctx)
		if err == nil && !same(s.value, value) {
			forced.forced = time.Time{} // a new value is judged by itself
		}
		return value, window, err
	})
}

// run fetches with the turn in hand, which it gives back also when fetch panics. Ahead
// means that the old value still holds: then it stands in for a failure, and the wait is
// short.
func (c *Cell[T]) run(ctx context.Context, old *state[T], ahead bool, fetch Fetch[T]) (T, error) {
	defer func() { <-c.turn }()
	bounded := ctx
	if ahead {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeoutCause(ctx, aheadWait, errAhead)
		defer cancel()
	}
	value, window, err := fetch(bounded)
	now := time.Now()
	if err == nil {
		c.now.Store(&state[T]{value: value, window: window, next: now.Add(c.rules.Pause), forced: old.forced})
		return value, nil
	}
	final := c.rules.Final != nil && c.rules.Final(err)
	if ctx.Err() == nil || final { // a caller who gave up tells nothing about the others
		failed := &state[T]{err: err, next: now.Add(c.rules.Pause), forced: old.forced}
		if wait := waitOf(err); wait > 0 {
			failed.wait = now.Add(wait)
			if failed.wait.After(failed.next) {
				failed.next = failed.wait
			}
		}
		if !final {
			failed.value, failed.window = old.value, old.window
		}
		c.now.Store(failed)
	}
	if ahead && !final && old.good(now) {
		return old.value, nil
	}
	var zero T
	return zero, err
}

// waitOf is the wait that an error asks for.
func waitOf(err error) time.Duration {
	var slow interface {
		error
		RetryWait() time.Duration
	}
	if !errors.As(err, &slow) {
		return 0
	}
	return min(slow.RetryWait(), MaxWait)
}

func (c *Cell[T]) tryTurn() bool {
	select {
	case c.turn <- struct{}{}:
		return true
	default:
		return false
	}
}

func (c *Cell[T]) waitTurn(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
