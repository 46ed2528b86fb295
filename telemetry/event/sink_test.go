package event_test

import (
	"context"
	"errors"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

type sinkFunc func(event.Event) error

func (f sinkFunc) Record(_ context.Context, e event.Event) error { return f(e) }

func TestSinks(t *testing.T) {
	t.Parallel()
	errDisk, errNet := errors.New("disk"), errors.New("net")
	var took []string
	sink := func(name string, err error) event.Sink {
		return sinkFunc(func(e event.Event) error {
			took = append(took, name+":"+string(e.Name))
			return err
		})
	}
	panics := sinkFunc(func(event.Event) error { panic("canary") })
	all := event.Sinks(sink("a", errDisk), nil, panics, sink("b", errNet), sink("c", nil), event.Discard{})
	err := all.Record(t.Context(), event.Event{Name: event.AuthFailed})
	for _, target := range []error{errDisk, errNet, event.ErrSinkPanicked} {
		testkit.ErrorIs(t, err, target)
	}
	testkit.DeepEqual(t, took, []string{"a:auth.failed", "b:auth.failed", "c:auth.failed"})
	testkit.NoError(t, event.Sinks().Record(t.Context(), event.Event{}))
}
