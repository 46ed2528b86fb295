package redisstore_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A ledger is the model: what was charged and not given back, per bucket, and since when.
type ledger struct {
	mu      sync.Mutex
	began   time.Time
	charged [3]int64
	largest int64
}

// Whatever replicas take, settle, cancel and forget, in whatever order: no bucket grants more
// than its burst, its refill and one charge that is larger than the burst.
func TestModel(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			cfg := config(client)
			const burst, perSecond = 500, 100
			q := ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(1e9), TokensPerMinute: ratelimit.PerMinute(60 * perSecond).WithBurst(burst)}
			keys := []ratelimit.Key{ratelimit.UserKey("t", "a"), ratelimit.UserKey("t", "b"), ratelimit.TenantKey("t")}
			m := &ledger{began: time.Now(), largest: burst}
			var group sync.WaitGroup
			for i := range uint64(4) {
				s := open(t, cfg)
				for j := range uint64(4) {
					r := rand.New(rand.NewPCG(seed, 10*i+j))
					group.Go(func() {
						for range 60 {
							m.call(t, s, keys, q, r, perSecond)
						}
					})
				}
			}
			group.Wait()
		})
	}
}

// call makes one call of a random size and end, charged to one or two buckets.
func (m *ledger) call(t *testing.T, s ratelimit.Store, keys []ratelimit.Key, q ratelimit.Quota, r *rand.Rand, perSecond float64) {
	t.Helper()
	n := 1 + r.Int64N(60)
	who := []int{r.IntN(2), 2}
	if r.IntN(4) == 0 {
		who = who[1:]
	}
	var charges []ratelimit.Charge
	for _, i := range who {
		charges = append(charges, ratelimit.Charge{Key: keys[i], Quota: q, Requests: 1, Tokens: n})
	}
	lease, err := s.Take(t.Context(), charges)
	if err != nil {
		testkit.True(t, exceeded(t, err).RetryAfter > 0, "it says when")
		time.Sleep(time.Duration(r.IntN(20)) * time.Millisecond)
		return
	}
	m.add(t, who, n, perSecond)
	time.Sleep(time.Duration(r.IntN(5)) * time.Millisecond)
	used := r.Int64N(2 * n)
	switch r.IntN(4) {
	case 0:
		m.add(t, who, -n, perSecond)
		lease.Cancel()
	case 1:
		m.add(t, who, min(used, n)-n, perSecond) // before it is given back, so that nobody is blamed
		lease.Settle(min(used, n))
	case 2:
		lease.Settle(-1)
	default:
		return // forgotten
	}
	lease.Cancel() // a second end does nothing
}

func (m *ledger) add(t *testing.T, who []int, n int64, perSecond float64) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, i := range who {
		m.charged[i] += n
		bound := float64(m.largest) + perSecond*time.Since(m.began).Seconds() + 1
		testkit.True(t, n < 0 || float64(m.charged[i]) <= bound, fmt.Sprint(m.charged[i], " charged of ", bound))
	}
}
