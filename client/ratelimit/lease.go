package ratelimit

import "sync/atomic"

// A hold is one bucket's part of a lease.
type hold struct {
	key    Key
	rate   [units]float64
	amount [units]int64
}

type lease struct {
	store *MemoryStore
	ended atomic.Bool
	holds []hold
	room  [4]hold
}

var _ Lease = (*lease)(nil)

// maxSettled bounds what one settlement can cost beyond its estimate: more tokens than any
// model reads and writes in a call. A service that reports nonsense must not lock a caller
// out for days.
const maxSettled = 10_000_000

// Settle implements [Lease].
func (l *lease) Settle(tokens int64) {
	if l.ended.Swap(true) || tokens < 0 {
		return
	}
	for i := range l.holds {
		h := &l.holds[i]
		change := min(tokens, max(maxSettled, h.amount[Tokens])) - h.amount[Tokens]
		if h.key.kind == Deployment || change == 0 {
			continue
		}
		l.store.correct(h, [units]float64{Tokens: float64(change)})
	}
}

// Cancel implements [Lease].
func (l *lease) Cancel() {
	if l.ended.Swap(true) {
		return
	}
	for i := range l.holds {
		h := &l.holds[i]
		l.store.correct(h, [units]float64{-float64(h.amount[Requests]), -float64(h.amount[Tokens])})
	}
}
