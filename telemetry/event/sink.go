package event

import (
	"context"
	"errors"
)

// A Sink takes events. An error means that the event may not be on record, and is a
// reason to refuse the call. A Sink is safe for concurrent use and keeps the slices of an
// Event unchanged.
type Sink interface {
	Record(ctx context.Context, e Event) error
}

// ErrSinkPanicked is the error of a sink that panicked.
var ErrSinkPanicked = errors.New("event: a sink panicked")

// Sinks returns a Sink that gives each event to every sink in turn. One that fails or
// panics does not keep the others from it; the errors are joined. Nil sinks are left out.
func Sinks(sinks ...Sink) Sink {
	var all fan
	for _, s := range sinks {
		if s != nil {
			all = append(all, s)
		}
	}
	return all
}

type fan []Sink

var _ Sink = fan(nil)

// Record gives e to every sink.
func (f fan) Record(ctx context.Context, e Event) error {
	var errs []error
	for _, s := range f {
		if err := record(ctx, s, e); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// record turns a panic into an error without its text, which may hold anything.
func record(ctx context.Context, s Sink, e Event) (err error) {
	defer func() {
		if recover() != nil {
			err = ErrSinkPanicked
		}
	}()
	return s.Record(ctx, e)
}

// Discard is a Sink that forgets.
type Discard struct{}

var _ Sink = Discard{}

// Record does nothing.
func (Discard) Record(context.Context, Event) error { return nil }
