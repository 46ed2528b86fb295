package peers

import (
	"context"
	"fmt"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
)

// measure runs f and reports, beside the time, the processor time of each, which other
// programs on the machine hardly change.
func measure(b *testing.B, f func()) {
	b.Helper()
	b.ReportAllocs()
	used, n := processor(b), 0
	for b.Loop() {
		f()
		n++
	}
	b.ReportMetric(float64(processor(b)-used)/float64(n), "cpu-ns/op")
}

func processor(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// plain is the least a limiter can do: a mutex, a map and a clock. It settles nothing.
type plain struct {
	mu     sync.Mutex
	levels map[string]*level
}

type level struct {
	left float64
	last time.Time
}

func (p *plain) take(key string, n float64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	l := p.levels[key]
	if l == nil {
		l = &level{1e12, now}
		p.levels[key] = l
	}
	l.left, l.last = min(1e12, l.left+1e9*now.Sub(l.last).Seconds()), now
	if l.left < n {
		return false
	}
	l.left -= n
	return true
}

// charges is a call that four buckets pay for.
func charges() []ratelimit.Charge {
	plenty := ratelimit.PerMinute(ratelimit.MaxPerMinute)
	q := ratelimit.Quota{RequestsPerMinute: plenty, TokensPerMinute: plenty}
	var all []ratelimit.Charge
	for _, key := range []ratelimit.Key{ratelimit.UserKey("t", "u"), ratelimit.AppKey("t", "a"), ratelimit.TenantKey("t"), ratelimit.DeploymentKey("h", "d")} {
		all = append(all, ratelimit.Charge{Key: key, Quota: q, Requests: 1, Tokens: 1000})
	}
	return all
}

func BenchmarkMemory(b *testing.B) {
	ctx := context.Background()
	for _, n := range []int{1, 4} {
		b.Run(fmt.Sprint("plain/", n), func(b *testing.B) {
			p := plain{levels: map[string]*level{}}
			names := []string{"t/u", "t/a", "t", "h/d"}[:n]
			measure(b, func() {
				for _, name := range names {
					p.take(name, 1)
				}
			})
		})
		b.Run(fmt.Sprint("xtime/", n), func(b *testing.B) {
			var limiters []*rate.Limiter
			for range 2 * n { // requests and tokens
				limiters = append(limiters, rate.NewLimiter(1e12, 1e12))
			}
			measure(b, func() {
				for _, l := range limiters {
					l.AllowN(time.Now(), 1)
				}
			})
		})
		b.Run(fmt.Sprint("own/", n), func(b *testing.B) {
			m, err := ratelimit.Memory(ratelimit.Config{})
			if err != nil {
				b.Fatal(err)
			}
			all := charges()[:n]
			measure(b, func() {
				if lease, err := m.Take(ctx, all); err == nil {
					lease.Settle(500)
				}
			})
		})
		b.Run(fmt.Sprint("own-parallel/", n), func(b *testing.B) {
			m, err := ratelimit.Memory(ratelimit.Config{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				all := charges()[:n]
				for pb.Next() {
					if lease, err := m.Take(ctx, all); err == nil {
						lease.Settle(500)
					}
				}
			})
		})
	}
}

// gcra is the script of redis_rate v10.0.1 in short: one key, no settlement.
const gcra = `
local tat = tonumber(redis.call('GET', KEYS[1]))
local time = redis.call('TIME')
local now = (time[1] - 1483228800) + time[2] / 1000000
local increment = ARGV[3] / ARGV[2] * ARGV[4]
tat = math.max(tat or now, now)
local new = tat + increment
if now - (new - ARGV[3] / ARGV[2] * ARGV[1]) < 0 then return {0, tostring(tat - now)} end
redis.call('SET', KEYS[1], new, 'EX', math.max(1, math.ceil(new - now)))
return {1, tostring(new - now)}
`

func BenchmarkRedis(b *testing.B) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		b.Skip("there is no redis-server")
	}
	const port = 16399
	cmd := exec.Command(binary, "--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--save", "", "--dir", b.TempDir())
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	client := redis.NewClient(&redis.Options{Addr: fmt.Sprint("127.0.0.1:", port), ContextTimeoutEnabled: true})
	defer func() { _ = client.Close() }()
	ctx := context.Background()
	for deadline := time.Now().Add(10 * time.Second); client.Ping(ctx).Err() != nil && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	b.Run("ping", func(b *testing.B) { measure(b, func() { _ = client.Ping(ctx).Err() }) })
	b.Run("redis_rate/1", func(b *testing.B) {
		script := redis.NewScript(gcra)
		measure(b, func() {
			if err := script.Run(ctx, client, []string{"gcra"}, 1e9, 1e9, 1, 1).Err(); err != nil {
				b.Fatal(err)
			}
		})
	})
	for _, n := range []int{1, 4} {
		b.Run(fmt.Sprint("own/", n), func(b *testing.B) {
			s, err := redisstore.New(redisstore.Config{Client: client, Secret: make([]byte, 32), Failure: redisstore.Closed()})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			all := charges()[:n]
			measure(b, func() {
				lease, err := s.Take(ctx, all)
				if err != nil {
					b.Fatal(err)
				}
				lease.Settle(500)
			})
		})
	}
}

// What is compared does the same: the plain limiter too stops at its limit.
func TestPlain(t *testing.T) {
	p := plain{levels: map[string]*level{}}
	if !p.take("a", 1e12) || p.take("a", 1e12) || !p.take("b", 1) {
		t.Fatal("the plain limiter does not limit")
	}
}
