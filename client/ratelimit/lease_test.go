package ratelimit_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestLease(t *testing.T) {
	t.Parallel()
	limit := ratelimit.PerMinute(60_000).WithBurst(10_000) // 1000 per second
	for _, test := range []struct {
		name string
		end  func(ratelimit.Lease)
		want float64 // of a level of 10,000, after a take of 5000 and one second
	}{
		{"row 16: settled for less", func(l ratelimit.Lease) { l.Settle(1200) }, 9800},
		{"row 17: never above full", func(l ratelimit.Lease) { time.Sleep(time.Second); l.Settle(1200) }, 10_000},
		{"settled for more", func(l ratelimit.Lease) { l.Settle(20_000) }, -9000},
		{"settled for the same", func(l ratelimit.Lease) { l.Settle(5000) }, 6000},
		{"settled for nothing", func(l ratelimit.Lease) { l.Settle(0) }, 10_000},
		{"not known", func(l ratelimit.Lease) { l.Settle(-1); l.Settle(0) }, 6000},
		{"absurd", func(l ratelimit.Lease) { l.Settle(math.MaxInt64) }, 11_000 - 10_000_000},
		{"forgotten", func(ratelimit.Lease) {}, 6000},
		{"cancelled", func(l ratelimit.Lease) { l.Cancel() }, 10_000},
		{"row 21: settled twice", func(l ratelimit.Lease) { l.Settle(4000); l.Settle(0) }, 7000},
		{"row 21: cancelled, then settled", func(l ratelimit.Lease) { l.Cancel(); l.Settle(9000) }, 10_000},
		{"row 21: settled, then cancelled", func(l ratelimit.Lease) { l.Settle(4500); l.Cancel() }, 6500},
		{"row 21: from two goroutines", func(l ratelimit.Lease) {
			var group sync.WaitGroup
			for range 2 {
				group.Go(func() { l.Settle(4000) })
			}
			group.Wait()
		}, 7000},
	} {
		bubble(t, test.name, func(t *testing.T) {
			m := memory(t, ratelimit.Config{})
			c := tokens(limit, 5000)
			lease, err := take(m, c)
			testkit.NoError(t, err)
			level(t, m, c, 5000)
			time.Sleep(time.Second)
			test.end(lease)
			level(t, m, c, test.want)
		})
	}
	bubble(t, "row 18: an overrun is debt", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		c := tokens(ratelimit.PerMinute(60_000).WithBurst(1000), 1000)
		lease, err := take(m, c)
		testkit.NoError(t, err)
		lease.Settle(4500)
		_, err = take(m, c)
		testkit.Equal(t, wait(t, err), 4500*time.Millisecond)
	})
	bubble(t, "row 22: cancelled after 1 ms", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		c := tokens(limit, 9999)
		c.Requests = 1
		lease, err := take(m, c)
		testkit.NoError(t, err)
		time.Sleep(time.Millisecond)
		lease.Cancel()
		level(t, m, c, 10_000)
		level(t, m, requests(ratelimit.PerMinute(1e9), 1), 1e8)
	})
	bubble(t, "row 25: settles after its context is done", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		ctx, cancel := context.WithCancel(t.Context())
		c := tokens(limit, 5000)
		lease, err := m.Take(ctx, []ratelimit.Charge{c})
		testkit.NoError(t, err)
		cancel()
		lease.Settle(1300)
		level(t, m, c, 8700)
		_, err = m.Take(ctx, []ratelimit.Charge{c})
		testkit.ErrorIs(t, err, context.Canceled)
		level(t, m, c, 8700)
	})
}

// The table of how a lease ends, for every kind of bucket.
func TestLeaseByKind(t *testing.T) {
	t.Parallel()
	quota := ratelimit.Quota{
		RequestsPerMinute: ratelimit.PerMinute(60).WithBurst(10),
		TokensPerMinute:   ratelimit.PerMinute(60_000).WithBurst(10_000),
	}
	ends := map[string]func(ratelimit.Lease){
		"row 23: nothing was written": ratelimit.Lease.Cancel,
		"row 24: a failed call":       func(l ratelimit.Lease) { l.Settle(0) },
		"row 16: answered":            func(l ratelimit.Lease) { l.Settle(1200) },
		"overrun":                     func(l ratelimit.Lease) { l.Settle(6000) },
	}
	levels := map[bool]map[string][2]float64{
		false: {"row 23: nothing was written": {10, 10_000}, "row 24: a failed call": {9, 10_000}, "row 16: answered": {9, 8800}, "overrun": {9, 4000}},
		true:  {"row 23: nothing was written": {10, 10_000}, "row 24: a failed call": {9, 5000}, "row 16: answered": {9, 5000}, "overrun": {9, 5000}},
	}
	for _, key := range []ratelimit.Key{
		ratelimit.UserKey("t", "u"), ratelimit.AppKey("t", "a"), ratelimit.TenantKey("t"), ratelimit.DeploymentKey("h", "d"),
	} {
		for name, end := range ends {
			t.Run(fmt.Sprint(key, " ", name), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					m := memory(t, ratelimit.Config{})
					c := ratelimit.Charge{Key: key, Quota: quota, Requests: 1, Tokens: 5000}
					lease, err := take(m, c)
					testkit.NoError(t, err)
					end(lease)
					r, n := m.Level(c)
					testkit.Equal(t, [2]float64{r, n}, levels[key.Kind() == ratelimit.Deployment][name])
				})
			})
		}
	}
}

// Whatever many goroutines do at once, in the end exactly what was settled is charged.
func TestConcurrentLeases(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		user := tokens(ratelimit.PerMinute(1e6).WithBurst(1e6), 100)
		tenant := user
		tenant.Key = ratelimit.TenantKey("contoso")
		var settled atomic.Int64
		var group sync.WaitGroup
		for seed := range uint64(64) {
			group.Go(func() {
				r := rand.New(rand.NewPCG(seed, 0))
				for range 50 {
					lease, err := take(m, user, tenant)
					if err != nil {
						t.Error(err)
						return
					}
					actual := r.Int64N(200)
					if actual%2 == 0 {
						settled.Add(actual)
						group.Go(func() { lease.Settle(actual) })
					} else {
						group.Go(lease.Cancel)
					}
				}
			})
		}
		group.Wait()
		level(t, m, user, float64(1e6-settled.Load()))
		level(t, m, tenant, float64(1e6-settled.Load()))
	})
}
