package policy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ErrRefused is what every refusal is: errors.Is(err, ErrRefused).
var ErrRefused = errors.New("policy: refused")

// ErrUnsent accompanies the cause of a refusal if no byte of the request's body has left:
// sending the call again then cannot make it happen twice.
var ErrUnsent = errors.New("policy: nothing was sent")

// ErrUnprocessed accompanies the cause of a refusal if the server has said that it did
// nothing about the request, as HTTP/2 lets it do when it takes leave (RFC 9113, 8.7).
var ErrUnprocessed = errors.New("policy: the server did not process it")

// ErrContract is the cause when a policy breaks the contract of this package: it
// returned nothing, or a response beside an error, or panicked.
var ErrContract = errors.New("policy: a policy broke its contract")

// errNilPolicy is the refusal of a nil Func.
var errNilPolicy error = &RefusalError{Policy: "nil", Code: event.PolicyFailed, Err: ErrContract}

// A RefusalError says who stopped a call and why.
//
// Its text is made of the policy's name and the code's fixed sentence. The text of Err is
// added only if Err promises, with a method Safe(), to hold nothing of the call.
type RefusalError struct {
	// Policy is the name of the step that refused, such as "gate".
	Policy string
	// Code is the reason, from the closed list.
	Code event.Code
	// RetryAfter is how long to wait before a new try can succeed. Zero means that
	// waiting does not help, or that nobody knows.
	RetryAfter time.Duration
	// Err is the cause, or nil.
	Err error
}

// Refuse returns the refusal of the named policy.
func Refuse(policy string, code event.Code, err error) *RefusalError {
	return &RefusalError{Policy: policy, Code: code, Err: err}
}

// Error holds nothing of prompt, answer, URL or credential.
func (e *RefusalError) Error() string {
	text := "sallyport: refused by " + e.Policy + ": " + string(e.Code) + ": " + e.Code.Text()
	var safe interface {
		error
		Safe()
	}
	if errors.As(e.Err, &safe) {
		text += ": " + safe.Error()
	}
	if e.RetryAfter > 0 {
		text += "; retry after " + e.RetryAfter.Round(time.Millisecond).String()
	}
	return text
}

// Format prints Error under every verb, quoted for %q: fmt would otherwise walk into the
// cause, whose fields may hold anything.
func (e *RefusalError) Format(f fmt.State, verb rune) {
	text := e.Error()
	if verb == 'q' {
		text = strconv.Quote(text)
	}
	_, _ = io.WriteString(f, text)
}

// Unwrap gives ErrRefused and the cause.
func (e *RefusalError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrRefused}
	}
	return []error{ErrRefused, e.Err}
}

// Safe marks the text as free of payload.
func (*RefusalError) Safe() {}

// Timeout reports whether the call ran out of time, as net.Error has it.
func (e *RefusalError) Timeout() bool { return e.Code.IsTimeout() }

// Temporary reports whether the same call may succeed later, as net.Error has it.
func (e *RefusalError) Temporary() bool { return e.RetryAfter > 0 }

var (
	_ net.Error     = (*RefusalError)(nil)
	_ fmt.Formatter = (*RefusalError)(nil)
)

// CodeOf is the code of err: that of the refusal in it, or canceled, timeout, or _OTHER.
// It is empty for nil.
func CodeOf(err error) event.Code {
	if err == nil {
		return ""
	}
	var refusal *RefusalError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &refusal):
		return refusal.Code
	case errors.Is(err, context.Canceled):
		return event.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return event.Timeout
	case errors.As(err, &timeout) && timeout.Timeout():
		return event.Timeout
	default:
		return event.Other
	}
}
