package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestTake(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	both := ratelimit.Quota{RequestsPerMinute: still(1000), TokensPerMinute: still(7000)}
	hammer := func(t *testing.T, s ratelimit.Store, charges ...ratelimit.Charge) int64 {
		t.Helper()
		var granted atomic.Int64
		var group sync.WaitGroup
		for range 64 {
			group.Go(func() {
				for range 50 {
					_, err := s.Take(t.Context(), charges)
					if err == nil {
						granted.Add(1)
					} else if !errors.Is(err, ratelimit.ErrExceeded) {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		return granted.Load()
	}
	t.Run("row 11: exactly as many as there are", func(t *testing.T) {
		t.Parallel()
		testkit.Equal(t, hammer(t, open(t, config(client)), user("ann", both, 1, 0)), 1000)
	})
	t.Run("row 12: two buckets, all or nothing", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		tenant := ratelimit.Charge{Key: ratelimit.TenantKey("contoso"), Quota: both, Tokens: 10}
		testkit.Equal(t, hammer(t, s, user("ann", both, 1, 0), tenant), 700)
		rest := int64(0)
		for {
			if _, err := take(t, s, user("ann", both, 1, 0)); err != nil {
				break
			}
			rest++
		}
		testkit.Equal(t, rest, 300)
	})
	t.Run("a refusal names the worst bucket", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		slow := ratelimit.Charge{Key: ratelimit.AppKey("contoso", "crm"), Quota: ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60).WithBurst(10)}, Tokens: 10}
		quick := user("ann", ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(60).WithBurst(1)}, 1, 0)
		_, err := take(t, s, quick, slow)
		testkit.NoError(t, err)
		_, err = take(t, s, quick, slow)
		e := exceeded(t, err)
		testkit.True(t, e.Scope == ratelimit.App && e.Unit == ratelimit.Tokens && e.Charge == 1, fmt.Sprintf("%+v", e))
		testkit.True(t, e.RetryAfter > 9*time.Second && e.RetryAfter <= 10*time.Second, fmt.Sprint(e.RetryAfter))
	})
	t.Run("regained by the server's clock", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		c := user("ann", ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60_000).WithBurst(100)}, 0, 100)
		_, err := take(t, s, c)
		testkit.NoError(t, err)
		_, err = take(t, s, c)
		wait := exceeded(t, err).RetryAfter
		testkit.True(t, wait > 0 && wait <= 100*time.Millisecond, fmt.Sprint(wait))
		time.Sleep(wait)
		_, err = take(t, s, c)
		testkit.NoError(t, err)
	})
	t.Run("row 9: a charge over the burst waits for a full bucket, then is a debt", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		q := ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60_000).WithBurst(6000)}
		_, err := take(t, s, user("ann", q, 0, 10_000))
		testkit.NoError(t, err)
		_, err = take(t, s, user("ann", q, 0, 1))
		wait := exceeded(t, err).RetryAfter
		testkit.True(t, wait > 3900*time.Millisecond && wait <= 4001*time.Millisecond, fmt.Sprint(wait))
	})
	t.Run("row 8: a changed limit keeps the debt", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		_, err := take(t, s, user("ann", ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(6000).WithBurst(100)}, 0, 100))
		testkit.NoError(t, err)
		_, err = take(t, s, user("ann", ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60).WithBurst(100)}, 0, 100))
		wait := exceeded(t, err).RetryAfter
		testkit.True(t, wait > 90*time.Second && wait <= 100*time.Second, fmt.Sprint(wait))
	})
	t.Run("what is wrong costs no trip", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(connect(t, "127.0.0.1:1")))
		_, err := take(t, s, user("ann", both, 0, 7001))
		testkit.ErrorIs(t, err, ratelimit.ErrImpossible)
		for _, charges := range [][]ratelimit.Charge{nil, {user("ann", both, -1, 0)}, {user("ann", both, 0, 0)}, {{Requests: 1}}, {user("ann", both, 1, 0), user("ann", both, 1, 0)}} {
			_, err := take(t, s, charges...)
			testkit.ErrorIs(t, err, ratelimit.ErrCharge)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = s.Take(ctx, []ratelimit.Charge{user("ann", both, 1, 0)})
		testkit.ErrorIs(t, err, context.Canceled)
	})
	t.Run("row 69: scripts that are lost", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		for range 5 {
			lease, err := take(t, s, user("ann", both, 1, 100))
			testkit.NoError(t, err)
			testkit.NoError(t, client.ScriptFlush(t.Context()).Err())
			lease.Settle(0)
			settle()
		}
		leaves(t, s, user("ann", both, 0, 1), 7000, 7000)
	})
}

func TestLeases(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	q := ratelimit.Quota{RequestsPerMinute: still(10), TokensPerMinute: still(10_000)}
	for _, test := range []struct {
		name string
		end  func(ratelimit.Lease)
		want int64 // of 10,000, after a take of 5000
	}{
		{"row 16: settled for less", func(l ratelimit.Lease) { l.Settle(1200) }, 8800},
		{"settled for more", func(l ratelimit.Lease) { l.Settle(7000) }, 3000},
		{"row 24: settled for nothing", func(l ratelimit.Lease) { l.Settle(0) }, 10_000},
		{"not known", func(l ratelimit.Lease) { l.Settle(-1); l.Settle(0) }, 5000},
		{"forgotten", func(ratelimit.Lease) {}, 5000},
		{"row 23: cancelled", func(l ratelimit.Lease) { l.Cancel() }, 10_000},
		{"row 21: settled twice", func(l ratelimit.Lease) { l.Settle(4000); l.Settle(0); l.Cancel() }, 6000},
		{"row 21: from two goroutines", func(l ratelimit.Lease) {
			var group sync.WaitGroup
			for range 2 {
				group.Go(func() { l.Settle(4000) })
			}
			group.Wait()
		}, 6000},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, config(client))
			lease, err := take(t, s, user("ann", q, 1, 5000))
			testkit.NoError(t, err)
			test.end(lease)
			settle()
			leaves(t, s, user("ann", q, 0, 1), 10_000, test.want)
		})
	}
	t.Run("row 17: never above full", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		quick := ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(6_000_000).WithBurst(10_000)} // 100 per ms
		lease, err := take(t, s, user("ann", quick, 0, 5000))
		testkit.NoError(t, err)
		time.Sleep(200 * time.Millisecond)
		lease.Cancel()
		settle()
		_, err = take(t, s, user("ann", quick, 0, 10_000))
		testkit.NoError(t, err)
		_, err = take(t, s, user("ann", quick, 0, 10_000))
		testkit.True(t, exceeded(t, err).RetryAfter > 0, "no more than full")
	})
	t.Run("row 18: an overrun is debt", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		second := ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60_000).WithBurst(1000)}
		lease, err := take(t, s, user("ann", second, 0, 1000))
		testkit.NoError(t, err)
		lease.Settle(4500)
		settle()
		_, err = take(t, s, user("ann", second, 0, 1000))
		wait := exceeded(t, err).RetryAfter
		testkit.True(t, wait > 4*time.Second && wait <= 4500*time.Millisecond, fmt.Sprint(wait))
	})
	t.Run("a deployment keeps the estimate", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		c := ratelimit.Charge{Key: ratelimit.DeploymentKey("h", "gpt"), Quota: q, Tokens: 5000}
		lease, err := take(t, s, c)
		testkit.NoError(t, err)
		lease.Settle(10)
		settle()
		leaves(t, s, c, 10_000, 5000)
	})
	t.Run("row 25: settles after its context is done", func(t *testing.T) {
		t.Parallel()
		s := open(t, config(client))
		ctx, cancel := context.WithCancel(t.Context())
		lease, err := s.Take(ctx, []ratelimit.Charge{user("ann", q, 1, 5000)})
		testkit.NoError(t, err)
		cancel()
		lease.Settle(1300)
		settle()
		leaves(t, s, user("ann", q, 0, 1), 10_000, 8700)
	})
	t.Run("Close sends what was settled", func(t *testing.T) {
		t.Parallel()
		cfg := config(client)
		s := open(t, cfg)
		lease, err := take(t, s, user("ann", q, 1, 5000))
		testkit.NoError(t, err)
		lease.Settle(0)
		testkit.NoError(t, s.Close())
		testkit.NoError(t, s.Close())
		_, err = take(t, s, user("ann", q, 1, 1))
		testkit.ErrorIs(t, err, redisstore.ErrUnavailable)
		leaves(t, open(t, cfg), user("ann", q, 0, 1), 10_000, 10_000)
	})
}

// What the service says holds for all replicas.
func TestLearn(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	cfg := config(client)
	first, second := open(t, cfg), open(t, cfg)
	c := ratelimit.Charge{Key: ratelimit.DeploymentKey("h", "gpt"), Requests: 1, Tokens: 10, Quota: ratelimit.Quota{RequestsPerMinute: still(1000), TokensPerMinute: still(10_000)}}
	_, err := take(t, second, c)
	testkit.NoError(t, err)

	first.Learn(c, ratelimit.News{Tokens: ratelimit.AtMost(100), Requests: ratelimit.AtMost(5000)})
	settle()
	leaves(t, second, c, 10_000, 100)

	first.Learn(c, ratelimit.News{Shut: 400 * time.Millisecond})
	_, err = take(t, first, c)
	testkit.True(t, exceeded(t, err).Shut, "this replica knows at once")
	settle()
	began := time.Now()
	_, err = take(t, second, c)
	e := exceeded(t, err)
	testkit.True(t, e.Shut && e.Scope == ratelimit.Deployment && e.RetryAfter > 0 && e.RetryAfter <= 400*time.Millisecond, fmt.Sprintf("%+v", e))
	for err != nil {
		time.Sleep(time.Millisecond)
		_, err = take(t, second, c)
	}
	testkit.True(t, time.Since(began) >= e.RetryAfter-time.Millisecond, "not early")
	_, err = take(t, second, c)
	testkit.True(t, exceeded(t, err).RetryAfter <= 100*time.Millisecond, "others wait for the first")
	time.Sleep(110 * time.Millisecond)
	for range 3 {
		_, err = take(t, second, c)
		testkit.NoError(t, err)
	}
}

// A refusal that still holds costs no round trip, one that was overtaken does.
func TestRefusalsAreRemembered(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	var trips trips
	client.AddHook(&trips)
	s := open(t, config(client))
	q := ratelimit.Quota{TokensPerMinute: still(100)}
	lease, err := take(t, s, user("ann", q, 0, 100))
	testkit.NoError(t, err)
	_, err = take(t, s, user("ann", q, 0, 50))
	testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
	before := trips.Load()
	for range 100 {
		_, err = take(t, s, user("ann", q, 0, 60))
		testkit.True(t, exceeded(t, err).RetryAfter > 40*time.Minute, "it says when")
	}
	testkit.Equal(t, trips.Load(), before)
	_, err = take(t, s, user("bob", q, 0, 60))
	testkit.NoError(t, err)
	testkit.Equal(t, trips.Load(), before+1)
	_, err = take(t, s, user("ann", q, 0, 1)) // less than what was refused
	testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
	testkit.Equal(t, trips.Load(), before+2)
	lease.Settle(0)
	for deadline := time.Now().Add(10 * time.Second); err != nil && time.Now().Before(deadline); {
		settle() // it takes its time on a busy machine
		_, err = take(t, s, user("ann", q, 0, 60))
	}
	testkit.NoError(t, err)
}

// trips counts commands.
type trips struct{ atomic.Int64 }

func (*trips) DialHook(next redis.DialHook) redis.DialHook { return next }
func (n *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		n.Add(1)
		return next(ctx, cmd)
	}
}
func (*trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// Nobody is named in the server, and what is not needed any more goes away.
func TestKeys(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	canaries := testkit.Canaries()
	cfg := config(client)
	s := open(t, cfg)
	q := ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60_000).WithBurst(1000)}
	c := ratelimit.Charge{Key: ratelimit.UserKey(canaries.Text("tenant"), canaries.Text("user")), Quota: q, Tokens: 500}
	sum := c.Key.Sum()
	_, err := take(t, s, c)
	testkit.NoError(t, err)
	keys, err := client.Keys(t.Context(), "*").Result()
	testkit.NoError(t, err)
	testkit.Equal(t, len(keys), 1)
	testkit.True(t, strings.HasPrefix(keys[0], "{"+cfg.Namespace+"}:1:"), keys[0])
	testkit.True(t, !strings.Contains(keys[0], fmt.Sprintf("%x", sum[:4])), "names cannot be guessed by their hash")
	testkit.Equal(t, len(canaries.Find([]byte(keys[0]))), 0)
	ttl, err := client.PTTL(t.Context(), keys[0]).Result()
	testkit.NoError(t, err)
	testkit.True(t, ttl > 0 && ttl <= 1500*time.Millisecond, fmt.Sprint("it goes when the bucket is full: ", ttl))
	testkit.Equal(t, fmt.Sprintf("%v %s %x %#v", cfg.Secret, cfg.Secret, cfg.Secret, cfg.Secret), "REDACTED REDACTED REDACTED REDACTED")
	testkit.Equal(t, strings.Contains(fmt.Sprintf("%+v %+v", cfg.Secret, s), "00000"), false)
}

func TestConfig(t *testing.T) {
	t.Parallel()
	good := connect(t, "127.0.0.1:1")
	slow := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	defer func() { _ = slow.Close() }()
	ring := redis.NewRing(&redis.RingOptions{Addrs: map[string]string{"a": "127.0.0.1:1"}})
	defer func() { _ = ring.Close() }()
	testkit.NoError(t, config(good).Validate())
	for name, change := range map[string]func(*redisstore.Config){
		"no client":       func(c *redisstore.Config) { c.Client = nil },
		"a nil client":    func(c *redisstore.Config) { c.Client = (*redis.Client)(nil) },
		"no deadline":     func(c *redisstore.Config) { c.Client = slow },
		"a ring":          func(c *redisstore.Config) { c.Client = ring },
		"no secret":       func(c *redisstore.Config) { c.Secret = nil },
		"short secret":    func(c *redisstore.Config) { c.Secret = c.Secret[:31] },
		"no failure mode": func(c *redisstore.Config) { c.Failure = redisstore.Failure{} },
		"no replicas":     func(c *redisstore.Config) { c.Failure = redisstore.Share(0) },
		"no waiver":       func(c *redisstore.Config) { c.Failure = redisstore.Open(redisstore.Waiver{}) },
		"a tag":           func(c *redisstore.Config) { c.Namespace = "a}b" },
		"long":            func(c *redisstore.Config) { c.Namespace = strings.Repeat("a", 65) },
		"hasty":           func(c *redisstore.Config) { c.Timeout = time.Millisecond },
		"patient":         func(c *redisstore.Config) { c.Timeout = time.Minute },
	} {
		cfg := config(good)
		change(&cfg)
		s, err := redisstore.New(cfg)
		testkit.True(t, errors.Is(err, redisstore.ErrConfig) && s == nil, name)
	}
	_, err := take(t, new(redisstore.Store), user("ann", ratelimit.Quota{}, 1, 1))
	testkit.ErrorIs(t, err, redisstore.ErrUnavailable)
	testkit.Equal(t, ratelimit.Code(err), event.StoreUnavailable)
}
