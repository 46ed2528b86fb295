package ratelimit_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestToolOverhead(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, ratelimit.ToolOverhead(0, 5, 5), 0)
	testkit.Equal(t, ratelimit.ToolOverhead(1, 2, 2), 12+7+3+6+6)
}

func TestImageTokens(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		model         string
		width, height int
		low           bool
		want          int
	}{
		{"gpt-4o", 1024, 1024, false, 85 + 4*170}, // OpenAI's own example
		{"gpt-4o", 2048, 4096, false, 85 + 6*170}, // and its second
		{"gpt-4o", 4096, 8192, true, 85},
		{"gpt-4o", 1, 1, false, 85 + 170},
		{"gpt-4o", 0, 0, false, 85 + 8*170},
		{"gpt-4o", 2048, 100, false, 85 + 4*170},
		{"gpt-4o", math.MaxInt, 1, false, 85 + 4*170},
		{"gpt-4o", math.MaxInt, math.MaxInt, false, 85 + 4*170},
		{"gpt-4o-mini", 1024, 1024, false, 2833 + 4*5667},
		{"GPT-5-2025-08-07", 512, 512, false, 70 + 140},
		{"gpt-5.1", 512, 512, false, 70 + 140},
		{"o3", 512, 513, false, 75 + 2*150},
		{"o4-mini", 1024, 1024, false, 1762},      // 1024 patches by 1.72
		{"gpt-4.1-mini", 1800, 2400, false, 2489}, // 1536, not 4275, by 1.62
		{"gpt-5.2", 33, 32, false, 2},
		{"gpt-5.4", -1, 32, false, 2500},
		{"something-new", 0, 0, true, 6150},
	} {
		testkit.Equal(t, ratelimit.ImageTokens(test.model, test.width, test.height, test.low), test.want)
	}
}

func TestCorrections(t *testing.T) {
	t.Parallel()
	var c ratelimit.Corrections
	gpt, mini := ratelimit.DeploymentKey("h", "gpt"), ratelimit.DeploymentKey("h", "mini")
	testkit.Equal(t, c.Estimate(gpt, 1000), 1000)
	for range 200 {
		c.Learn(gpt, 1000, 1300)
	}
	got := c.Estimate(gpt, 1000)
	testkit.True(t, got >= 1295 && got <= 1305, fmt.Sprint(got))
	testkit.Equal(t, c.Estimate(mini, 1000), 1000)

	for _, odd := range [][2]int64{{0, 10}, {10, 0}, {-1, -1}, {1, math.MaxInt64}, {math.MaxInt64, 1}, {1000, 4001}, {1000, 249}} {
		c.Learn(gpt, odd[0], odd[1])
	}
	testkit.Equal(t, c.Estimate(gpt, 1000), got)
	testkit.Equal(t, c.Estimate(gpt, -5), -5)
	testkit.True(t, c.Estimate(gpt, math.MaxInt64) > 0, "no overflow")

	for range 200 {
		c.Learn(gpt, 100, 390)
		c.Learn(mini, 100, 26)
	}
	testkit.Equal(t, c.Estimate(gpt, 1000), 2000)
	testkit.Equal(t, c.Estimate(mini, 1000), 500)

	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 2000 {
				key := ratelimit.DeploymentKey("h", fmt.Sprint(i, j))
				c.Learn(key, 100, 100)
				c.Estimate(key, 100)
			}
		})
	}
	group.Wait()
}
