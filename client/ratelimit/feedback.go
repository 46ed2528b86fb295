package ratelimit

import (
	"bytes"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// A Cause is why the service refused.
type Cause uint8

// The causes.
const (
	NotRefused Cause = iota
	OverQuota        // the deployment's tokens or requests per minute: slowing down helps
	OverloadedService
)

// A Feedback is what an answer of the service says about its limits. A figure below zero is
// not known.
type Feedback struct {
	// Cause is why the call was refused, if it was.
	Cause Cause
	// RetryAfter is how long the service wants to be left alone, if Timed.
	RetryAfter time.Duration
	Timed      bool
	// What the service grants per minute, and what it says is left of it.
	LimitRequests, LimitTokens         int64
	RemainingRequests, RemainingTokens int64
}

// farAway is a wait that no deadline outlasts.
const farAway = time.Duration(math.MaxInt64 / 2)

// ReadFeedback reads status and headers of an answer, and the message of its error, of
// which nothing is kept. Nothing in it is trusted to make sense: what is missing, zero,
// negative or no number is not known (values of -1 and 0 were seen in the wild: openai-dotnet
// issue 838), and of several values of a header the first that makes sense counts.
//
// The time to wait is, in this order, that of retry-after-ms, x-ms-retry-after-ms,
// Retry-After in seconds or as a date (RFC 9110, section 10.2.3), the longest of the
// x-ratelimit-reset headers, and what the message says. A date is read by the service's own
// clock if it sends one.
func ReadFeedback(status int, header http.Header, message []byte, now time.Time) Feedback {
	f := Feedback{
		LimitRequests:     figure(header, "X-Ratelimit-Limit-Requests", 1),
		LimitTokens:       figure(header, "X-Ratelimit-Limit-Tokens", 1),
		RemainingRequests: figure(header, "X-Ratelimit-Remaining-Requests", 0),
		RemainingTokens:   figure(header, "X-Ratelimit-Remaining-Tokens", 0),
	}
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return f
	}
	f.RetryAfter, f.Timed = pause(header, now)
	switch {
	case status == http.StatusServiceUnavailable && !f.Timed:
		return f
	case status == http.StatusServiceUnavailable, says(message, "high demand"), says(message, "temporarily unable"), says(message, "no capacity"):
		f.Cause = OverloadedService
	default:
		f.Cause = OverQuota
	}
	if !f.Timed {
		f.RetryAfter, f.Timed = reset(header)
	}
	if !f.Timed {
		f.RetryAfter, f.Timed = told(message)
	}
	return f
}

// figure is the first value of a header that is a number of at least least, or -1.
func figure(header http.Header, name string, least int64) int64 {
	for _, text := range header.Values(name) {
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil && n >= least && n <= MaxPerMinute {
			return n
		}
	}
	return -1
}

// pause is the wait that a header asks for.
func pause(header http.Header, now time.Time) (time.Duration, bool) {
	for _, name := range []string{"Retry-After-Ms", "X-Ms-Retry-After-Ms"} {
		for _, text := range header.Values(name) {
			if d, ok := amount(text, time.Millisecond); ok {
				return d, true
			}
		}
	}
	for _, text := range header.Values("Retry-After") {
		if d, ok := amount(text, time.Second); ok {
			return d, true
		}
		if at, err := http.ParseTime(strings.TrimSpace(text)); err == nil {
			if sent, err := http.ParseTime(header.Get("Date")); err == nil {
				now = sent
			}
			return max(at.Sub(now), 0), true
		}
	}
	return 0, false
}

// reset is the longest of the times after which a counter is said to be whole again. They
// are written as "6ms", "1m30s" or seconds; one name was seen with another hyphen
// (openai-python issue 937).
func reset(header http.Header) (longest time.Duration, ok bool) {
	for _, name := range []string{"X-Ratelimit-Reset-Tokens", "X-Ratelimit-Reset-Requests", "X-Rate-Limit-Reset-Tokens"} {
		for _, text := range header.Values(name) {
			d, good := amount(text, time.Second)
			if !good {
				parsed, err := time.ParseDuration(strings.TrimSpace(text))
				d, good = parsed, err == nil && parsed > 0
			}
			if good && d > 0 {
				longest, ok = max(longest, d), true
			}
		}
	}
	return longest, ok
}

// amount reads a plain decimal number of units that is not negative.
func amount(text string, unit time.Duration) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if text == "" || strings.Trim(text, "0123456789.eE+-") != "" {
		return 0, false // no Inf, NaN, hexadecimal
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case math.IsInf(n, 1) || err == nil && n*float64(unit) >= float64(farAway):
		return farAway, true
	case err != nil || n < 0:
		return 0, false
	}
	return time.Duration(n * float64(unit)), true
}

// maxMessage is how much of a message is looked at.
const maxMessage = 4 << 10

// told finds the wait in messages such as "Please retry after 7 seconds." and "Try again in
// 350 ms" (Azure OpenAI and OpenAI error texts, 2026-11).
func told(message []byte) (time.Duration, bool) {
	text := strings.ToLower(string(message[:min(len(message), maxMessage)]))
	for _, phrase := range []string{"retry after ", "again in "} {
		_, rest, ok := strings.Cut(text, phrase)
		if !ok {
			continue
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if end <= 0 {
			continue
		}
		unit := time.Second
		if after := strings.TrimLeft(rest[end:], " "); strings.HasPrefix(after, "ms") || strings.HasPrefix(after, "milli") {
			unit = time.Millisecond
		} else if !strings.HasPrefix(after, "s") {
			continue
		}
		if d, ok := amount(strings.TrimRight(rest[:end], "."), unit); ok {
			return d, true
		}
	}
	return 0, false
}

// says reports whether the message has a phrase, in whatever case.
func says(message []byte, phrase string) bool {
	return bytes.Contains(bytes.ToLower(message[:min(len(message), maxMessage)]), []byte(phrase))
}
