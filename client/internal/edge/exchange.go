package edge

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An exchange is one request and its answer, from RoundTrip to the end of the body.
type exchange struct {
	transport *Transport
	gen       *generation
	ctx       context.Context // the caller's, with our hooks
	cancel    context.CancelCauseFunc
	started   time.Time

	body     io.ReadCloser // the caller's, or nil
	bodyOnce sync.Once

	deaf   untraced
	answer answer
	trace  httptrace.ClientTrace
	wrote  atomic.Bool // the header may have left
	mu     sync.Mutex
	conn   *tracked // nil until there is one
	again  bool     // the connection had been used before

	over sync.Once
}

// untraced hides a foreign httptrace.ClientTrace: its hooks see the authorization
// header, and with Got1xxResponse set net/http no longer bounds what precedes an answer.
type untraced struct{ context.Context }

func (c *untraced) Value(key any) any {
	v := c.Context.Value(key)
	if _, foreign := v.(*httptrace.ClientTrace); foreign {
		return nil
	}
	return v
}

// traced is ctx with our own hooks alone.
func (x *exchange) traced(ctx context.Context) context.Context {
	x.trace = httptrace.ClientTrace{GotConn: x.gotConn, WroteHeaders: x.wroteHeaders}
	x.deaf.Context = ctx
	return httptrace.WithClientTrace(&x.deaf, &x.trace)
}

func (x *exchange) wroteHeaders() { x.wrote.Store(true) }

func (x *exchange) gotConn(info httptrace.GotConnInfo) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.conn, x.again = trackedOf(info.Conn), info.Reused
}

func trackedOf(c net.Conn) *tracked {
	for c != nil {
		if own, ok := c.(*tracked); ok {
			return own
		}
		outer, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return nil
		}
		c = outer.NetConn()
	}
	return nil
}

// stepDown moves the exchange to a generation of HTTP/1.1, because the server offers
// nothing else. It reports false if the transport was stopped meanwhile.
func (x *exchange) stepDown() bool {
	t := x.transport
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped != nil || x.ctx.Err() != nil {
		return false
	}
	if t.current == nil || !t.current.single {
		t.renew(true)
	}
	old := x.gen
	t.join(x)
	old.active--
	t.bury(old)
	return true
}

// failure is the refusal for an error of net/http or of the body: who ended the
// exchange counts first, then what went wrong.
func (x *exchange) failure(err error) *policy.RefusalError {
	var refusal *policy.RefusalError
	switch cause := context.Cause(x.ctx); {
	case errors.As(cause, &refusal), errors.As(err, &refusal):
		return refusal // told already, and shared
	case cause == nil:
		refusal = classify(err)
	default:
		refusal = given(x.ctx)
	}
	if !x.wrote.Load() {
		refusal.Err = &several{[]error{refusal.Err, ErrUnsent}}
	}
	return refusal
}

// cutOff is failure for an error in the middle of a body: whatever the peer or the
// network did there, the answer is not whole.
func (x *exchange) cutOff(err error) *policy.RefusalError {
	refusal := x.failure(err)
	if refusal.Code == event.ConnectFailure || refusal.Code == event.ResponseInvalid || refusal.Code == event.TLSFailure {
		return refuse(event.StreamAborted, ErrIncomplete, refusal.Err)
	}
	return refusal
}

// abort ends the exchange because of a violation, and its connection with it.
func (x *exchange) abort(why *policy.RefusalError) {
	x.end(why)
	x.mu.Lock()
	c := x.conn
	x.mu.Unlock()
	if c != nil {
		_ = c.Close() // poisoned
	}
}

// end strikes the exchange from the books, once.
func (x *exchange) end(why error) {
	x.over.Do(func() {
		x.cancel(why)
		t := x.transport
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.exchanges, x)
		x.gen.active--
		t.bury(x.gen)
	})
}
