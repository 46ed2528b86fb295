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

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An exchange is one request and its answer, from RoundTrip to the end of the body. It is
// the context that net/http gets, see [exchange.Value].
type exchange struct {
	transport *Transport
	gen       *generation     // changes under both mutexes, the transport's and that below
	caller    context.Context //nolint:containedctx // an exchange is one
	forget    func() bool     // ends the wait for the caller's context
	started   time.Time
	watch     *watch

	body     io.ReadCloser // the caller's, or nil
	bodyOnce sync.Once
	wrote    atomic.Bool // the body may have left

	answer answer
	mu     sync.Mutex
	cause  *policy.RefusalError // why it was ended from this side
	conn   *tracked             // nil until there is one
	peer   netguard.Evidence    // of a connection that never was one
	again  bool                 // the connection had been used before

	over sync.Once
}

var _ context.Context = (*exchange)(nil)

// Deadline is the caller's.
func (x *exchange) Deadline() (time.Time, bool) { return x.caller.Deadline() }

// Done is closed when the caller gives up or this side ends the exchange.
func (x *exchange) Done() <-chan struct{} { return x.watch.ctx.Done() }

// Err is that of the watch's context.
func (x *exchange) Err() error { return x.watch.ctx.Err() }

// Value hides a foreign httptrace.ClientTrace: its hooks see the authorization header, and
// with Got1xxResponse set net/http no longer bounds what precedes an answer. In its place
// stands ours. For package context the exchange is the context of its watch.
func (x *exchange) Value(key any) any {
	switch key {
	case x.transport.keys.trace:
		return &x.watch.trace
	case x.transport.keys.cancel:
		return x.watch.ctx.Value(key)
	}
	v := x.caller.Value(key)
	if _, foreign := v.(*httptrace.ClientTrace); foreign {
		return nil
	}
	return v
}

// contextKeys are the keys under which httptrace keeps a trace in a context, and package
// context its own. They are not exported, but whoever looks for a value shows its key.
type contextKeys struct{ trace, cancel any }

func findKeys() (k contextKeys) {
	_ = httptrace.ContextClientTrace(keyhole{context.Background(), &k.trace})
	_ = context.Cause(keyhole{context.Background(), &k.cancel})
	return k
}

type keyhole struct {
	context.Context

	key *any
}

func (k keyhole) Value(key any) any {
	*k.key = key
	return nil
}

func (x *exchange) gotConn(info httptrace.GotConnInfo) {
	x.mu.Lock()
	x.conn, x.again = trackedOf(info.Conn), info.Reused
	if x.conn != nil {
		x.conn.running.Add(1)
	}
	single := x.gen.single
	x.mu.Unlock()
	if single {
		x.wrote.Store(true) // soon, and nobody tells when
		x.watch.asked(x.transport.config.HeaderTimeout)
	}
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

// answered notes that the header has come, and the body comes now.
func (x *exchange) answered() {
	x.watch.answered()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.conn != nil {
		x.conn.progress()
	}
}

// stepDown moves the exchange to a generation of HTTP/1.1, because the server offers
// nothing else. It reports false if the transport was stopped meanwhile.
func (x *exchange) stepDown() bool {
	t := x.transport
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped != nil || x.ended() {
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

// generation is the one that the exchange belongs to now.
func (x *exchange) generation() *generation {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.gen
}

// ended reports whether the caller or this package has ended the exchange.
func (x *exchange) ended() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.cause != nil || x.caller.Err() != nil
}

// failure is the refusal for an error of net/http or of the body: who ended the exchange
// counts first, then what went wrong.
func (x *exchange) failure(err error) *policy.RefusalError {
	refusal := x.told(err)
	switch {
	case refusal != nil:
		return refusal
	case x.caller.Err() != nil:
		refusal = given(x.caller)
	default:
		refusal = classify(err)
	}
	if !x.wrote.Load() {
		refusal.Err = &several{[]error{refusal.Err, ErrUnsent}}
	}
	return refusal
}

// told finds a refusal that says it already: that of this side, of a dial, or of the watch
// over the connection, which net/http may have put in other words.
func (x *exchange) told(err error) *policy.RefusalError {
	x.mu.Lock()
	defer x.mu.Unlock()
	var refusal *policy.RefusalError
	var dial *dialFault
	switch {
	case x.cause != nil:
		return x.cause
	case errors.As(err, &refusal):
		return refusal
	case x.conn != nil:
		return x.conn.fault.Load()
	case errors.As(err, &dial):
		x.peer = dial.evidence
	}
	return nil
}

// cutOff is failure for an error in the middle of a body: whatever the peer or the network
// did there, the answer is not whole.
func (x *exchange) cutOff(err error) *policy.RefusalError {
	refusal := x.failure(err)
	switch {
	case errors.Is(refusal, ErrFraming):
		return refusal
	case refusal.Code == event.ConnectFailure, refusal.Code == event.ResponseInvalid, refusal.Code == event.TLSFailure:
		return refuse(event.StreamAborted, ErrIncomplete, refusal.Err)
	}
	return refusal
}

// abort ends the exchange because of a violation, and its connection with it.
func (x *exchange) abort(why *policy.RefusalError) {
	x.mu.Lock()
	if x.cause == nil {
		x.cause = why
	}
	c := x.conn
	x.mu.Unlock()
	x.end()
	if c != nil {
		_ = c.Close() // poisoned
	}
}

// end strikes the exchange from the books, once.
func (x *exchange) end() {
	x.over.Do(func() {
		x.mu.Lock()
		if x.conn != nil {
			x.conn.running.Add(-1)
		}
		x.mu.Unlock()
		x.watch.release()
		t := x.transport
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.exchanges, x)
		x.gen.active--
		t.bury(x.gen)
	})
}
