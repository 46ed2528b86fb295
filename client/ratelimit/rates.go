package ratelimit

import (
	"sync"
	"sync/atomic"
)

// rates numbers the pairs of rates that buckets have, which are few, so that a bucket can
// remember in two bytes how fast it was regained before its limits changed. Number 0 is
// "not known": beyond 65,000 pairs, the time before a change counts at the rates after it,
// and what is evicted is taken to be regained at the slowest rate of all.
type rates struct {
	pairs   atomic.Pointer[[][units]float64] // by number
	mu      sync.Mutex
	numbers map[[units]float64]uint16
	slowest [units]float64
}

func newRates() *rates {
	r := &rates{numbers: map[[units]float64]uint16{}}
	r.pairs.Store(&[][units]float64{{}})
	return r
}

// of returns the rates with a number, or current for those that are not known.
func (r *rates) of(number uint16, current *[units]float64) *[units]float64 {
	if number == 0 {
		return current
	}
	return &(*r.pairs.Load())[number]
}

// number returns that of a pair.
func (r *rates) number(pair [units]float64) uint16 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, ok := r.numbers[pair]; ok {
		return n
	}
	for u, rate := range pair {
		if rate > 0 && (r.slowest[u] == 0 || rate < r.slowest[u]) {
			r.slowest[u] = rate
		}
	}
	known := *r.pairs.Load()
	if len(known) == gone {
		return 0
	}
	n := uint16(len(known))
	more := append(known, pair) // readers see no more than they have loaded
	r.numbers[pair] = n
	r.pairs.Store(&more)
	return n
}

// least returns the rates with a number where there are no current ones.
func (r *rates) least(number uint16) *[units]float64 {
	if number != 0 {
		return r.of(number, nil)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	slowest := r.slowest
	return &slowest
}
