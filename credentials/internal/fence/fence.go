// Package fence stands between an Azure SDK and the transport.
//
// An SDK decides by itself which host it talks to, wraps errors until nobody finds the
// cause, tries again what cannot succeed, and reads answers without a limit. A fence
// checks where each request goes and what comes back, keeps the cause where the caller can
// find it, ends retries of refusals, and cuts answers off.
package fence

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// MaxAnswer is how many bytes of an answer are read. What is longer is cut off, so that it
// cannot be parsed. Tokens and secrets (25 KB at most) are far below.
const MaxAnswer = 1 << 20

// New fences a transport: a request goes out if allow says nil, and its answer comes back
// if answer, unless it is nil, says nil. Errors of both should be safe to print.
func New(transport policy.Transporter, allow func(*http.Request) error, answer func(*http.Response) error) policy.Transporter {
	return &fence{transport, allow, answer}
}

type fence struct {
	transport policy.Transporter
	allow     func(*http.Request) error
	answer    func(*http.Response) error
}

// Do sends request if it may go.
func (f *fence) Do(request *http.Request) (*http.Response, error) {
	trace := traceOf(request.Context())
	trace.begun()
	if err := f.allow(request); err != nil {
		return nil, trace.failed(err)
	}
	response, err := f.transport.Do(request)
	if err != nil {
		return nil, trace.failed(err)
	}
	trace.answered(response)
	if f.answer != nil {
		if err := f.answer(response); err != nil {
			_ = response.Body.Close()
			return nil, trace.failed(err)
		}
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(response.Body, MaxAnswer), response.Body}
	return response, nil
}

// A Trace is what the fence saw of one call of the SDK. It is safe for concurrent use.
type Trace struct {
	mu     sync.Mutex
	status int
	wait   time.Duration
	skew   time.Duration
	cause  error
}

type traceKey struct{}

// WithTrace returns a context whose requests are traced.
func WithTrace(ctx context.Context) (context.Context, *Trace) {
	t := &Trace{}
	return context.WithValue(ctx, traceKey{}, t), t
}

// traceOf is never nil, so that nobody has to ask.
func traceOf(ctx context.Context) *Trace {
	if t, ok := ctx.Value(traceKey{}).(*Trace); ok {
		return t
	}
	return &Trace{}
}

// Status is the status of the last answer, or zero if the last request had none.
func (t *Trace) Status() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.status
}

// Skew is how far the clock of the last peer that told its time is ahead of ours.
func (t *Trace) Skew() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.skew
}

// RetryAfter is the wait that the last answer asked for, or zero.
func (t *Trace) RetryAfter() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.wait
}

// Cause is the error that ended the last request, if its text is safe to print; else nil.
func (t *Trace) Cause() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cause
}

// begun forgets the request before.
func (t *Trace) begun() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status, t.wait, t.cause = 0, 0, nil
}

func (t *Trace) answered(response *http.Response) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.status, t.wait = response.StatusCode, retryAfter(response.Header, now)
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		t.skew = date.Sub(now)
	}
}

// retryAfter reads the fields that Azure uses, the finest first: milliseconds, seconds, and
// a date (RFC 9110, section 10.2.3). What cannot be read is no wait; what is absurd is the
// longest that can be said.
func retryAfter(header http.Header, now time.Time) time.Duration {
	for _, field := range []string{"Retry-After-Ms", "X-Ms-Retry-After-Ms"} {
		if n, ok := number(header.Get(field)); ok {
			return times(n, time.Millisecond)
		}
	}
	text := header.Get("Retry-After")
	if n, ok := number(text); ok {
		return times(n, time.Second)
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}

// number reads digits; more of them than fit are the largest number.
func number(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}

func times(n uint64, unit time.Duration) time.Duration {
	if most := uint64(math.MaxInt64 / unit); n > most {
		n = most
	}
	return time.Duration(n) * unit
}

// failed remembers err and returns it in a form that is not tried again, if it is a
// refusal: its text is safe, and it will be the same next time.
func (t *Trace) failed(err error) error {
	var safe interface {
		error
		Safe()
	}
	if !errors.As(err, &safe) {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.cause = safe
	return permanent{safe}
}

// permanent has the method by which azcore v1.24.0 knows what not to try again.
type permanent struct{ error }

func (permanent) NonRetriable() {}

// Unwrap gives the refusal.
func (p permanent) Unwrap() error { return p.error }
