package redisstore_test

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/ratelimit"
)

// gcra is what the package redis_rate runs, for one key: a script of about the same length as
// its own, without a settlement.
const gcra = `
redis.replicate_commands()
local tat = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local now = (time[1] - 1483228800) + (time[2] / 1000000)
local interval = ARGV[3] / ARGV[2]
local increment = interval * ARGV[4]
local offset = interval * ARGV[1]
if not tat then tat = now else tat = tonumber(tat) end
tat = math.max(tat, now)
local new = tat + increment
local diff = now - (new - offset)
if diff / interval < 0 then return {0, 0, tostring(now - (new - offset)), tostring(tat - now)} end
if new - now > 0 then redis.call('SET', KEYS[1], new, 'EX', math.ceil(new - now)) end
return {ARGV[4], diff / interval, tostring(-1), tostring(new - now)}
`

func BenchmarkTake(b *testing.B) {
	client := connect(b, start(b).addr())
	ctx := b.Context()
	plenty := ratelimit.PerMinute(ratelimit.MaxPerMinute)
	q := ratelimit.Quota{RequestsPerMinute: plenty, TokensPerMinute: plenty}
	all := []ratelimit.Charge{
		user("ann", q, 1, 1000),
		{Key: ratelimit.AppKey("t", "a"), Quota: q, Requests: 1, Tokens: 1000},
		{Key: ratelimit.TenantKey("t"), Quota: q, Requests: 1, Tokens: 1000},
		{Key: ratelimit.DeploymentKey("h", "d"), Quota: q, Requests: 1, Tokens: 1000},
	}
	b.Run("ping", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := client.Ping(ctx).Err(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("redis_rate/1", func(b *testing.B) {
		script := redis.NewScript(gcra)
		b.ReportAllocs()
		for b.Loop() {
			if err := script.Run(ctx, client, []string{"gcra"}, 1e9, 1e9, 1, 1).Err(); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, charges := range map[string][]ratelimit.Charge{"own/1": all[:1], "own/4": all} {
		s := open(b, config(client))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				lease, err := s.Take(ctx, charges)
				if err != nil {
					b.Fatal(err)
				}
				lease.Settle(500)
			}
		})
	}
	b.Run("refused", func(b *testing.B) {
		s := open(b, config(client))
		c := []ratelimit.Charge{user("ann", ratelimit.Quota{RequestsPerMinute: still(1)}, 1, 0)}
		_, _ = s.Take(ctx, c)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Take(ctx, c); err == nil {
				b.Fatal("granted")
			}
		}
	})
}
