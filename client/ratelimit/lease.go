package ratelimit

import "sync/atomic"

// A hold is one bucket's part of a lease.
type hold struct {
	key    Key
	rate   [units]float64
	amount [units]int64
}

// A lease is the Lease of a [MemoryStore].
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
	l.correct(func(h *hold) [units]float64 {
		if h.key.kind == Deployment {
			return [units]float64{}
		}
		return [units]float64{Tokens: float64(min(tokens, max(maxSettled, h.amount[Tokens])) - h.amount[Tokens])}
	})
}

// Cancel implements [Lease].
func (l *lease) Cancel() {
	if l.ended.Swap(true) {
		return
	}
	l.correct(func(h *hold) [units]float64 {
		return [units]float64{-float64(h.amount[Requests]), -float64(h.amount[Tokens])}
	})
}

// correct adds a change to every bucket of the lease. Above full no bucket goes.
func (l *lease) correct(change func(*hold) [units]float64) {
	var shards uint64
	for i := range l.holds {
		shards |= 1 << l.store.shardOf(hashOf(l.store.seed, l.holds[i].key))
	}
	l.store.lock(shards)
	defer l.store.unlock(shards)
	for i := range l.holds {
		h := &l.holds[i]
		more := change(h)
		if more == [units]float64{} {
			continue
		}
		hash := hashOf(l.store.seed, h.key)
		b := l.store.shards[l.store.shardOf(hash)].get(h.key, hash, h.rate)
		for u := range more {
			b.debt[u] = max(0, b.debt[u]+more[u])
		}
	}
}
