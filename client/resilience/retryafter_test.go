package resilience_test

import (
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const (
	ms    = "Retry-After-Ms"
	msAlt = "X-Ms-Retry-After-Ms"
	sec   = "Retry-After"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	const none = time.Duration(-1)
	date := func(d time.Duration) string { return noon.Add(d).Format(http.TimeFormat) }
	for _, test := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"none", nil, none},
		{"ms", http.Header{ms: {"1500"}}, 1500 * time.Millisecond},
		{"x-ms", http.Header{msAlt: {"1500"}}, 1500 * time.Millisecond},
		{"seconds", http.Header{sec: {"2"}}, 2 * time.Second},
		{"fraction", http.Header{sec: {"2.5"}}, 2500 * time.Millisecond},
		{"zero", http.Header{sec: {"0"}}, 0},
		{"date", http.Header{sec: {date(3 * time.Second)}}, 3 * time.Second},
		{"date in the past", http.Header{sec: {date(-3 * time.Second)}}, 0},
		{"date for milliseconds", http.Header{ms: {date(3 * time.Second)}}, none},
		{"negative", http.Header{sec: {"-1"}}, none},
		{"negative zero", http.Header{sec: {"-0"}}, none},
		{"NaN", http.Header{sec: {"NaN"}}, none},
		{"Inf", http.Header{sec: {"Inf"}}, none},
		{"empty", http.Header{sec: {""}}, none},
		{"spaces", http.Header{sec: {" 2 "}}, 2 * time.Second},
		{"words", http.Header{sec: {"soon"}}, none},
		{"hexadecimal", http.Header{sec: {"0x10"}}, none},
		{"underscore", http.Header{sec: {"1_0"}}, none},
		{"two numbers", http.Header{sec: {"1 2"}}, none},
		{"huge", http.Header{sec: {"1e400"}}, math.MaxInt64},
		{"large", http.Header{sec: {"1e12"}}, math.MaxInt64},
		{"tiny", http.Header{sec: {"1e-400"}}, 0},
		{"two values", http.Header{sec: {"x", "3", "4"}}, 3 * time.Second},
		{"two values in one", http.Header{sec: {"-1, 3"}}, 3 * time.Second},
		{"ms before s", http.Header{sec: {"9"}, ms: {"1500"}}, 1500 * time.Millisecond},
		{"ms before x-ms", http.Header{msAlt: {"9"}, ms: {"1500"}}, 1500 * time.Millisecond},
		{"s when ms is no number", http.Header{sec: {"9"}, ms: {"-1"}}, 9 * time.Second},
	} {
		t.Run("row 52: "+test.name, func(t *testing.T) {
			t.Parallel()
			got, ok := resilience.RetryAfter(test.header, noon)
			if test.want == none {
				testkit.True(t, !ok && got == 0, "ignored")
				return
			}
			testkit.True(t, ok, "understood")
			testkit.Equal(t, got, test.want)
		})
	}
}

// FuzzRetryAfter: a wait is never negative, and a value alone means the same in both
// millisecond headers.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "2", "2.5", "-1", "NaN", "1e400", "1e-400", "Mon, 23 Nov 2026 12:00:03 GMT", "1, 2", "0x1p4", "9223372036854775807"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wait, ok := resilience.RetryAfter(http.Header{sec: {value}}, noon)
		testkit.True(t, wait >= 0 && (ok || wait == 0), "not negative, and zero if not understood")
		one, ok1 := resilience.RetryAfter(http.Header{ms: {value}}, noon)
		two, ok2 := resilience.RetryAfter(http.Header{msAlt: {value}}, noon)
		testkit.True(t, one == two && ok1 == ok2 && one >= 0, "the same")
		testkit.True(t, one <= wait || !ok1, "milliseconds are no longer than seconds")
	})
}
