package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func memory(t testing.TB, cfg ratelimit.Config) *ratelimit.MemoryStore {
	t.Helper()
	m, err := ratelimit.Memory(cfg)
	testkit.NoError(t, err)
	return m
}

// requests and tokens are charges to one user whose other unit is out of the way.
func requests(limit ratelimit.Limit, n int64) ratelimit.Charge {
	return ratelimit.Charge{
		Key:      ratelimit.UserKey("contoso", "ann"),
		Quota:    ratelimit.Quota{RequestsPerMinute: limit, TokensPerMinute: ratelimit.PerMinute(1e9)},
		Requests: n,
	}
}

func tokens(limit ratelimit.Limit, n int64) ratelimit.Charge {
	return ratelimit.Charge{
		Key:    ratelimit.UserKey("contoso", "ann"),
		Quota:  ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(1e9), TokensPerMinute: limit},
		Tokens: n,
	}
}

func take(m *ratelimit.MemoryStore, charges ...ratelimit.Charge) (ratelimit.Lease, error) {
	return m.Take(context.Background(), charges)
}

// wait is the RetryAfter of a refusal.
func wait(t testing.TB, err error) time.Duration {
	t.Helper()
	var exceeded *ratelimit.ExceededError
	if !errors.As(err, &exceeded) {
		t.Fatalf("no ExceededError: %v", err)
	}
	return exceeded.RetryAfter
}

// level checks the level of the unit that c charges, to a millionth.
func level(t testing.TB, m *ratelimit.MemoryStore, c ratelimit.Charge, want float64) {
	t.Helper()
	got, other := m.Level(c)
	if c.Tokens > 0 {
		got = other
	}
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("level %v, want %v", got, want)
	}
}

// saturate takes c as soon as it is granted, until end, and returns when that was.
func saturate(m *ratelimit.MemoryStore, c ratelimit.Charge, end time.Duration) []time.Duration {
	var grants []time.Duration
	for start := time.Now(); ; {
		_, err := take(m, c)
		var exceeded *ratelimit.ExceededError
		if errors.As(err, &exceeded) {
			time.Sleep(exceeded.RetryAfter)
		}
		now := time.Since(start)
		if now > end {
			return grants
		}
		if err == nil {
			grants = append(grants, now)
		}
	}
}

// busiest is the largest number of grants in any half-open window.
func busiest(grants []time.Duration, window time.Duration) int {
	most, from := 0, 0
	for i, at := range grants {
		for grants[from] <= at-window {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func bubble(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, f)
	})
}

func TestBucket(t *testing.T) {
	t.Parallel()
	bubble(t, "row 1: a burst, then the rate", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		grants := saturate(m, requests(ratelimit.PerMinute(600).WithBurst(10), 1), 60*time.Second)
		testkit.Equal(t, len(grants), 610)
		testkit.Equal(t, grants[9], 0)
		testkit.Equal(t, grants[10].Round(time.Microsecond), 100*time.Millisecond)
		testkit.Equal(t, grants[609].Round(time.Microsecond), 60*time.Second)
	})
	bubble(t, "row 2: no window above the limit", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		grants := saturate(m, requests(ratelimit.PerMinute(600), 1), 2*time.Minute-1)
		first := 0
		for _, at := range grants {
			if at < time.Minute {
				first++
			}
		}
		testkit.True(t, first == 599 || first == 600, fmt.Sprintf("599 or 600 in the first minute, not %d", first))
		testkit.Equal(t, len(grants)-first, 540)
		testkit.True(t, busiest(grants, time.Minute) <= 600, "every 60 s at most 600")
	})
	for _, limit := range []int64{1, 2, 3, 5, 6, 7, 9, 10, 11, 15, 19, 20, 60, 100, 1440} {
		for name, key := range map[string]ratelimit.Key{"user": ratelimit.UserKey("t", "u"), "deployment": ratelimit.DeploymentKey("h", "d")} {
			bubble(t, fmt.Sprintf("row 2: %d a minute for a %s", limit, name), func(t *testing.T) {
				m := memory(t, ratelimit.Config{})
				c := requests(ratelimit.PerMinute(limit), 1)
				c.Key = key
				grants := saturate(m, c, 5*time.Minute)
				testkit.True(t, len(grants) > 0 && grants[0] == 0, "the first passes at once")
				testkit.True(t, busiest(grants, time.Minute) <= int(limit), fmt.Sprintf("%d in a minute", busiest(grants, time.Minute)))
				least := 4.4 * float64(limit)
				if name == "deployment" {
					least = 2.7 * float64(limit) // 11 a minute are 1 in 10 s
				}
				testkit.True(t, float64(len(grants)) >= least, fmt.Sprintf("only %d in 5 minutes", len(grants)))
				if name == "deployment" {
					tenth := busiest(grants, 10*time.Second)
					testkit.True(t, tenth <= max(1, int(limit/6)), fmt.Sprintf("%d in 10 s", tenth))
				}
			})
		}
	}
	bubble(t, "row 5: idle time is not saved", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		c := requests(ratelimit.PerMinute(600).WithBurst(10), 1)
		_, err := take(m, c)
		testkit.NoError(t, err)
		time.Sleep(30 * 24 * time.Hour)
		level(t, m, c, 10)
		testkit.Equal(t, len(saturate(m, c, 0)), 10)
	})
	bubble(t, "row 8: a changed limit keeps the debt", func(t *testing.T) {
		for _, change := range []struct{ from, to int64 }{{600, 60}, {60, 600}} {
			m := memory(t, ratelimit.Config{})
			before := tokens(ratelimit.PerMinute(change.from).WithBurst(1000), 100)
			_, err := take(m, before)
			testkit.NoError(t, err)
			time.Sleep(time.Second) // at the old rate
			debt := 100 - float64(change.from)/60
			full := tokens(ratelimit.PerMinute(change.to).WithBurst(1000), 1000)
			_, err = take(m, full)
			want := time.Duration(debt / float64(change.to) * float64(time.Minute))
			testkit.Equal(t, wait(t, err).Round(time.Microsecond), want.Round(time.Microsecond))
			time.Sleep(wait(t, err))
			_, err = take(m, full)
			testkit.NoError(t, err)
		}
	})
	bubble(t, "row 8: an old lease does not bring back the old rate", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		old, err := take(m, tokens(ratelimit.PerMinute(600).WithBurst(1000), 500))
		testkit.NoError(t, err)
		now := tokens(ratelimit.PerMinute(60).WithBurst(1000), 500)
		_, err = take(m, now)
		testkit.NoError(t, err)
		old.Settle(600)
		time.Sleep(time.Minute)
		level(t, m, now, 1000-1100+60)
	})
	bubble(t, "row 9: a charge over the burst waits for a full bucket", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		start := time.Now()
		limit := ratelimit.PerMinute(60_000).WithBurst(6000)
		_, err := take(m, tokens(limit, 1))
		testkit.NoError(t, err)
		_, err = take(m, tokens(limit, 10_000))
		time.Sleep(wait(t, err))
		testkit.Equal(t, time.Since(start), time.Millisecond)
		_, err = take(m, tokens(limit, 10_000))
		testkit.NoError(t, err)
		level(t, m, tokens(limit, 1), -4000)
		_, err = take(m, tokens(limit, 1))
		time.Sleep(wait(t, err))
		testkit.Equal(t, time.Since(start), 4002*time.Millisecond)
		_, err = take(m, tokens(limit, 1))
		testkit.NoError(t, err)
	})
	bubble(t, "row 10: a charge over the limit is refused for good", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		limit := ratelimit.PerMinute(1000)
		_, err := take(m, tokens(limit, 1001))
		testkit.ErrorIs(t, err, ratelimit.ErrImpossible)
		testkit.True(t, !errors.Is(err, ratelimit.ErrExceeded), "not retryable")
		level(t, m, tokens(limit, 1), 100)
		_, err = take(m, tokens(limit, 1000))
		testkit.NoError(t, err)
	})
	bubble(t, "row 32: concurrent calls stay within the limit", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		var sum int64
		for _, n := range []int64{58, 80, 175, 175, 175} {
			_, err := take(m, tokens(ratelimit.PerMinute(100), n))
			if err == nil {
				sum += n
			}
			testkit.Equal(t, errors.Is(err, ratelimit.ErrImpossible), n == 175)
		}
		testkit.Equal(t, sum, 58)
	})
}

func TestCharges(t *testing.T) {
	t.Parallel()
	deny := ratelimit.PerMinute(0)
	for _, test := range []struct {
		name    string
		charges []ratelimit.Charge
		want    error
	}{
		{"row 6: none", nil, ratelimit.ErrCharge},
		{"row 6: of nothing", []ratelimit.Charge{requests(ratelimit.Limit{}, 0)}, ratelimit.ErrCharge},
		{"row 6: -1 request", []ratelimit.Charge{requests(ratelimit.Limit{}, -1)}, ratelimit.ErrCharge},
		{"row 6: -1 token", []ratelimit.Charge{tokens(ratelimit.Limit{}, -1)}, ratelimit.ErrCharge},
		{"row 6: MinInt64", []ratelimit.Charge{tokens(ratelimit.Limit{}, math.MinInt64)}, ratelimit.ErrCharge},
		{"row 6: MaxInt64", []ratelimit.Charge{tokens(ratelimit.Limit{}, math.MaxInt64)}, ratelimit.ErrImpossible},
		{"row 6: MaxInt64 requests", []ratelimit.Charge{requests(ratelimit.Limit{}, math.MaxInt64)}, ratelimit.ErrImpossible},
		{"row 7: limit 0", []ratelimit.Charge{requests(deny, 1)}, ratelimit.ErrImpossible},
		{"row 7: limit 0 of what is not charged", []ratelimit.Charge{tokens(deny, 0), {
			Key: ratelimit.AppKey("", "a"), Quota: ratelimit.Quota{TokensPerMinute: deny}, Requests: 1,
		}}[1:], ratelimit.ErrImpossible},
		{"row 7: limit 0 with a burst", []ratelimit.Charge{requests(deny.WithBurst(10), 1)}, ratelimit.ErrImpossible},
		{"row 7: negative limit", []ratelimit.Charge{requests(ratelimit.PerMinute(-1), 1)}, ratelimit.ErrCharge},
		{"row 7: burst 0", []ratelimit.Charge{requests(ratelimit.PerMinute(1).WithBurst(0), 1)}, ratelimit.ErrCharge},
		{"row 7: absurd limit", []ratelimit.Charge{requests(ratelimit.PerMinute(math.MaxInt64), 1)}, ratelimit.ErrCharge},
		{"row 7: default", []ratelimit.Charge{requests(ratelimit.Limit{}, 1)}, nil},
		{"row 7: above the default", []ratelimit.Charge{requests(ratelimit.Limit{}, 61)}, ratelimit.ErrImpossible},
		{"no key", []ratelimit.Charge{{Requests: 1}}, ratelimit.ErrCharge},
		{"the same key twice", []ratelimit.Charge{requests(ratelimit.Limit{}, 1), requests(ratelimit.Limit{}, 1)}, ratelimit.ErrCharge},
		{"too many", make([]ratelimit.Charge, ratelimit.MaxCharges+1), ratelimit.ErrCharge},
		{"one of several is wrong", []ratelimit.Charge{requests(ratelimit.Limit{}, 1), {}}, ratelimit.ErrCharge},
	} {
		bubble(t, test.name, func(t *testing.T) {
			m := memory(t, ratelimit.Config{})
			lease, err := take(m, test.charges...)
			if test.want == nil {
				testkit.NoError(t, err)
				return
			}
			testkit.ErrorIs(t, err, test.want)
			testkit.True(t, lease == nil, "no lease")
			testkit.Equal(t, m.Held(), 0)
		})
	}
}

func TestConcurrentTakes(t *testing.T) {
	t.Parallel()
	try := func(m *ratelimit.MemoryStore, charges ...ratelimit.Charge) int64 {
		var granted atomic.Int64
		var group sync.WaitGroup
		for range 64 {
			group.Go(func() {
				for range 50 {
					if _, err := take(m, charges...); err == nil {
						granted.Add(1)
					}
				}
			})
		}
		group.Wait()
		return granted.Load()
	}
	bubble(t, "row 11: exactly as many as there are", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		testkit.Equal(t, try(m, requests(ratelimit.PerMinute(1000).WithBurst(1000), 1)), 1000)
	})
	bubble(t, "row 12: two units, all or nothing", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		c := ratelimit.Charge{Key: ratelimit.UserKey("", "u"), Requests: 1, Tokens: 10, Quota: ratelimit.Quota{
			RequestsPerMinute: ratelimit.PerMinute(1000).WithBurst(1000),
			TokensPerMinute:   ratelimit.PerMinute(7000).WithBurst(7000),
		}}
		testkit.Equal(t, try(m, c), 700)
		left, _ := m.Level(c)
		testkit.Equal(t, left, 300)
	})
	bubble(t, "row 12: two buckets, all or nothing", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		user := requests(ratelimit.PerMinute(1000).WithBurst(1000), 1)
		tenant := tokens(ratelimit.PerMinute(7000).WithBurst(7000), 10)
		tenant.Key = ratelimit.TenantKey("contoso")
		testkit.Equal(t, try(m, user, tenant), 700)
		level(t, m, user, 300)
		level(t, m, tenant, 0)
	})
	bubble(t, "opposite orders do not deadlock", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		limit := ratelimit.PerMinute(10_000).WithBurst(10_000)
		var group sync.WaitGroup
		for i := range 8 {
			group.Go(func() {
				for j := range 100 {
					var charges []ratelimit.Charge
					for k := range ratelimit.MaxCharges {
						c := requests(limit, 1)
						c.Key = ratelimit.UserKey("", fmt.Sprint((i*k+j)%97))
						if k > 0 && charges[k-1].Key == c.Key {
							break
						}
						charges = append(charges, c)
					}
					if lease, err := take(m, charges...); err == nil {
						lease.Cancel()
					}
				}
			})
		}
		group.Wait()
	})
}

func TestRefusalNamesTheWorstBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		user, app, tenant := requests(ratelimit.PerMinute(60).WithBurst(1), 1), requests(ratelimit.PerMinute(6), 1), tokens(ratelimit.PerMinute(60).WithBurst(10), 10)
		app.Key, tenant.Key = ratelimit.AppKey("", "crm"), ratelimit.TenantKey("contoso")
		_, err := take(m, user, app, tenant)
		testkit.NoError(t, err)
		_, err = take(m, user, app, tenant)
		var exceeded *ratelimit.ExceededError
		testkit.True(t, errors.As(err, &exceeded), "an ExceededError")
		testkit.Equal(t, *exceeded, ratelimit.ExceededError{Scope: ratelimit.App, Unit: ratelimit.Requests, RetryAfter: 10 * time.Second, Charge: 1})
		testkit.ErrorIs(t, err, ratelimit.ErrExceeded)

		time.Sleep(5 * time.Second)
		_, err = take(m, user, tenant)
		testkit.True(t, errors.As(err, &exceeded), "an ExceededError")
		testkit.Equal(t, *exceeded, ratelimit.ExceededError{Scope: ratelimit.Tenant, Unit: ratelimit.Tokens, RetryAfter: 5 * time.Second, Charge: 1})
		time.Sleep(5 * time.Second)
		_, err = take(m, user, app, tenant)
		testkit.NoError(t, err)
	})
}
