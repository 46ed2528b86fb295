package edge

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Transport sends a request once, over a connection that it made itself, and guards
// the answer to its last byte. Use [New]; close it with [Transport.Close]. It is safe
// for concurrent use. Every error is a [*policy.RefusalError].
type Transport struct {
	config Config

	mu        sync.Mutex
	stopped   *policy.RefusalError // why nothing may be sent
	closed    bool
	current   *generation
	exchanges map[*exchange]struct{}
	conns     map[*tracked]struct{}
}

var _ http.RoundTripper = (*Transport)(nil)

// New makes a Transport. It does not touch the network.
func New(c Config) *Transport {
	return &Transport{config: c.withDefaults(), exchanges: map[*exchange]struct{}{}, conns: map[*tracked]struct{}{}}
}

// RoundTrip sends req once. The package comment tells what it refuses.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, refusal := t.roundTrip(req)
	if refusal != nil {
		return nil, refusal
	}
	return resp, nil
}

// Do is RoundTrip under the name that Azure's azcore looks for (policy.Transporter).
func (t *Transport) Do(req *http.Request) (*http.Response, error) { return t.RoundTrip(req) }

// Sever cuts every connection at once. Running exchanges, streams included, fail with
// cause and the code kill_switch, and so do new ones until [Transport.Resume]. A nil
// cause is [ErrSevered].
func (t *Transport) Sever(cause error) {
	causes := []error{ErrSevered}
	if cause != nil {
		causes = append(causes, cause)
	}
	t.stop(refuse(event.KillSwitch, causes...), false)
}

// Resume ends what [Transport.Sever] began. Connections are made anew. It does nothing
// after [Transport.Close].
func (t *Transport) Resume() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.stopped = nil
	}
}

// Close cuts every connection for good. Running and later exchanges fail with
// client_closed. It may be called again.
func (t *Transport) Close() { t.stop(refuse(event.Closed, ErrClosed), true) }

func (t *Transport) stop(why *policy.RefusalError, final bool) {
	t.mu.Lock()
	if t.closed {
		t.mu.Unlock()
		return
	}
	t.stopped, t.closed = why, final
	running := make([]*exchange, 0, len(t.exchanges))
	for x := range t.exchanges {
		running = append(running, x)
	}
	if t.current != nil {
		t.current.end()
	}
	t.retire()
	doomed := make([]*tracked, 0, len(t.conns))
	for c := range t.conns {
		doomed = append(doomed, c)
	}
	t.mu.Unlock()
	for _, x := range running {
		x.cancel(why)
	}
	for _, c := range doomed {
		_ = c.Close() // it is being thrown away
	}
}

func (t *Transport) roundTrip(req *http.Request) (*http.Response, *policy.RefusalError) {
	if refusal := t.admit(req); refusal != nil {
		closeBody(req)
		return nil, refusal
	}
	x, refusal := t.begin(req)
	if refusal != nil {
		closeBody(req)
		return nil, refusal
	}
	resp, err := x.gen.http.RoundTrip(x.copy(req))
	if errors.Is(err, errHTTP1) && x.stepDown() {
		resp, err = x.gen.http.RoundTrip(x.copy(req))
	}
	x.prove()
	if err != nil {
		refusal = x.failure(err)
		x.end(nil)
		x.closeRequestBody()
		return nil, refusal
	}
	if refusal = x.inspect(resp); refusal != nil {
		_ = resp.Body.Close() // refused unread
		x.abort(refusal)
		return nil, refusal
	}
	resp.Request = req
	resp.Body = x.guard(resp)
	return resp, nil
}

// begin enters an exchange into the books.
func (t *Transport) begin(req *http.Request) (*exchange, *policy.RefusalError) {
	x := &exchange{transport: t, started: time.Now(), body: req.Body}
	ctx, cancel := context.WithCancelCause(req.Context())
	x.ctx, x.cancel = x.traced(ctx), cancel
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped != nil {
		x.cancel(nil)
		return nil, t.stopped
	}
	if t.current == nil || x.started.Sub(t.current.born) > t.config.MaxConnAge {
		t.renew(t.config.Insecure)
	}
	t.join(x)
	return x, nil
}

// join counts x to the current generation.
func (t *Transport) join(x *exchange) {
	x.gen = t.current
	x.gen.active++
	t.exchanges[x] = struct{}{}
}

func closeBody(req *http.Request) {
	if req != nil && req.Body != nil {
		_ = req.Body.Close() // the refusal says more
	}
}
