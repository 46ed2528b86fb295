package ratelimit

import (
	"math"
	"time"
)

// slack forgives rounding: after exactly the wait that was promised, a charge passes. What
// is forgiven stays in the debt, so it never adds up.
const slack = 1e-6

// A bucket is what is missing from full, per unit, at an instant. It has 24 bytes, because
// there may be a million.
type bucket struct {
	// mark holds the instant, in microseconds since the store began, above the number of
	// the bucket's rates; see marked. 48 bits of microseconds are nine years.
	mark uint64
	debt [units]float64
}

const (
	rateBits = 16
	gone     = 1<<rateBits - 1 // in place of the rates: the bucket was evicted
)

func marked(at int64, rates uint16) uint64 { return uint64(at)<<rateBits | uint64(rates) }

func (b *bucket) stamp() int64  { return int64(b.mark >> rateBits) }
func (b *bucket) rates() uint16 { return uint16(b.mark) }

// elapse moves the bucket to now, at the rates that it had until then. Another goroutine
// may have read a later clock already.
func (b *bucket) elapse(now int64, rate *[units]float64) {
	passed := now - b.stamp()
	if passed <= 0 {
		return
	}
	for u := range b.debt {
		if b.debt[u] != 0 {
			b.debt[u] = max(0, b.debt[u]-float64(passed)*rate[u]*microsecond)
		}
	}
	b.mark = marked(now, b.rates())
}

// microsecond is what the clock of buckets counts; rates are by the nanosecond.
const microsecond = float64(time.Microsecond)

// wait is how long until n may be taken from a bucket with the debt, zero if now. It is in
// whole microseconds.
func (m *meter) wait(debt float64, n int64) time.Duration {
	if n == 0 {
		return 0
	}
	missing := debt + min(float64(n), m.cap) - m.cap
	if missing <= slack {
		return 0
	}
	return time.Duration(max(1, microseconds(missing, m.rate))) * time.Microsecond
}

// microseconds is how long an amount takes at a rate, rounded up.
func microseconds(amount, rate float64) int64 {
	const longest = 1 << 52
	if t := math.Ceil(amount/rate/microsecond - 1e-6); t < longest {
		return int64(t)
	}
	return longest
}
