package edge

import (
	"context"
	"errors"
	"net/http/httptrace"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A watch is what one exchange needs to be ended: a context for net/http, and a timer that
// bounds all of the exchange and, within that, the wait for the header and each read of the
// answer. Reads only move a deadline; the timer catches up when it fires.
//
// Watches are used again, as they cost more than all the rest. One whose context has ended,
// or that somebody may still hold, is thrown away.
type watch struct {
	timer  *time.Timer
	ctx    context.Context //nolint:containedctx // it is handed out by the exchange
	cancel context.CancelCauseFunc
	trace  httptrace.ClientTrace
	gone   func() // the caller gave up

	mu    sync.Mutex
	x     *exchange // nil while nobody uses it
	total time.Time
	step  time.Time // when the step under way must be over; zero between steps
	late  error     // what is said if it is not
	armed bool      // the timer runs, until fires
	fires time.Time
	begun bool // the header of the answer has come
}

// newWatch makes one. Its timer does not run.
func newWatch() any {
	w := &watch{}
	w.ctx, w.cancel = context.WithCancelCause(context.Background())
	w.trace.GotConn, w.gone = w.gotConn, w.callerGone
	w.timer = time.AfterFunc(time.Hour, w.fire)
	w.timer.Stop()
	return w
}

// use takes a watch for x.
func (x *exchange) use(w *watch) {
	w.mu.Lock()
	w.x, w.total, w.step, w.begun = x, x.started.Add(x.transport.config.TotalTimeout), time.Time{}, false
	w.set(w.total)
	w.mu.Unlock()
	x.watch = w
	if x.caller.Done() != nil {
		x.forget = context.AfterFunc(x.caller, w.gone)
	}
}

// release gives the watch back.
func (w *watch) release() {
	w.mu.Lock()
	x := w.x
	w.x = nil // the timer may go on: it finds nobody, or the next one, for whom it is early
	w.mu.Unlock()
	switch {
	case x == nil:
	case x.forget != nil && !x.forget(), w.ctx.Err() != nil:
		w.cancel(nil)
		w.timer.Stop()
	default:
		x.transport.watches.Put(w)
	}
}

func (w *watch) gotConn(info httptrace.GotConnInfo) {
	w.mu.Lock()
	x := w.x
	w.mu.Unlock()
	if x != nil {
		x.gotConn(info)
	}
}

func (w *watch) callerGone() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x != nil {
		w.cancel(context.Cause(w.x.caller))
	}
}

// end ends the context for x, unless another has the watch by now.
func (w *watch) end(x *exchange, why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.x == x {
		w.cancel(why)
	}
}

// set makes the timer fire at an instant, or before. The mutex is held.
func (w *watch) set(at time.Time) {
	if w.armed && !at.Before(w.fires) {
		return
	}
	w.armed, w.fires = true, at
	w.timer.Reset(time.Until(at))
}

// asked starts the wait for the header: all of the request is on its way. The answer may
// have been faster.
func (w *watch) asked(limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.begun {
		w.begin(limit, ErrHeaderTimeout)
	}
}

// answered ends the wait for the header.
func (w *watch) answered() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun, w.step = true, time.Time{}
}

// read starts a read of the answer.
func (w *watch) read(limit time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begin(limit, ErrIdle)
}

// begin starts a step that may take no longer than limit. The mutex is held.
func (w *watch) begin(limit time.Duration, late error) {
	if w.x == nil {
		return
	}
	w.step, w.late = time.Now().Add(limit), late
	w.set(w.step)
}

// pause ends a read.
func (w *watch) pause() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.step = time.Time{}
}

// fire ends the exchange if its time is up, and else sets the timer anew. It may come late,
// when the watch has another exchange already: only the deadlines count.
func (w *watch) fire() {
	if x, why := w.expired(time.Now()); x != nil {
		x.stalled(why)
	}
}

func (w *watch) expired(now time.Time) (*exchange, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.armed = false
	switch {
	case w.x == nil:
		return nil, nil
	case !now.Before(w.total):
		return w.x, ErrTotal
	case !w.step.IsZero() && !now.Before(w.step):
		return w.x, w.late
	}
	next := w.total
	if !w.step.IsZero() && w.step.Before(next) {
		next = w.step
	}
	w.set(next)
	return nil, nil
}

// stalled ends an exchange whose time is up. Its connection gets no other one, as what does
// not move for one may not move for the next.
func (x *exchange) stalled(why error) {
	code := event.TotalTimeout
	switch {
	case errors.Is(why, ErrHeaderTimeout):
		code = event.HeaderTimeout
	case errors.Is(why, ErrIdle):
		code = event.IdleTimeout
	}
	x.cut(refuse(code, why, context.DeadlineExceeded))
	x.transport.shun(x.generation())
}

// cut ends the exchange from this side: net/http ends the stream of HTTP/2, or the
// connection of HTTP/1.1, and whoever waits fails with the cause.
func (x *exchange) cut(why *policy.RefusalError) {
	x.mu.Lock()
	if x.cause == nil {
		x.cause = why
	}
	x.mu.Unlock()
	x.watch.end(x, why)
}
