//go:build !race

package ratelimit_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Row 64: a million callers take at most 160 bytes each, and all of them are held.
func TestMillionCallers(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const callers, most = 1_000_000, 160
	before := heap()
	m := memory(t, ratelimit.Config{Keys: callers + callers/8}) // shards are never filled evenly
	charges := []ratelimit.Charge{{Requests: 1, Tokens: 100}}
	for i := range callers {
		charges[0].Key = ratelimit.UserKey("contoso", strconv.Itoa(i))
		if _, err := m.Take(t.Context(), charges); err != nil {
			t.Fatal(err)
		}
	}
	each := float64(heap()-before) / callers
	t.Logf("%.1f bytes per caller", each)
	testkit.Equal(t, m.Held(), callers)
	testkit.True(t, each <= most, fmt.Sprintf("%.1f bytes per caller, the budget is %d", each, most))
	runtime.KeepAlive(m)
}

// heap is what is in use after garbage was collected.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
