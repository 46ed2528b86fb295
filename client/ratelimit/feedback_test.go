package ratelimit_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestReadFeedbackPause(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	date := func(after time.Duration) string { return now.Add(after).Format(http.TimeFormat) }
	const unknown = -1
	for _, test := range []struct {
		name    string
		header  http.Header
		message string
		want    time.Duration
	}{
		{"row 52: milliseconds", http.Header{"Retry-After-Ms": {"1500"}}, "", 1500 * time.Millisecond},
		{"row 52: milliseconds by another name", http.Header{"X-Ms-Retry-After-Ms": {"1500"}}, "", 1500 * time.Millisecond},
		{"row 52: seconds", http.Header{"Retry-After": {"2"}}, "", 2 * time.Second},
		{"row 52: a fraction", http.Header{"Retry-After": {"2.5"}}, "", 2500 * time.Millisecond},
		{"row 52: a date", http.Header{"Retry-After": {date(3 * time.Second)}}, "", 3 * time.Second},
		{"row 52: a date in the past", http.Header{"Retry-After": {date(-3 * time.Second)}}, "", 0},
		{"a date by the service's clock", http.Header{"Retry-After": {date(time.Hour + 3*time.Second)}, "Date": {date(time.Hour)}}, "", 3 * time.Second},
		{"row 52: negative", http.Header{"Retry-After": {"-1"}}, "", unknown},
		{"row 52: no number", http.Header{"Retry-After": {"NaN"}}, "", unknown},
		{"row 52: empty", http.Header{"Retry-After": {""}}, "", unknown},
		{"infinite", http.Header{"Retry-After": {"Inf"}}, "", unknown},
		{"hexadecimal", http.Header{"Retry-After": {"0x10"}}, "", unknown},
		{"row 52: fits no deadline", http.Header{"Retry-After": {"1e400"}}, "", 1<<62 - 1},
		{"fits no duration", http.Header{"Retry-After": {"1e300"}}, "", 1<<62 - 1},
		{"row 52: two values", http.Header{"Retry-After": {"-1", "4", "9"}}, "", 4 * time.Second},
		{"row 52: both units", http.Header{"Retry-After": {"2"}, "Retry-After-Ms": {"1500"}}, "", 1500 * time.Millisecond},
		{"a bad one and a good one", http.Header{"Retry-After": {"2"}, "Retry-After-Ms": {"soon"}}, "", 2 * time.Second},
		{"reset only", http.Header{"X-Ratelimit-Reset-Tokens": {"1m30s"}, "X-Ratelimit-Reset-Requests": {"6ms"}}, "", 90 * time.Second},
		{"reset in seconds, by another name", http.Header{"X-Rate-Limit-Reset-Tokens": {"7"}}, "", 7 * time.Second},
		{"reset without sense", http.Header{"X-Ratelimit-Reset-Tokens": {"-5s", "0", "x"}}, "", unknown},
		{"a message", nil, "Requests have exceeded the token rate limit of your tier. Please retry after 7 seconds.", 7 * time.Second},
		{"a message in milliseconds", nil, "Rate limit reached. Please try again in 350ms.", 350 * time.Millisecond},
		{"a message in minutes is not guessed", nil, "Please try again in 3m20s.", unknown},
		{"a message without a number", nil, "Please retry after a while.", unknown},
		{"a message that is not read to its end", nil, strings.Repeat(" ", 5000) + "retry after 7 seconds", unknown},
		{"nothing", nil, "", unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := ratelimit.ReadFeedback(http.StatusTooManyRequests, test.header, []byte(test.message), now)
			testkit.Equal(t, f.Timed, test.want != unknown)
			if f.Timed {
				testkit.Equal(t, f.RetryAfter, test.want)
			}
			ok := ratelimit.ReadFeedback(http.StatusOK, test.header, []byte(test.message), now)
			testkit.True(t, !ok.Timed && ok.Cause == ratelimit.NotRefused, "an answer asks for no pause")
		})
	}
}

func TestReadFeedbackCause(t *testing.T) {
	t.Parallel()
	pause := http.Header{"Retry-After": {"1"}}
	for _, test := range []struct {
		name    string
		status  int
		header  http.Header
		message string
		want    ratelimit.Cause
	}{
		{"row 59: quota", 429, pause, "Requests to this deployment have exceeded the token rate limit.", ratelimit.OverQuota},
		{"row 59: capacity", 429, pause, "The system is experiencing High Demand.", ratelimit.OverloadedService},
		{"temporarily", 429, nil, "The server is temporarily unable to process your request.", ratelimit.OverloadedService},
		{"no word", 429, nil, "", ratelimit.OverQuota},
		{"503 with a time", 503, pause, "", ratelimit.OverloadedService},
		{"503 without", 503, nil, "", ratelimit.NotRefused},
		{"another status", 400, pause, "exceeded the token rate limit", ratelimit.NotRefused},
	} {
		testkit.Equal(t, ratelimit.ReadFeedback(test.status, test.header, []byte(test.message), time.Now()).Cause, test.want)
	}
}

func TestReadFeedbackFigures(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"": -1, "-1": -1, "0": -1, "x": -1, "1e3": -1, "99999999999999999999": -1, "1000000000001": -1, " 240000 ": 240_000} {
		h := http.Header{"X-Ratelimit-Limit-Tokens": {text}, "X-Ratelimit-Limit-Requests": {text}}
		f := ratelimit.ReadFeedback(http.StatusOK, h, nil, time.Now())
		testkit.Equal(t, f.LimitTokens, want)
		testkit.Equal(t, f.LimitRequests, want)
		testkit.Equal(t, f.RemainingTokens, -1)
	}
	h := http.Header{"X-Ratelimit-Remaining-Tokens": {"0"}, "X-Ratelimit-Remaining-Requests": {"-1", "5"}}
	f := ratelimit.ReadFeedback(http.StatusOK, h, nil, time.Now())
	testkit.Equal(t, f.RemainingTokens, 0)
	testkit.Equal(t, f.RemainingRequests, 5)
}

// FuzzReadFeedback: whatever a service sends, no time and no figure is negative.
func FuzzReadFeedback(f *testing.F) {
	f.Add("1500", "2", "240000", "1m30s", "retry after 7 seconds")
	f.Add("1e400", "Wed, 25 Nov 2026 12:00:00 GMT", "-1", "-1s", "again in .... s")
	f.Fuzz(func(t *testing.T, ms, s, n, reset, message string) {
		h := http.Header{"Retry-After-Ms": {ms}, "Retry-After": {s}, "X-Ratelimit-Limit-Tokens": {n}, "X-Ratelimit-Remaining-Tokens": {n}, "X-Ratelimit-Reset-Tokens": {reset}}
		got := ratelimit.ReadFeedback(http.StatusTooManyRequests, h, []byte(message), time.Now())
		testkit.True(t, got.RetryAfter >= 0 && (got.Timed || got.RetryAfter == 0), "a time is not negative")
		testkit.True(t, got.LimitTokens == -1 || got.LimitTokens > 0, "a limit is positive")
		testkit.True(t, got.RemainingTokens >= -1, "what is left is not negative")
	})
}
