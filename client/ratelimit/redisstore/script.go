package redisstore

import (
	"context"
	"crypto/sha1" //nolint:gosec // it is how Redis names scripts
	"encoding/hex"
	"strings"

	"github.com/redis/go-redis/v9"
)

// A bucket is a hash: s the instant, in microseconds of the server's clock, at which its
// debts r (requests) and t (tokens) were right; a and b the rates at which they have fallen
// since, per microsecond; g until when its gate is shut; p whether one call went through it.
// Numbers go to redis.call as numbers, which writes all 17 digits; tostring would write 14.

// load defines what both scripts begin with: the clock, and a bucket at that time. A debt
// that is no number counts as an empty bucket, a time that is none or lies more than a minute
// ahead as now, and both are mended, so that nothing stays broken.
const load = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local keep
local function bucket(key, rater, ratet, capr, capt)
  local h = redis.call('HMGET', key, 's', 'r', 't', 'a', 'b', 'g', 'p')
  local bad = false
  local function number(text, missing, broken)
    if not text then return missing end
    local n = tonumber(text)
    if n and n == n and math.abs(n) < 1e300 then return n end
    bad = true
    return broken
  end
  local b = {s = number(h[1], now, now), g = number(h[6], 0, 0), p = h[7]}
  b.r, b.t = number(h[2], 0, capr), number(h[3], 0, capt)
  if b.s > now + 60000000 then b.s, bad = now, true end
  local passed = math.max(0, now - b.s)
  b.r = math.max(0, b.r - passed * number(h[4], rater, rater))
  b.t = math.max(0, b.t - passed * number(h[5], ratet, ratet))
  b.s = math.max(b.s, now)
  if bad then keep(key, b, rater, ratet) end
  return b
end
function keep(key, b, rater, ratet)
  local full = math.max(b.r / math.max(rater, 1e-12), b.t / math.max(ratet, 1e-12))
  if b.g > 0 then full = math.max(full, b.g - now + 10000000) end
  if full <= 0 then
    redis.call('DEL', key)
    return
  end
  redis.call('HSET', key, 's', b.s, 'r', b.r, 't', b.t, 'a', rater, 'b', ratet)
  redis.call('PEXPIRE', key, string.format('%.0f', math.min(full / 1000 + 1000, 1e12)))
end
`

// take charges all buckets or none. For each key: requests, tokens, and of both the capacity
// and the rate. It returns 0 and the levels, or the wait in microseconds, the position of the
// bucket that causes it, the unit, and whether a gate is shut.
const take = load + `
local wait, at, unit, shut, all = 0, 0, 0, 0, {}
local function need(missing, rate, i, u)
  if missing > 1e-6 then
    local w = math.min(math.max(1, math.ceil(missing / rate - 1e-6)), 4e15)
    if w > wait then wait, at, unit, shut = w, i - 1, u, 0 end
  end
end
for i, key in ipairs(KEYS) do
  local j = (i - 1) * 6
  local c = {}
  for k = 1, 6 do c[k] = tonumber(ARGV[j + k]) end
  local b = bucket(key, c[4], c[6], c[3], c[5])
  if c[1] > 0 then need(b.r + math.min(c[1], c[3]) - c[3], c[4], i, 0) end
  if c[2] > 0 then need(b.t + math.min(c[2], c[5]) - c[5], c[6], i, 1) end
  if b.g - now > wait then wait, at, unit, shut = b.g - now, i - 1, 0, 1 end
  all[i] = {b, c}
end
if wait > 0 then return {wait, at, unit, shut} end
local reply = {0}
for i, key in ipairs(KEYS) do
  local b, c = all[i][1], all[i][2]
  b.r, b.t = b.r + c[1], b.t + c[2]
  if b.g > 0 then
    if b.p then
      redis.call('HDEL', key, 'g', 'p')
      b.g = 0
    else
      b.g = now + 100000
      redis.call('HSET', key, 'g', b.g, 'p', 1)
    end
  end
  keep(key, b, c[4], c[6])
  reply[#reply + 1] = math.floor(c[3] - b.r)
  reply[#reply + 1] = math.floor(c[5] - b.t)
end
return reply
`

// change settles and teaches. For each key: what is added to its debts, the most that is
// left of each or the word "-", for how long to shut its gate, and capacities and rates as in
// take.
const change = load + `
for i, key in ipairs(KEYS) do
  local j = (i - 1) * 9
  local c = {}
  for k = 1, 9 do c[k] = tonumber(ARGV[j + k]) end
  local b = bucket(key, c[7], c[9], c[6], c[8])
  b.r, b.t = math.max(0, b.r + c[1]), math.max(0, b.t + c[2])
  if c[3] then b.r = math.max(b.r, c[6] - c[3]) end
  if c[4] then b.t = math.max(b.t, c[8] - c[4]) end
  if c[5] > 0 then
    local g = now + c[5]
    if not b.p then g = math.max(g, b.g) end
    b.g = g
    redis.call('HSET', key, 'g', g)
    redis.call('HDEL', key, 'p')
  end
  keep(key, b, c[7], c[9])
end
return 0
`

// beat notes that a replica is alive for 15 seconds more, and counts those that are.
const beat = `
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], tonumber(time[1]) + 15, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', tonumber(time[1]))
redis.call('EXPIRE', KEYS[1], 60)
return redis.call('ZCARD', KEYS[1])
`

// A script is a Lua program and the name by which the server keeps it.
type script struct{ source, sha string }

func newScript(source string) script {
	sum := sha1.Sum([]byte(source)) //nolint:gosec // it is how Redis names scripts
	return script{source, hex.EncodeToString(sum[:])}
}

// A once is a command that go-redis does not send a second time. When a connection breaks
// before the reply came, the script may have run: to repeat a refund would be an overrun.
type once struct{ *redis.Cmd }

var _ redis.Cmder = once{}

// NoRetry says so.
func (once) NoRetry() bool { return true }

// run executes the script, and sends it whole where the server does not know it any more:
// after a restart, a failover or SCRIPT FLUSH. That it is not known means that it has not run.
func (s script) run(ctx context.Context, client redis.UniversalClient, keys []string, args []any) (any, error) {
	reply, err := send(ctx, client, "evalsha", s.sha, keys, args)
	if err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") {
		return send(ctx, client, "eval", s.source, keys, args)
	}
	return reply, err
}

func send(ctx context.Context, client redis.UniversalClient, verb, what string, keys []string, args []any) (any, error) {
	words := make([]any, 0, 3+len(keys)+len(args))
	words = append(words, verb, what, len(keys))
	for _, key := range keys {
		words = append(words, key)
	}
	words = append(words, args...)
	cmd := once{redis.NewCmd(ctx, words...)}
	cmd.SetFirstKeyPos(3)
	err := client.Process(ctx, cmd)
	return cmd.Val(), err
}
