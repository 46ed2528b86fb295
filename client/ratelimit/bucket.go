package ratelimit

import (
	"math"
	"time"
)

// slack forgives rounding: after exactly the wait that was promised, a charge passes. What
// is forgiven stays in the debt, so it never adds up.
const slack = 1e-6

// A bucket is what is missing from full, per unit, at the instant stamp. The zero bucket is
// full. It remembers its rates so that the time before a change of limits is counted at
// the old ones.
type bucket struct {
	stamp int64 // nanoseconds since the store began
	debt  [units]float64
	rate  [units]float64
}

// elapse moves the bucket to now. Another goroutine may have read a later clock already.
func (b *bucket) elapse(now int64) {
	if now <= b.stamp {
		return
	}
	passed := float64(now - b.stamp)
	for u := range b.debt {
		b.debt[u] = max(0, b.debt[u]-passed*b.rate[u])
	}
	b.stamp = now
}

// wait is how long until n may be taken from a bucket with the debt, zero if now.
func (m *meter) wait(debt float64, n int64) time.Duration {
	if n == 0 {
		return 0
	}
	missing := debt + min(float64(n), m.cap) - m.cap
	if missing <= slack {
		return 0
	}
	return time.Duration(max(1, nanoseconds(missing, m.rate)))
}

// nanoseconds is how long an amount takes at a rate, rounded up.
func nanoseconds(amount, rate float64) int64 {
	const longest = 1 << 62
	if t := math.Ceil(amount/rate - 1e-3); t < longest {
		return int64(t)
	}
	return longest
}
