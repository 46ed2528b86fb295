package redact

import (
	"errors"
	"strconv"

	"github.com/sallyport-go/sallyport/redact/detect"
)

var (
	// ErrConfig is the cause of every fault in a [Config].
	ErrConfig = errors.New("redact: invalid configuration")
	// ErrRefused says that a text holds a value of a kind that must not leave at all.
	ErrRefused = errors.New("redact: a value of a refused kind")
	// ErrTooMany says that a session has seen more different values than it may keep.
	ErrTooMany = errors.New("redact: too many values in one session")
	// ErrDetector says that a text could not be looked at, see [DetectorError].
	ErrDetector = errors.New("redact: a detector has failed")
	// ErrSealed says that sealed bytes are not a session of the scope under the key.
	ErrSealed = errors.New("redact: sealed session does not open")
	// ErrStore says that a [Store] of sessions has failed.
	ErrStore = errors.New("redact: the store of sessions has failed")
)

// A FieldError is one fault in a [Config]. errors.Is(err, ErrConfig).
type FieldError struct {
	Path   string // such as "Kinds[2]"
	Reason string
}

// Error holds the path and the reason, and no value of the field.
func (e *FieldError) Error() string { return "redact: " + e.Path + ": " + e.Reason }

// Unwrap returns ErrConfig.
func (*FieldError) Unwrap() error { return ErrConfig }

// Safe marks the text as free of payload.
func (*FieldError) Safe() {}

// A RefusedError names the kind whose action is [Refuse]. errors.Is(err, ErrRefused).
type RefusedError struct {
	Kind detect.Kind
}

// Error holds the kind, never the value.
func (e *RefusedError) Error() string { return ErrRefused.Error() + ": " + string(e.Kind) }

// Unwrap returns ErrRefused.
func (*RefusedError) Unwrap() error { return ErrRefused }

// Safe marks the text as free of payload.
func (*RefusedError) Safe() {}

// A LimitError says how many values a session may keep. errors.Is(err, ErrTooMany).
type LimitError struct {
	MaxValues int
}

// Error holds the limit.
func (e *LimitError) Error() string {
	return ErrTooMany.Error() + ": the limit is " + strconv.Itoa(e.MaxValues)
}

// Unwrap returns ErrTooMany.
func (*LimitError) Unwrap() error { return ErrTooMany }

// Safe marks the text as free of payload.
func (*LimitError) Safe() {}
