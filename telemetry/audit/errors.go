package audit

import (
	"errors"
	"strconv"
)

// The errors of this package.
var (
	// ErrNotRecorded means that a record is not, or not surely, in the log.
	ErrNotRecorded = errors.New("audit: the event is not recorded")
	// ErrClosed means that the log is closed. It comes with ErrNotRecorded.
	ErrClosed = errors.New("audit: the log is closed")
	// ErrWriter means that the writer broke the contract of io.Writer or panicked. The log
	// is of no more use, for nobody knows what stands in it. It comes with ErrNotRecorded.
	ErrWriter = errors.New("audit: the writer broke its contract")
	// ErrTooLong means that a record would have more than MaxLine bytes. It comes with
	// ErrNotRecorded.
	ErrTooLong = errors.New("audit: the record is too long")
	// ErrConfig means that a Config cannot be used.
	ErrConfig = errors.New("audit: wrong configuration")
	// ErrTampered is what every fault is that Verify finds.
	ErrTampered = errors.New("audit: the log is not what was written")
	// ErrUnkeyed means that a log that is sealed with a key is to be verified without one.
	ErrUnkeyed = errors.New("audit: the log needs a key to be verified")
)

// A WriteError says that an event could not be written. It is ErrNotRecorded and its cause.
type WriteError struct {
	// Lost is how many events in a row are not recorded, this one included.
	Lost int
	// Err is the cause, as the writer told it.
	Err error
}

// Error leaves the text of the cause out, for a writer may put anything there.
func (e *WriteError) Error() string {
	text := ErrNotRecorded.Error()
	if e.Lost > 1 {
		text += ", nor are the " + strconv.Itoa(e.Lost-1) + " before it"
	}
	return text
}

// Unwrap gives ErrNotRecorded and the cause.
func (e *WriteError) Unwrap() []error { return []error{ErrNotRecorded, e.Err} }

// Safe marks the text as free of payload.
func (*WriteError) Safe() {}

// A Fault is what is wrong with a record.
type Fault uint8

// The faults. The zero Fault is none.
const (
	NoFault   Fault = iota
	Malformed       // the line is no record: it was changed
	Changed         // the seal does not fit the record, or the key not the log
	Dropped         // records are missing before this one
	Reordered       // a record stands before one that precedes it
	Repeated        // the record was there before
	Spliced         // the record does not belong after the one before it
	Foreign         // the record belongs to another stream, or is sealed in another way
	CutOff          // the last line has no end
	Unended         // the last record is not an end marker, and one was asked for
)

// String is the name of the fault.
func (f Fault) String() string {
	faults := [...]string{"none", "malformed", "changed", "dropped", "reordered", "repeated", "spliced", "foreign", "cut off", "no end"}
	if int(f) < len(faults) {
		return faults[f]
	}
	return faults[NoFault]
}

// A FaultError says where a log is not what was written. It is ErrTampered.
type FaultError struct {
	// Line counts from 1.
	Line  int
	Fault Fault
	// Want is the number that was due, Got the one that stands there. They are zero where
	// they say nothing.
	Want, Got uint64
}

// Error holds nothing of the log but numbers.
func (e *FaultError) Error() string {
	text := "audit: line " + strconv.Itoa(e.Line) + ": " + e.Fault.String()
	if e.Want != e.Got {
		text += ": record " + strconv.FormatUint(e.Got, 10) + " in place of " + strconv.FormatUint(e.Want, 10)
	}
	return text
}

// Unwrap gives ErrTampered.
func (*FaultError) Unwrap() error { return ErrTampered }

// Safe marks the text as free of payload.
func (*FaultError) Safe() {}
