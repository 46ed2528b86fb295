package wire

import (
	"errors"
	"io"
	"strconv"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Error says why a route, a body or an event is refused.
//
// It holds a code and a position, never a byte of what it refused. An Error for input
// that ended early is io.ErrUnexpectedEOF too: errors.Is(err, io.ErrUnexpectedEOF).
type Error struct {
	// Code is the reason, from the closed list.
	Code event.Code
	// Offset is where in the body, the event's data or the stream the fault lies, in
	// bytes; of a route it is always zero.
	Offset int

	early bool
}

// Error is the code, its fixed sentence and the offset.
func (e *Error) Error() string {
	return "wire: " + string(e.Code) + ": " + e.Code.Text() + " (at byte " + strconv.Itoa(e.Offset) + ")"
}

// Safe marks the text as free of payload.
func (*Error) Safe() {}

// Is reports whether target is io.ErrUnexpectedEOF and the input ended early.
func (e *Error) Is(target error) bool {
	return e.early && target == io.ErrUnexpectedEOF
}

// inAnswer turns the code of a fault in a body into the one for a fault in an answer.
func inAnswer(err error, code event.Code) error {
	var fault *Error
	if !errors.As(err, &fault) {
		return err
	}
	if fault.Code == event.BodyTooLarge {
		code = event.ResponseTooLarge
	}
	return &Error{Code: code, Offset: fault.Offset, early: fault.early}
}
