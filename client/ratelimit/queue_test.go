package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func queue(t testing.TB, store ratelimit.Store, cfg ratelimit.QueueConfig) *ratelimit.Queue {
	t.Helper()
	q, err := ratelimit.NewQueue(store, cfg)
	testkit.NoError(t, err)
	return q
}

// gpt is a charge to a deployment that regains 100 tokens a second and holds 1000.
func gpt(n int64) ratelimit.Charge {
	return ratelimit.Charge{
		Key: ratelimit.DeploymentKey("h", "gpt"), Tokens: n,
		Quota: ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(6000).WithBurst(1000)},
	}
}

// drain empties the bucket of c.
func drain(t testing.TB, m ratelimit.Store, c ratelimit.Charge, n int64) {
	t.Helper()
	c.Tokens = n
	_, err := m.Take(t.Context(), []ratelimit.Charge{c})
	testkit.NoError(t, err)
}

// A log notes who was served when, in whole milliseconds.
type serviceLog struct {
	mu    sync.Mutex
	start time.Time
	lines []string
}

func (l *serviceLog) add(name string, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := time.Since(l.start).Round(time.Millisecond).Seconds()
	if err != nil {
		name += " refused"
	}
	l.lines = append(l.lines, fmt.Sprintf("%s at %.1f", name, at))
}

// all is what was noted so far.
func (l *serviceLog) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.lines)
}

// arrive lets a call come and waits until it stands in line or is through.
func (l *serviceLog) arrive(ctx context.Context, group *sync.WaitGroup, q *ratelimit.Queue, name string, charges ...ratelimit.Charge) {
	group.Go(func() {
		_, err := q.Take(ctx, charges)
		l.add(name, err)
	})
	synctest.Wait()
}

func TestQueueOrder(t *testing.T) {
	t.Parallel()
	patient := ratelimit.QueueConfig{MaxWait: time.Minute}
	bubble(t, "row 33: first come, first served", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, patient)
		drain(t, m, gpt(0), 1000)
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		for i, n := range []int64{1000, 10, 10, 10} {
			log.arrive(t.Context(), &group, q, fmt.Sprint(i), gpt(n))
		}
		group.Wait()
		testkit.DeepEqual(t, log.all(), []string{"0 at 10.0", "1 at 10.1", "2 at 10.2", "3 at 10.3"})
		testkit.Equal(t, q.Waiting(), 0)
	})
	bubble(t, "row 34: a head that leaves lets the next go", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, patient)
		drain(t, m, gpt(0), 1000)
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		ctx, cancel := context.WithCancel(t.Context())
		log.arrive(ctx, &group, q, "big", gpt(1000))
		log.arrive(t.Context(), &group, q, "small", gpt(10))
		time.Sleep(time.Second)
		cancel()
		group.Wait()
		lines := log.all()
		slices.Sort(lines)
		testkit.DeepEqual(t, lines, []string{"big refused at 1.0", "small at 1.0"})
		_, left := m.Level(gpt(1))
		testkit.Equal(t, int(left+0.5), 90)
	})
	bubble(t, "a lease that ends early lets the head go", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, patient)
		user := tokens(ratelimit.PerMinute(6000).WithBurst(1000), 1000)
		lease, err := q.Take(t.Context(), []ratelimit.Charge{user})
		testkit.NoError(t, err)
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		log.arrive(t.Context(), &group, q, "next", user)
		time.Sleep(time.Second)
		lease.Settle(100)
		group.Wait()
		testkit.DeepEqual(t, log.all(), []string{"next at 1.0"})
	})
	bubble(t, "an urgent call goes first, and nobody starves", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, patient)
		drain(t, m, gpt(0), 1000)
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		for i, lane := range []ratelimit.Lane{ratelimit.Batch, ratelimit.Normal, ratelimit.Interactive} {
			ctx := ratelimit.WithPlace(t.Context(), ratelimit.Place{Lane: lane})
			log.arrive(ctx, &group, q, fmt.Sprintf("%v %d", lane, i), gpt(100))
			log.arrive(ctx, &group, q, fmt.Sprintf("%v %d", lane, i), gpt(100))
		}
		group.Wait()
		testkit.DeepEqual(t, log.all(), []string{
			"interactive 2 at 1.0", "interactive 2 at 2.0", "normal 1 at 3.0", "normal 1 at 4.0", "batch 0 at 5.0", "batch 0 at 6.0",
		})
	})
	bubble(t, "a user without quota holds up nobody else of the tenant", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, patient)
		tenant := tokens(ratelimit.PerMinute(6000).WithBurst(1000), 100)
		tenant.Key = ratelimit.TenantKey("contoso")
		greedy := tokens(ratelimit.PerMinute(600).WithBurst(100), 100)
		other := greedy
		other.Key = ratelimit.UserKey("contoso", "bob")
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		log.arrive(t.Context(), &group, q, "ann", greedy, tenant)
		log.arrive(t.Context(), &group, q, "ann", greedy, tenant)
		log.arrive(t.Context(), &group, q, "bob", other, tenant)
		group.Wait()
		testkit.DeepEqual(t, log.all(), []string{"ann at 0.0", "bob at 0.0", "ann at 10.0"})
	})
}

func TestQueueRefuses(t *testing.T) {
	t.Parallel()
	bubble(t, "row 35: a wait that cannot end in time", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, ratelimit.QueueConfig{MaxWait: time.Minute})
		drain(t, m, gpt(0), 1000)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		_, err := q.Take(ctx, []ratelimit.Charge{gpt(1000)})
		testkit.Equal(t, wait(t, err), 10*time.Second)
		testkit.Equal(t, time.Since(start), 0)
		_, left := m.Level(gpt(1))
		testkit.Equal(t, left, 0)
	})
	bubble(t, "the default wait is 5 s, behind others too", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, ratelimit.QueueConfig{})
		drain(t, m, gpt(0), 1000)
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		for i := range 3 {
			log.arrive(t.Context(), &group, q, fmt.Sprint(i), gpt(200))
		}
		group.Wait()
		testkit.DeepEqual(t, log.all(), []string{"2 refused at 0.0", "0 at 2.0", "1 at 4.0"})
	})
	bubble(t, "batch calls wait longer", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, ratelimit.QueueConfig{})
		drain(t, m, gpt(0), 1000)
		ctx := ratelimit.WithPlace(t.Context(), ratelimit.Place{Lane: ratelimit.Batch})
		start := time.Now()
		_, err := q.Take(ctx, []ratelimit.Charge{gpt(1000)})
		testkit.NoError(t, err)
		testkit.Equal(t, time.Since(start).Round(time.Millisecond), 10*time.Second)
	})
	bubble(t, "row 37: cancelled in line", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, ratelimit.QueueConfig{})
		drain(t, m, gpt(0), 1000)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		time.AfterFunc(time.Second, cancel)
		_, err := q.Take(ctx, []ratelimit.Charge{gpt(300)})
		testkit.ErrorIs(t, err, context.Canceled)
		_, left := m.Level(gpt(1))
		testkit.Equal(t, int(left+0.5), 100)
		testkit.Equal(t, q.Waiting(), 0)
	})
	bubble(t, "the deadline comes while others were faster", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, ratelimit.QueueConfig{})
		drain(t, m, gpt(0), 1000)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		time.AfterFunc(2*time.Second, func() { drain(t, m, gpt(0), 100) }) // past the queue, as another replica would
		start := time.Now()
		_, err := q.Take(ctx, []ratelimit.Charge{gpt(250)})
		testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
		testkit.True(t, wait(t, err) > 0, "it says when to come back")
		testkit.Equal(t, time.Since(start).Round(time.Millisecond), 2500*time.Millisecond)
	})
	bubble(t, "row 39: a full line", func(t *testing.T) {
		m := memory(t, ratelimit.Config{})
		q := queue(t, m, ratelimit.QueueConfig{MaxWaiting: 100, MaxWait: time.Hour})
		drain(t, m, gpt(0), 1000)
		batch := ratelimit.WithPlace(t.Context(), ratelimit.Place{Lane: ratelimit.Batch})
		ctx, cancel := context.WithCancel(batch)
		log := serviceLog{start: time.Now()}
		var group sync.WaitGroup
		for range 100 {
			log.arrive(ctx, &group, q, "batch", gpt(10))
		}
		testkit.Equal(t, q.Waiting(), 100)
		_, err := q.Take(batch, []ratelimit.Charge{gpt(10)})
		testkit.ErrorIs(t, err, ratelimit.ErrQueueFull)
		testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
		testkit.Equal(t, ratelimit.Code(err), event.LocalRateLimited)
		testkit.Equal(t, wait(t, err).Round(time.Millisecond), 10100*time.Millisecond)

		log.arrive(t.Context(), &group, q, "normal", gpt(10)) // in the place of the last batch call
		testkit.DeepEqual(t, log.all(), []string{"batch refused at 0.0"})
		testkit.Equal(t, q.Waiting(), 100)
		time.Sleep(150 * time.Millisecond)
		cancel()
		group.Wait()
		testkit.Equal(t, log.all()[1], "normal at 0.1")
		testkit.Equal(t, q.Waiting(), 0)
	})
	bubble(t, "what waiting does not help", func(t *testing.T) {
		q := queue(t, memory(t, ratelimit.Config{}), ratelimit.QueueConfig{})
		_, err := q.Take(t.Context(), []ratelimit.Charge{gpt(6001)})
		testkit.ErrorIs(t, err, ratelimit.ErrImpossible)
		_, err = q.Take(t.Context(), nil)
		testkit.ErrorIs(t, err, ratelimit.ErrCharge)
		_, err = new(ratelimit.Queue).Take(t.Context(), []ratelimit.Charge{gpt(1)})
		testkit.ErrorIs(t, err, ratelimit.ErrCharge)
	})
}

// compete lets backlogged flows compete and counts what each was served within span.
func compete(t *testing.T, q *ratelimit.Queue, span time.Duration, places map[string]ratelimit.Place) map[string]int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), span)
	defer cancel()
	charge := ratelimit.Charge{Key: ratelimit.DeploymentKey("h", "d"), Tokens: 1500, Quota: ratelimit.Quota{
		RequestsPerMinute: ratelimit.PerMinute(1e9), TokensPerMinute: ratelimit.PerMinute(240_000),
	}}
	all := charge
	all.Tokens = 24_000
	_, err := q.Take(t.Context(), []ratelimit.Charge{all})
	testkit.NoError(t, err)
	served := map[string]int{}
	var mu sync.Mutex
	var group sync.WaitGroup
	for name, place := range places {
		for range 8 { // so that some always wait
			group.Go(func() {
				for {
					_, err := q.Take(ratelimit.WithPlace(ctx, place), []ratelimit.Charge{charge})
					if err != nil {
						return
					}
					mu.Lock()
					served[name]++
					mu.Unlock()
				}
			})
		}
	}
	group.Wait()
	return served
}

func shares(served map[string]int) map[string]float64 {
	sum := 0
	for _, n := range served {
		sum += n
	}
	of := map[string]float64{}
	for name, n := range served {
		of[name] = 100 * float64(n) / float64(sum)
	}
	return of
}

func near(t testing.TB, what string, got, want, within float64) {
	t.Helper()
	testkit.True(t, got >= want-within && got <= want+within, fmt.Sprintf("%s: %.2f, want %.2f +-%.2f", what, got, want, within))
}

func TestQueueShares(t *testing.T) {
	t.Parallel()
	a, b, c := ratelimit.TenantKey("a"), ratelimit.TenantKey("b"), ratelimit.TenantKey("c")
	hour := ratelimit.QueueConfig{MaxWait: time.Hour, MaxBatchWait: time.Hour, Weights: map[ratelimit.Key]int{a: 3}}
	bubble(t, "row 41: tenants by weight", func(t *testing.T) {
		got := shares(compete(t, queue(t, memory(t, ratelimit.Config{}), hour), 10*time.Minute, map[string]ratelimit.Place{
			"a": {Tenant: a}, "b": {Tenant: b}, "c": {Tenant: c},
		}))
		near(t, "a", got["a"], 60, 0.5)
		near(t, "b", got["b"], 20, 0.5)
		near(t, "c", got["c"], 20, 0.5)
	})
	bubble(t, "row 44: lanes", func(t *testing.T) {
		got := shares(compete(t, queue(t, memory(t, ratelimit.Config{}), hour), 10*time.Minute, map[string]ratelimit.Place{
			"interactive": {Lane: ratelimit.Interactive, Tenant: b}, "normal": {Tenant: b}, "batch": {Lane: ratelimit.Batch, Tenant: b},
		}))
		near(t, "interactive", got["interactive"], 76.2, 0.5)
		near(t, "normal", got["normal"], 19, 0.5)
		near(t, "batch", got["batch"], 4.8, 0.5)
	})
	bubble(t, "a crowd in one lane takes nothing from another", func(t *testing.T) {
		places := map[string]ratelimit.Place{"urgent": {Lane: ratelimit.Interactive, Tenant: b}}
		for i := range 20 {
			places[fmt.Sprint("batch", i)] = ratelimit.Place{Lane: ratelimit.Batch, Tenant: ratelimit.TenantKey(fmt.Sprint(i))}
		}
		got := shares(compete(t, queue(t, memory(t, ratelimit.Config{}), hour), 10*time.Minute, places))
		near(t, "urgent", got["urgent"], 100*16/17.0, 0.5)
	})
	bubble(t, "shares that are idle are used", func(t *testing.T) {
		got := compete(t, queue(t, memory(t, ratelimit.Config{}), hour), 10*time.Minute, map[string]ratelimit.Place{"b": {Lane: ratelimit.Batch, Tenant: b}})
		near(t, "served", float64(got["b"]), 10*0.9*240_000/1500, 2)
	})
}

// Row 40: under one and a half times what fits, waits stay short and little is lost.
func TestQueueUnderOverload(t *testing.T) {
	t.Parallel()
	run := func(t *testing.T, maxWait time.Duration) (served int, waits []time.Duration) {
		q := queue(t, memory(t, ratelimit.Config{}), ratelimit.QueueConfig{MaxWait: maxWait, MaxWaiting: 100_000})
		charge := ratelimit.Charge{Key: ratelimit.DeploymentKey("h", "d"), Requests: 1, Tokens: 2000, Quota: ratelimit.Quota{
			RequestsPerMinute: ratelimit.PerMinute(1440), TokensPerMinute: ratelimit.PerMinute(240_000),
		}}
		var mu sync.Mutex
		var group sync.WaitGroup
		r := rand.New(rand.NewPCG(11, 0))
		for start := time.Now(); time.Since(start) < 30*time.Minute; time.Sleep(time.Duration(r.ExpFloat64() * float64(time.Minute) / 162)) {
			group.Go(func() {
				at := time.Now()
				if _, err := q.Take(t.Context(), []ratelimit.Charge{charge}); err == nil {
					mu.Lock()
					defer mu.Unlock()
					served++
					waits = append(waits, time.Since(at))
				}
			})
		}
		group.Wait()
		slices.Sort(waits)
		return served, waits
	}
	bubble(t, "row 40", func(t *testing.T) {
		endless, _ := run(t, 10*time.Minute)
		served, waits := run(t, 0)
		testkit.True(t, float64(served) >= 0.96*30*108, fmt.Sprint(served, " served, of what fits ", 30*108, "; ", endless, " with endless patience"))
		testkit.True(t, waits[len(waits)/2] <= 5*time.Second && waits[len(waits)-1] <= 5*time.Second,
			fmt.Sprint("waits p50 ", waits[len(waits)/2], ", longest ", waits[len(waits)-1]))
	})
}

// Whoever comes, leaves and settles in whatever order: nothing is over the limit, nobody is
// stuck, and no reservation is lost.
func TestQueueAtRandom(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		bubble(t, fmt.Sprint("seed ", seed), func(t *testing.T) {
			m := memory(t, ratelimit.Config{})
			q := queue(t, m, ratelimit.QueueConfig{MaxWait: time.Minute, MaxWaiting: 40})
			limit := ratelimit.PerMinute(6000).WithBurst(1000)
			tenant := ratelimit.TenantKey("contoso")
			var charged, inFlight atomic.Int64
			var group sync.WaitGroup
			start := time.Now()
			r := rand.New(rand.NewPCG(seed, 1))
			for i := range 300 {
				n, patience, use := 1+r.Int64N(400), time.Duration(r.IntN(20_000))*time.Millisecond, r.Int64N(500)
				lane, cancels, hold := ratelimit.Lane(r.IntN(4)), r.IntN(3) == 0, time.Duration(r.IntN(3000))*time.Millisecond
				group.Go(func() {
					ctx, cancel := context.WithTimeout(ratelimit.WithPlace(t.Context(), ratelimit.Place{Lane: lane}), patience)
					if cancels {
						time.AfterFunc(patience/2, cancel)
					}
					defer cancel()
					user := tokens(limit, n)
					user.Key = ratelimit.UserKey("contoso", fmt.Sprint(i%7))
					all := tokens(limit, n)
					all.Key = tenant
					lease, err := q.Take(ctx, []ratelimit.Charge{user, all})
					if err != nil {
						testkit.True(t, errors.Is(err, ratelimit.ErrExceeded) || errors.Is(err, context.Canceled), fmt.Sprint(err))
						return
					}
					inFlight.Add(1)
					defer inFlight.Add(-1)
					spent := charged.Add(n)
					bound := 1000 + 100*time.Since(start).Seconds() + 1
					testkit.True(t, float64(spent) <= bound, fmt.Sprint(spent, " charged of ", bound))
					time.Sleep(hold)
					if use%5 == 0 {
						charged.Add(-n)
						lease.Cancel()
						return
					}
					charged.Add(min(use, n) - n)
					lease.Settle(min(use, n))
				})
				time.Sleep(time.Duration(r.IntN(200)) * time.Millisecond)
			}
			group.Wait()
			testkit.Equal(t, q.Waiting(), 0)
			time.Sleep(time.Minute)
			all := tokens(limit, 1)
			all.Key = tenant
			level(t, m, all, 1000)
		})
	}
}

func TestQueueConfig(t *testing.T) {
	t.Parallel()
	m := memory(t, ratelimit.Config{})
	for name, cfg := range map[string]ratelimit.QueueConfig{
		"MaxWait":      {MaxWait: -1},
		"MaxBatchWait": {MaxBatchWait: 2 * time.Hour},
		"MaxWaiting":   {MaxWaiting: -1},
		"weight":       {Weights: map[ratelimit.Key]int{ratelimit.TenantKey("t"): 0}},
	} {
		_, err := ratelimit.NewQueue(m, cfg)
		testkit.ErrorIs(t, err, ratelimit.ErrConfig)
		testkit.True(t, err != nil, name)
	}
	_, err := ratelimit.NewQueue(nil, ratelimit.QueueConfig{})
	testkit.ErrorIs(t, err, ratelimit.ErrConfig)
	testkit.Equal(t, fmt.Sprint(ratelimit.Normal, ratelimit.Interactive, ratelimit.Batch, ratelimit.Lane(9)), "normal interactive batch normal")
}
