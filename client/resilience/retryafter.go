package resilience

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter returns how long the service asks to wait, and whether it asks at all.
//
// It reads Retry-After-Ms, then X-Ms-Retry-After-Ms, both in milliseconds and sent by
// Azure OpenAI, then Retry-After, in seconds or as an HTTP date (RFC 9110, section
// 10.2.3). The first value that can be understood counts; fractions are understood, dates
// in the past mean zero. What is negative or no number is ignored. A number too large for
// a Duration gives the longest one, which fits no deadline.
func RetryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	for _, field := range [...]struct {
		name string
		unit time.Duration
	}{
		{"Retry-After-Ms", time.Millisecond},
		{"X-Ms-Retry-After-Ms", time.Millisecond},
		{"Retry-After", time.Second},
	} {
		for _, value := range h[field.name] {
			if wait, ok := hint(value, field.unit, now); ok {
				return wait, true
			}
		}
	}
	return 0, false
}

// hint reads one header value, or the first sensible one of a list that a proxy has joined.
// Only seconds may also be dates.
func hint(value string, unit time.Duration, now time.Time) (time.Duration, bool) {
	const longest = 256
	if len(value) > longest {
		return 0, false
	}
	value = strings.TrimSpace(value)
	if wait, ok := number(value, unit); ok {
		return wait, true
	}
	if unit == time.Second {
		if date, err := http.ParseTime(value); err == nil {
			return max(0, date.Sub(now)), true
		}
	}
	for part := range strings.SplitSeq(value, ",") {
		if wait, ok := number(strings.TrimSpace(part), unit); ok {
			return wait, true
		}
	}
	return 0, false
}

// number reads a decimal number without a sign, rounded up to a whole nanosecond.
func number(text string, unit time.Duration) (time.Duration, bool) {
	if text == "" || text[0] < '0' || text[0] > '9' || strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(n, 1) {
		return 0, false
	}
	if n *= float64(unit); n >= math.MaxInt64 {
		return math.MaxInt64, true
	}
	return time.Duration(math.Ceil(n)), true
}
