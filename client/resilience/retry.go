package resilience

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ErrConfig is that a configuration has faults.
var ErrConfig = errors.New("resilience: configuration not valid")

// A RetryConfig says how often [Retry] tries again. The zero value of each field is its
// default; faulty values are reported by Validate, and a Retry made of them does not retry.
type RetryConfig struct {
	// MaxAttempts is how often a call is sent at most. Zero is 3; 1 never retries.
	MaxAttempts int
	// MaxWait is the longest wait before an attempt. If the service asks for more, its
	// answer goes to the caller at once. Zero is 10 s.
	MaxWait time.Duration
	// BudgetRatio is how many retries each call pays for. Zero is 0.1.
	BudgetRatio float64
	// BudgetPerSecond is how many retries each second pays for, per endpoint. Zero is 1. It
	// counts per process: with many replicas it should be divided by their number.
	BudgetPerSecond float64
	// Repeatable reports whether a call may be sent again although it may have been acted
	// upon. Nil means chat, completions, embeddings, models and moderations as
	// [policy.CallOf] names them; all else is sent again only if it surely was not.
	Repeatable func(*http.Request) bool
}

// Validate reports every fault of c: errors.Is(err, [ErrConfig]).
func (c RetryConfig) Validate() error {
	const most = 10
	var faults []error
	if c.MaxAttempts < 0 || c.MaxAttempts > most {
		faults = append(faults, fmt.Errorf("%w: MaxAttempts is not between 0 and %d", ErrConfig, most))
	}
	if c.MaxWait < 0 {
		faults = append(faults, fmt.Errorf("%w: MaxWait is negative", ErrConfig))
	}
	if !(c.BudgetRatio >= 0 && c.BudgetRatio <= 1) {
		faults = append(faults, fmt.Errorf("%w: BudgetRatio is not between 0 and 1", ErrConfig))
	}
	if !(c.BudgetPerSecond >= 0 && c.BudgetPerSecond <= math.MaxInt32) {
		faults = append(faults, fmt.Errorf("%w: BudgetPerSecond is not between 0 and %d", ErrConfig, math.MaxInt32))
	}
	return errors.Join(faults...)
}

// An InterruptedError is that the caller gave up while a call waited for its next attempt.
// It unwraps to the error and the cause of the context, and to the error of the last
// attempt if that had one.
type InterruptedError struct {
	// Attempts is how often the call was sent.
	Attempts int
	// Status is that of the last answer, or zero if there was none.
	Status int

	errs []error
}

// Error names the number of attempts and the last status.
func (e *InterruptedError) Error() string {
	return fmt.Sprintf("resilience: interrupted after %d attempts, last status %d", e.Attempts, e.Status)
}

// Unwrap gives the errors that the type's comment names.
func (e *InterruptedError) Unwrap() []error {
	return slices.DeleteFunc(slices.Clone(e.errs), func(err error) bool { return err == nil })
}

// Safe marks the text as free of payload.
func (*InterruptedError) Safe() {}

const (
	minLeft  = time.Second // an attempt with less time left is not made
	minDelay = 500 * time.Millisecond
	maxDelay = 8 * time.Second
	minSpray = time.Second // jitter on top of what the service asks for
)

type retry struct {
	cfg     RetryConfig
	began   time.Time
	budgets *endpoints[*budget]
}

// Retry returns the policy that sends a call again while that is right; the package comment
// says when. Each attempt gets a clone of the request, so what a policy below adds to one
// attempt is not on the next. The answer of a failed attempt is drained and closed.
//
// It starts no goroutine that outlives a call, needs no closing, and is safe for
// concurrent use.
func Retry(cfg RetryConfig) policy.Policy {
	if cfg.Validate() != nil {
		cfg = RetryConfig{MaxAttempts: 1}
	}
	if cfg.MaxAttempts == 0 {
		cfg.MaxAttempts = 3
	}
	if cfg.MaxWait == 0 {
		cfg.MaxWait = 10 * time.Second
	}
	if cfg.BudgetRatio == 0 {
		cfg.BudgetRatio = 0.1
	}
	if cfg.BudgetPerSecond == 0 {
		cfg.BudgetPerSecond = 1
	}
	if cfg.Repeatable == nil {
		cfg.Repeatable = repeatable
	}
	return &retry{cfg: cfg, began: time.Now(), budgets: newEndpoints(newBudget)}
}

var _ policy.Policy = (*retry)(nil)

// Do sends req up to MaxAttempts times.
func (r *retry) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	ctx := req.Context()
	funds := r.budgets.of(req.URL.Host)
	funds.deposit(&r.cfg, time.Since(r.began))
	delay, leave := minDelay, false
	for attempt := 1; ; attempt++ {
		try, err := again(req, attempt)
		if err != nil {
			return nil, err
		}
		resp, err := next(try)
		if !replayable(req) || !r.mayPass(req, resp, err) {
			return resp, err
		}
		if attempt == r.cfg.MaxAttempts {
			return exhausted(attempt, resp, err)
		}
		if !leave && errors.Is(err, policy.ErrUnprocessed) {
			// A server that takes leave does so to every call on the connection at once. That
			// is no sign of trouble, so the first time costs neither a wait nor the budget.
			leave = true
			continue
		}
		wait, asked := pause(resp, &delay)
		room := r.longest(ctx) - wait
		if room < 0 || !funds.withdraw(&r.cfg, time.Since(r.began)) {
			return resp, err
		}
		if asked {
			wait += spray(wait, room)
		}
		status := discard(resp)
		if !sleep(ctx, wait) {
			return nil, &InterruptedError{Attempts: attempt, Status: status, errs: []error{ctx.Err(), context.Cause(ctx), err}}
		}
	}
}

// exhausted is how a call ends whose last attempt might have been followed by another. The
// answer of the service is the caller's, as ever, and so is an error that is about the way to
// it: nothing was sent.
func exhausted(attempts int, resp *http.Response, err error) (*http.Response, error) {
	if err == nil || attempts == 1 || errors.Is(err, policy.ErrUnsent) {
		return resp, err
	}
	return nil, policy.Refuse("retry", event.RetriesExhausted, &ExhaustedError{attempts, err})
}

// An ExhaustedError is that a call failed as often as it may be sent. It unwraps to the
// error of the last attempt.
type ExhaustedError struct {
	// Attempts is how often the call was sent.
	Attempts int
	// Err is the error of the last attempt.
	Err error
}

// Error names the number of attempts and, if it is a refusal, the error of the last.
func (e *ExhaustedError) Error() string {
	text := fmt.Sprintf("resilience: %d attempts failed", e.Attempts)
	var refusal *policy.RefusalError
	if errors.As(e.Err, &refusal) {
		text += ", the last: " + refusal.Error()
	}
	return text
}

// Unwrap gives the error of the last attempt.
func (e *ExhaustedError) Unwrap() error { return e.Err }

// Safe marks the text as free of payload.
func (*ExhaustedError) Safe() {}

// mayPass reports whether the same call may succeed later, and may be made.
func (r *retry) mayPass(req *http.Request, resp *http.Response, err error) bool {
	if err != nil {
		var refusal *policy.RefusalError
		return errors.As(err, &refusal) && refusal.Code == event.ConnectFailure && (errors.Is(err, policy.ErrUnsent) || errors.Is(err, policy.ErrUnprocessed) || r.cfg.Repeatable(req))
	}
	if resp.StatusCode >= http.StatusBadRequest && resp.Header.Get("X-Should-Retry") == "false" {
		return false
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusServiceUnavailable:
		if _, ok := RetryAfter(resp.Header, time.Now()); ok {
			return true // it says so itself: not now
		}
		return r.cfg.Repeatable(req)
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusGatewayTimeout:
		return r.cfg.Repeatable(req)
	}
	return false
}

func repeatable(req *http.Request) bool {
	call, _ := policy.CallOf(req.Context())
	switch call.Operation {
	case "chat", "completions", "embeddings", "models", "moderations":
		return true
	}
	return false
}
