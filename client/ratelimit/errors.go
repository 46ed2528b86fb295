package ratelimit

import (
	"context"
	"errors"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

var (
	// ErrExceeded is that a quota is used up for the moment. [ExceededError.RetryAfter]
	// says for how long.
	ErrExceeded = errors.New("ratelimit: quota exceeded")
	// ErrImpossible is that a charge is larger than a whole minute's quota, or the quota is
	// zero: waiting does not help.
	ErrImpossible = errors.New("ratelimit: charge larger than the whole quota")
	// ErrCharge is that a charge makes no sense: no key, nothing to take, a negative or
	// absurd number, a faulty quota, the same key twice, too many charges.
	ErrCharge = errors.New("ratelimit: charge not valid")
	// ErrQueueFull is that too many calls wait already. It is an ErrExceeded too.
	ErrQueueFull = errors.New("ratelimit: too many calls are waiting")
	// ErrConfig is that a configuration has faults.
	ErrConfig = errors.New("ratelimit: configuration not valid")
)

// An ExceededError says which bucket refused: errors.Is(err, [ErrExceeded]), or
// errors.Is(err, [ErrImpossible]) if waiting does not help. It names no caller.
type ExceededError struct {
	// Scope is the kind of the bucket that causes the longest wait.
	Scope Kind
	// Unit says whether its requests or its tokens are used up.
	Unit Unit
	// RetryAfter is how long until the same charges would be granted if nobody else came.
	// Zero means that waiting does not help.
	RetryAfter time.Duration
	// Charge is the position of the refused charge among those of the Take.
	Charge int
	// Shut is that the service itself refused calls to the deployment, and its time is not
	// over.
	Shut bool
	// QueueFull is that a [Queue] had no place for the call, or gave it to a more urgent
	// one: errors.Is(err, [ErrQueueFull]) too.
	QueueFull bool
}

// Error names scope and unit, and nothing of the call.
func (e *ExceededError) Error() string {
	if e.RetryAfter == 0 {
		return "ratelimit: larger than a whole minute of the " + e.Scope.String() + "'s " + e.Unit.String()
	}
	return "ratelimit: the " + e.Scope.String() + "'s " + e.Unit.String() + " per minute are used up"
}

// Unwrap gives ErrExceeded or ErrImpossible.
func (e *ExceededError) Unwrap() error {
	if e.RetryAfter == 0 {
		return ErrImpossible
	}
	return ErrExceeded
}

// Is reports whether target is ErrQueueFull and says what happened; Unwrap has the rest.
func (e *ExceededError) Is(target error) bool { return e.QueueFull && target == ErrQueueFull }

// Safe marks the text as free of payload.
func (*ExceededError) Safe() {}

// Code is the code of an error of Take: local_rate_limited, local_limit_impossible, timeout
// or canceled, and limit_store_unavailable for all else: a store that cannot answer is a
// refusal. It is empty for nil.
func Code(err error) event.Code {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrExceeded):
		return event.LocalRateLimited
	case errors.Is(err, ErrImpossible):
		return event.LocalTooBig
	case errors.Is(err, context.Canceled):
		return event.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return event.Timeout
	default:
		return event.StoreUnavailable
	}
}
