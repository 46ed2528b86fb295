package ratelimit_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A model is the bucket as a level that rises, in place of a debt that falls.
type model struct {
	level, cap, rate float64 // rate per nanosecond
	used, largest    float64
	start, last      time.Time
}

func newModel(perMinute, capacity, refill float64) *model {
	return &model{level: capacity, cap: capacity, rate: perMinute * refill / float64(time.Minute), start: time.Now(), last: time.Now()}
}

func (m *model) rise() {
	m.level = min(m.cap, m.level+m.rate*float64(time.Since(m.last)))
	m.last = time.Now()
}

func (m *model) add(n float64) {
	m.rise()
	m.level = min(m.cap, m.level+n)
	m.used -= n
}

func (m *model) missing(n float64) float64 { m.rise(); return min(n, m.cap) - m.level }

// check is the promise: any time t passes at most rate t + max(cap, largest charge).
func (m *model) check(t *testing.T, level float64) {
	t.Helper()
	m.rise()
	testkit.True(t, level <= m.cap, fmt.Sprint("level ", level, " of ", m.cap))
	testkit.True(t, math.Abs(level-m.level) <= 1e-6*max(1, m.cap), fmt.Sprint("level ", level, ", the model has ", m.level))
	bound := m.rate*float64(time.Since(m.start)) + max(m.cap, m.largest)
	testkit.True(t, m.used <= bound+1e-3, fmt.Sprint(m.used, " used of ", bound))
}

// FuzzTake plays random sequences of take, settle, cancel and waiting on one bucket and
// compares every grant, wait and level with a model.
func FuzzTake(f *testing.F) {
	f.Add(int64(600), []byte{0, 1, 0, 200, 2, 50, 0, 255, 1, 3, 3, 0, 2, 255, 0, 9})
	f.Add(int64(1), []byte{0, 0, 0, 0, 2, 255, 0, 0})
	f.Add(int64(1_000_000), []byte("take, settle, cancel, sleep: in any order"))
	f.Fuzz(func(t *testing.T, perMinute int64, ops []byte) {
		if perMinute < 1 || perMinute > 1e9 || len(ops) > 400 {
			return
		}
		synctest.Test(t, func(t *testing.T) {
			store := memory(t, ratelimit.Config{Keys: 16})
			limit := ratelimit.PerMinute(perMinute)
			capacity, refill := float64(perMinute)/10, 0.9
			if capacity <= 1 {
				capacity, refill = 1, 1
			}
			m := newModel(float64(perMinute), capacity, refill)
			type open struct {
				lease ratelimit.Lease
				n     int64
			}
			var leases []open
			for i := 0; i+1 < len(ops); i += 2 {
				arg := int64(ops[i+1])
				switch ops[i] % 4 {
				case 0:
					n := 1 + arg*perMinute/255
					if lease, ok := play(t, store, m, tokens(limit, n), perMinute); ok {
						leases = append(leases, open{lease, n})
					}
				case 1:
					time.Sleep(time.Duration(arg) * 100 * time.Millisecond)
				default:
					if len(leases) == 0 {
						continue
					}
					last := leases[len(leases)-1]
					leases = leases[:len(leases)-1]
					actual := last.n * arg / 255
					if ops[i]%4 == 3 {
						last.lease.Cancel()
						actual = 0
					}
					last.lease.Settle(actual)
					m.add(float64(last.n - actual))
				}
				_, level := store.Level(tokens(limit, 1))
				m.check(t, level)
			}
		})
	})
}

// play takes c and compares the outcome with the model.
func play(t *testing.T, store *ratelimit.MemoryStore, m *model, c ratelimit.Charge, perMinute int64) (ratelimit.Lease, bool) {
	t.Helper()
	lease, err := take(store, c)
	missing := m.missing(float64(c.Tokens))
	var exceeded *ratelimit.ExceededError
	switch {
	case c.Tokens > perMinute:
		testkit.ErrorIs(t, err, ratelimit.ErrImpossible)
	case err == nil:
		testkit.True(t, missing <= 1e-5*max(1, m.cap), fmt.Sprint("granted, although ", missing, " was missing"))
		m.largest = max(m.largest, float64(c.Tokens))
		m.level -= float64(c.Tokens)
		m.used += float64(c.Tokens)
		return lease, true
	case errors.As(err, &exceeded):
		want := missing / m.rate
		testkit.True(t, missing > 0 && math.Abs(float64(exceeded.RetryAfter)-want) <= 1e-6*want+1e5, fmt.Sprint("waits ", exceeded.RetryAfter, ", the model ", time.Duration(want)))
	default:
		t.Errorf("unexpected: %v", err)
	}
	return nil, false
}
