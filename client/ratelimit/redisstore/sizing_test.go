package redisstore_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"sort"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Row 81: the table of the package comment, from a simulation in virtual time in which a
// memory store stands for the server.
func TestSizing(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	testkit.NoError(t, err)
	for _, replicas := range []int{1, 10, 100, 1000} {
		t.Run(fmt.Sprint("row 81: ", replicas), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				shared, fixed, calls, scripts := simulate(t, replicas)
				testkit.Equal(t, shared, 0)
				row := fmt.Sprintf("//\t%8d  %7.0f  %9.0f  %20.1f %%  %22.1f %%\n", replicas, calls, scripts, 100*shared, 100*fixed)
				testkit.True(t, strings.Contains(string(text), row), "the package comment has:\n"+row)
			})
		})
	}
}

// simulate returns which parts of the calls one bucket and fixed shares refuse, and how many
// calls and scripts there are per second.
func simulate(t *testing.T, replicas int) (shared, fixed, calls, scripts float64) {
	t.Helper()
	const perMinute, tokens, load, span, answer = 10_000_000, 1000, 0.8, 60, 2 * time.Second
	r := rand.New(rand.NewPCG(81, uint64(replicas)))
	quota := ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute), TokensPerMinute: ratelimit.PerMinute(perMinute)}
	one, err := ratelimit.Memory(ratelimit.Config{})
	testkit.NoError(t, err)
	demand, sum := make([]float64, replicas), 0.0
	stores := make([]*ratelimit.MemoryStore, replicas)
	for i := range demand {
		sum += math.Pow(float64(i+1), -0.8)
		demand[i] = sum
		stores[i], err = ratelimit.Memory(ratelimit.Config{Keys: 16, Parents: 16})
		testkit.NoError(t, err)
	}
	flushes := map[[2]int64]bool{}
	n, refused, refusedFixed := 0, 0, 0
	for start := time.Now(); time.Since(start) < span*time.Second; n++ {
		who := sort.SearchFloat64s(demand, r.Float64()*sum)
		c := ratelimit.Charge{Key: ratelimit.DeploymentKey("h", "gpt"), Quota: quota, Tokens: tokens}
		if _, err := one.Take(t.Context(), []ratelimit.Charge{c}); err != nil {
			refused++
		}
		flushes[[2]int64{int64(who), int64((time.Since(start) + answer) / (20 * time.Millisecond))}] = true
		c.Quota = quota.Scaled(1 / float64(replicas))
		if _, err := stores[who].Take(t.Context(), []ratelimit.Charge{c}); err != nil {
			refusedFixed++
		}
		time.Sleep(time.Duration(r.ExpFloat64() * float64(time.Minute) * tokens / (perMinute * load)))
	}
	return float64(refused) / float64(n), float64(refusedFixed) / float64(n), float64(n) / span, float64(n+len(flushes)) / span
}
