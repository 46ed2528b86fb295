package stage

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An observedBody sees the end of an answer, whichever way it comes. It may be closed while
// a Read is waiting, as SDKs do when their context ends: closing what is below ends the Read,
// and only then is the call finished.
type observedBody struct {
	body io.ReadCloser
	ctx  context.Context //nolint:containedctx // the record needs the call's context
	x    *Exchange

	closing atomic.Bool
	mu      sync.Mutex // held by Read, and by Close once the body below is closed
	err     error      // what every further Read returns
}

var _ io.ReadCloser = (*observedBody)(nil)

func (b *observedBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.body.Read(p)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		if lost := b.x.observe.finish(b.ctx, b.x, nil); lost != nil {
			err = lost
		}
	default:
		if b.closing.Load() && policy.CodeOf(err) == event.StreamAborted {
			err = b.closedEarly()
		}
		_ = b.x.observe.finish(b.ctx, b.x, err) // the read has failed already
	}
	b.err = err
	return n, err
}

// closedEarly is why a call ended that the application gave up.
func (b *observedBody) closedEarly() error {
	return refuseCause(b.ctx, "observe", policy.ErrClosedEarly, event.Canceled)
}

// Close ends a call that was not read to its end. For an answer that is known to be whole,
// that is no failure.
func (b *observedBody) Close() error {
	b.closing.Store(true)
	err := b.body.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = http.ErrBodyReadAfterClose
	}
	var cause error
	if !b.x.whole {
		cause = b.closedEarly()
	}
	return errors.Join(err, b.x.observe.finish(b.ctx, b.x, cause))
}
