package edge

import (
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

	watches sync.Pool // of *watch
	keys    contextKeys
}

var _ http.RoundTripper = (*Transport)(nil)

// New makes a Transport. It does not touch the network.
func New(c Config) *Transport {
	return &Transport{
		config: c.withDefaults(), exchanges: map[*exchange]struct{}{}, conns: map[*tracked]struct{}{},
		watches: sync.Pool{New: newWatch}, keys: findKeys(),
	}
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
	for x := range t.exchanges {
		x.gen.end() // its dials
	}
	t.retire()
	doomed := make([]*tracked, 0, len(t.conns))
	for c := range t.conns {
		doomed = append(doomed, c)
	}
	t.mu.Unlock()
	for _, x := range running {
		x.cut(why)
	}
	for _, c := range doomed {
		_ = c.Close() // it is being thrown away
	}
}

// shun takes a generation out of use: its exchanges go on, but no other begins on its
// connections.
func (t *Transport) shun(g *generation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current == g {
		t.retire()
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
	if err != nil {
		refusal = x.failure(err)
		x.prove()
		if refusal.Code == event.HeaderTooLarge || refusal.Code == event.ResponseInvalid {
			x.abort(refusal)
		}
		x.end()
		x.closeRequestBody()
		if refusal.Timeout() && x.caller.Err() == nil {
			t.shun(x.gen)
		}
		return nil, refusal
	}
	x.answered()
	x.prove()
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
	x := &exchange{transport: t, caller: req.Context(), started: time.Now(), body: req.Body}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped != nil {
		return nil, t.stopped
	}
	if t.current == nil || x.started.Sub(t.current.born) > t.config.MaxConnAge {
		t.renew(t.config.Insecure)
	}
	t.join(x)
	x.use(t.watches.Get().(*watch))
	return x, nil
}

// join counts x to the current generation. The mutex is held.
func (t *Transport) join(x *exchange) {
	x.mu.Lock()
	x.gen = t.current
	x.mu.Unlock()
	t.current.active++
	t.exchanges[x] = struct{}{}
}

func closeBody(req *http.Request) {
	if req != nil && req.Body != nil {
		_ = req.Body.Close() // the refusal says more
	}
}
