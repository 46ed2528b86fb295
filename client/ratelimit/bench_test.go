package ratelimit_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// baseline is the least a limiter can do: a lock, a clock and a level, without settling,
// without a bound on the number of keys, without several buckets at once.
type baseline struct {
	mu     sync.Mutex
	levels map[string]*struct {
		level float64
		last  time.Time
	}
}

func (b *baseline) take(key string, n float64) bool {
	const rate, capacity = 1e9 / 60, 1e8
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	l := b.levels[key]
	if l == nil {
		l = &struct {
			level float64
			last  time.Time
		}{capacity, now}
		b.levels[key] = l
	}
	l.level = min(capacity, l.level+rate*now.Sub(l.last).Seconds())
	l.last = now
	if l.level < n {
		return false
	}
	l.level -= n
	return true
}

func benchCharges(user string, n int) []ratelimit.Charge {
	quota := ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}
	keys := []ratelimit.Key{ratelimit.UserKey("t", user), ratelimit.AppKey("t", "a"), ratelimit.TenantKey("t"), ratelimit.DeploymentKey("h", "d")}
	var charges []ratelimit.Charge
	for _, key := range keys[:n] {
		charges = append(charges, ratelimit.Charge{Key: key, Quota: quota, Requests: 1, Tokens: 1000})
	}
	return charges
}

func BenchmarkTake(b *testing.B) {
	ctx := b.Context()
	b.Run("baseline/1", func(b *testing.B) {
		l := baseline{levels: map[string]*struct {
			level float64
			last  time.Time
		}{}}
		b.ReportAllocs()
		for b.Loop() {
			l.take("t/u", 1)
		}
	})
	for _, n := range []int{1, 4} {
		b.Run(fmt.Sprint("settled/", n), func(b *testing.B) {
			m := memory(b, ratelimit.Config{})
			charges := benchCharges("u", n)
			b.ReportAllocs()
			for b.Loop() {
				lease, err := m.Take(ctx, charges)
				if err != nil {
					b.Fatal(err)
				}
				lease.Settle(500)
			}
		})
		b.Run(fmt.Sprint("parallel/", n), func(b *testing.B) {
			m := memory(b, ratelimit.Config{})
			b.ReportAllocs()
			var mu sync.Mutex
			users := 0
			b.RunParallel(func(pb *testing.PB) {
				mu.Lock()
				users++
				charges := benchCharges(fmt.Sprint(users), n)
				mu.Unlock()
				for pb.Next() {
					lease, err := m.Take(ctx, charges)
					if err != nil {
						b.Error(err)
						return
					}
					lease.Settle(500)
				}
			})
		})
	}
	b.Run("refused", func(b *testing.B) {
		m := memory(b, ratelimit.Config{})
		c := requests(ratelimit.PerMinute(1), 1)
		_, err := take(m, c)
		testkit.NoError(b, err)
		charges := []ratelimit.Charge{c}
		b.ReportAllocs()
		for b.Loop() {
			_, _ = m.Take(ctx, charges)
		}
	})
}

func BenchmarkKey(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ratelimit.UserKey("contoso", "ann@contoso.example")
	}
}

func BenchmarkEstimate(b *testing.B) {
	for name, text := range map[string]string{
		"english": strings.Repeat("The quick brown fox jumps over the lazy dog, 42 times a day. ", 300),
		"json":    strings.Repeat(`{"role":"user","content":"hello there","n":12345},`, 300),
		"chinese": strings.Repeat("快速的棕色狐狸跳过了懒狗。", 400),
	} {
		b.Run("length/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n += len(text) / 4
			}
		})
		b.Run("classes/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				ratelimit.Estimate(text)
			}
		})
	}
}

// The budget of the package: at most one allocation for a take of four buckets and its end.
func TestTakeAllocations(t *testing.T) {
	m := memory(t, ratelimit.Config{})
	charges := benchCharges("u", 4)
	testkit.Allocs(t, 1, func() {
		lease, err := m.Take(t.Context(), charges)
		if err == nil {
			lease.Settle(500)
		}
	})
}
