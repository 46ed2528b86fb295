package redisstore_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// What somebody else wrote into a bucket, or a clock that was set, grants nothing, and does
// not lock anybody out for good.
func TestBrokenBuckets(t *testing.T) {
	t.Parallel()
	client := connect(t, start(t).addr())
	q := ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60_000).WithBurst(500)} // full after 0.5 s
	for name, test := range map[string]struct {
		ahead         time.Duration // of the time in the bucket
		fields        []any
		least, within time.Duration // of the wait for a full bucket
	}{
		"no number":         {0, []any{"t", "x"}, 200 * time.Millisecond, 500 * time.Millisecond},
		"NaN":               {0, []any{"t", "nan"}, 200 * time.Millisecond, 500 * time.Millisecond},
		"endless":           {0, []any{"t", "inf"}, 200 * time.Millisecond, 500 * time.Millisecond},
		"no time":           {0, []any{"s", "x", "t", 500}, 200 * time.Millisecond, 500 * time.Millisecond},
		"a time far ahead":  {time.Hour, []any{"t", 500}, 200 * time.Millisecond, 500 * time.Millisecond},
		"a clock set back":  {2 * time.Second, []any{"t", 500}, 200 * time.Millisecond, 500 * time.Millisecond},
		"a rate of nothing": {0, []any{"b", "x", "t", 500}, 200 * time.Millisecond, 500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(client)
			s := open(t, cfg)
			_, err := take(t, s, user("ann", q, 0, 1))
			testkit.NoError(t, err)
			keys, err := client.Keys(t.Context(), "{"+cfg.Namespace+"}*").Result()
			testkit.NoError(t, err)
			testkit.NoError(t, client.HSet(t.Context(), keys[0], append([]any{"s", time.Now().Add(test.ahead).UnixMicro()}, test.fields...)...).Err())
			testkit.NoError(t, client.Persist(t.Context(), keys[0]).Err())
			_, err = take(t, s, user("ann", q, 0, 500))
			wait := exceeded(t, err).RetryAfter
			testkit.True(t, wait > test.least && wait <= test.within, fmt.Sprint(wait))
			eventually(t, "granted again", func() bool { _, err := take(t, s, user("ann", q, 0, 500)); return err == nil })
		})
	}
	t.Run("a debt below nothing", func(t *testing.T) {
		t.Parallel()
		cfg := config(client)
		s := open(t, cfg)
		still := ratelimit.Quota{TokensPerMinute: still(500)}
		_, err := take(t, s, user("ann", still, 0, 1))
		testkit.NoError(t, err)
		keys, err := client.Keys(t.Context(), "{"+cfg.Namespace+"}*").Result()
		testkit.NoError(t, err)
		testkit.NoError(t, client.HSet(t.Context(), keys[0], "t", -1e9).Err())
		_, err = take(t, s, user("ann", still, 0, 500))
		testkit.NoError(t, err)
		_, err = take(t, s, user("ann", still, 0, 2))
		testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
	})
	t.Run("no bucket at all", func(t *testing.T) {
		t.Parallel()
		cfg := config(client)
		s := open(t, cfg)
		_, err := take(t, s, user("ann", q, 0, 1))
		testkit.NoError(t, err)
		keys, err := client.Keys(t.Context(), "{"+cfg.Namespace+"}*").Result()
		testkit.NoError(t, err)
		testkit.NoError(t, client.Set(t.Context(), keys[0], "x", redis.KeepTTL).Err())
		_, err = take(t, s, user("ann", q, 0, 1))
		testkit.ErrorIs(t, err, redisstore.ErrUnavailable)
	})
}
