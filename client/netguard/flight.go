package netguard

import (
	"context"
	"errors"
	"sync"
)

// flights lets those who look up the same name at the same time share one lookup. A burst
// of dials with a time to live of zero then asks once, and nothing is kept: whoever comes
// after the answer asks anew. The first who asks does the work in its own call, so that
// there is no goroutine, and if it gives up, the next one takes over. The zero value is
// ready for use.
type flights struct {
	mu      sync.Mutex
	pending map[string]*flight
}

// A flight is one lookup under way. Its result is written before done is closed.
type flight struct {
	done   chan struct{}
	answer Answer
	err    error
	given  bool // up by the one who asked; the result says nothing
}

func (f *flights) lookup(ctx context.Context, r Resolver, host string) (Answer, error) {
	for {
		own, first := f.join(host)
		if first {
			return f.run(ctx, own, r, host)
		}
		select {
		case <-own.done:
			if !own.given {
				return own.answer, own.err
			}
		case <-ctx.Done():
			return Answer{}, &ResolveError{Host: host, Reason: "given up while waiting", Err: ctx.Err()}
		}
	}
}

// join returns the flight for host, and whether the caller is the first and must run it.
func (f *flights) join(host string) (*flight, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if own := f.pending[host]; own != nil {
		return own, false
	}
	if f.pending == nil {
		f.pending = map[string]*flight{}
	}
	own := &flight{done: make(chan struct{}), given: true}
	f.pending[host] = own
	return own, true
}

// run asks, and ends the flight also if the resolver panics.
func (f *flights) run(ctx context.Context, own *flight, r Resolver, host string) (Answer, error) {
	defer func() {
		f.mu.Lock()
		delete(f.pending, host)
		f.mu.Unlock()
		close(own.done)
	}()
	own.answer, own.err = r.Lookup(ctx, host)
	var known *ResolveError
	if own.err != nil && !errors.As(own.err, &known) {
		own.err = &ResolveError{Host: host, Reason: "the resolver failed", Err: own.err}
	}
	own.given = own.err != nil && ctx.Err() != nil
	return own.answer, own.err
}
