package ratelimit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A flood of new keys evicts the heavy user, but not what it owes.
func TestFlood(t *testing.T) {
	t.Parallel()
	limit := ratelimit.PerMinute(60).WithBurst(10)
	charge := func(user string) ratelimit.Charge {
		c := requests(limit, 1)
		c.Key = ratelimit.UserKey("flood", user)
		return c
	}
	bubble(t, "row 61", func(t *testing.T) {
		m := memory(t, ratelimit.Config{Keys: 1024})
		heavy := requests(limit, 1)
		granted, refused := 0, 0
		for round := range 20 {
			for range 20 {
				if _, err := take(m, heavy); err == nil {
					granted++
				}
			}
			for i := range 2000 {
				if _, err := take(m, charge(fmt.Sprint(round, "-", i))); err != nil {
					refused++
				}
			}
		}
		testkit.Equal(t, granted, 10)
		testkit.Equal(t, refused, 0)
		testkit.True(t, m.Held() <= 1024, fmt.Sprint(m.Held(), " keys held"))

		time.Sleep(10 * time.Second)
		level(t, m, heavy, 10)
	})
	bubble(t, "an overrun settled after the eviction", func(t *testing.T) {
		m := memory(t, ratelimit.Config{Keys: 64})
		heavy := tokens(ratelimit.PerMinute(60).WithBurst(60), 10)
		lease, err := take(m, heavy)
		testkit.NoError(t, err)
		for round := range 2 {
			for i := range 1000 {
				_, _ = take(m, charge(fmt.Sprint(round, "-", i)))
			}
			lease.Settle(60)
		}
		_, left := m.Level(heavy)
		testkit.True(t, left <= 0, fmt.Sprint("nothing is left, not ", left))
		time.Sleep(time.Minute)
		level(t, m, heavy, 60)
	})
	bubble(t, "users do not evict a tenant", func(t *testing.T) {
		m := memory(t, ratelimit.Config{Keys: 16, Parents: 16})
		tenant := requests(limit, 10)
		tenant.Key = ratelimit.TenantKey("contoso")
		_, err := take(m, tenant)
		testkit.NoError(t, err)
		for i := range 1000 {
			_, _ = take(m, charge(fmt.Sprint(i)))
		}
		level(t, m, tenant, 0)
		testkit.Equal(t, m.Held(), 17) // the users' 16, and the tenant apart
	})
	bubble(t, "refused keys are not held", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		tenant := requests(limit, 10)
		tenant.Key = ratelimit.TenantKey("contoso")
		_, err := take(m, tenant)
		testkit.NoError(t, err)
		for i := range 100 {
			_, err = take(m, charge(fmt.Sprint(i)), tenant)
			testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
		}
		testkit.Equal(t, m.Held(), 1)
	})
}
