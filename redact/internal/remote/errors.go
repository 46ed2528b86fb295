package remote

import (
	"errors"
	"strconv"
)

// ErrAnswer is the cause of every [*Error].
var ErrAnswer = errors.New("remote: no usable answer of a detector's service")

// An Error says what was wrong with an answer. errors.Is(err, ErrAnswer).
type Error struct {
	Reason string
	Status int   // of HTTP; 0: none
	Err    error // of the transport; not told
}

// Error holds reason and status, and nothing that the service has said.
func (e *Error) Error() string {
	text := ErrAnswer.Error() + ": " + e.Reason
	if e.Status != 0 {
		text += " " + strconv.Itoa(e.Status)
	}
	return text
}

// Unwrap returns ErrAnswer and the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrAnswer}
	}
	return []error{ErrAnswer, e.Err}
}

// Safe marks the text as free of payload.
func (*Error) Safe() {}
