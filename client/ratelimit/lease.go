package ratelimit

import "sync/atomic"

// A hold is one bucket's part of a lease. The bucket is the one of the shard until it is
// evicted.
type hold struct {
	bucket *bucket
	hash   uint64
	kind   Kind
	rates  uint16
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

// Change is what the end of a lease adds to the debt of the bucket of c, for stores:
// [Lease.Settle] with so many tokens, or [Lease.Cancel].
func (c *Charge) Change(tokens int64, cancelled bool) (requests, more int64) {
	switch {
	case cancelled:
		return -c.Requests, -c.Tokens
	case tokens < 0 || c.Key.kind == Deployment:
		return 0, 0
	default:
		return 0, min(tokens, max(maxSettled, c.Tokens)) - c.Tokens
	}
}

// Settle implements [Lease].
func (l *lease) Settle(tokens int64) {
	if l.ended.Swap(true) || tokens < 0 {
		return
	}
	l.correct(tokens, false)
}

// Cancel implements [Lease].
func (l *lease) Cancel() {
	if l.ended.Swap(true) {
		return
	}
	l.correct(0, true)
}

// correct adds the change to every bucket of the lease. Above full no bucket goes.
func (l *lease) correct(tokens int64, cancelled bool) {
	var set uint64
	for i := range l.holds {
		set |= 1 << l.store.shardOf(l.holds[i].hash)
	}
	l.store.lock(set)
	defer l.store.unlock(set)
	for i := range l.holds {
		h := &l.holds[i]
		c := Charge{Key: Key{kind: h.kind}, Requests: h.amount[Requests], Tokens: h.amount[Tokens]}
		requests, more := c.Change(tokens, cancelled)
		if requests != 0 || more != 0 {
			l.store.add(h, requests, more)
		}
	}
}

// add changes the debt of a bucket that may have been evicted.
func (m *MemoryStore) add(h *hold, requests, tokens int64) {
	s, b, rate := &m.shards[m.shardOf(h.hash)], h.bucket, m.rates.least(h.rates)
	if b.rates() == gone {
		b = s.get(h.kind, h.hash, rate)
	} else {
		b.elapse(s.now, m.rates.of(b.rates(), rate))
	}
	b.debt[Requests] = max(0, b.debt[Requests]+float64(requests))
	b.debt[Tokens] = max(0, b.debt[Tokens]+float64(tokens))
}
