package edge

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A generation is an http.Transport and its connections. The transport's mutex guards
// its counters.
type generation struct {
	transport *Transport
	http      *http.Transport
	born      time.Time
	single    bool // HTTP/1.1, one exchange per connection
	active    int  // exchanges
	retired   bool // gets no new exchange

	over context.Context // ends with the last exchange, and every dial with it
	end  context.CancelFunc
}

// renew retires the current generation and starts one. The mutex is held.
func (t *Transport) renew(single bool) {
	t.retire()
	g := &generation{transport: t, born: time.Now(), single: single}
	g.over, g.end = context.WithCancel(context.Background())
	g.http = &http.Transport{
		Proxy:                  nil, // never from the environment
		DialContext:            g.dialPlain,
		DialTLSContext:         g.dialTLS,
		ForceAttemptHTTP2:      !single,
		DisableKeepAlives:      single,
		DisableCompression:     true,
		MaxConnsPerHost:        t.config.MaxConnsPerHost,
		MaxIdleConnsPerHost:    t.config.MaxConnsPerHost,
		IdleConnTimeout:        t.config.IdleConnTimeout,
		MaxResponseHeaderBytes: t.config.MaxHeaderBytes,
		HTTP2: &http.HTTP2Config{
			SendPingTimeout:               15 * time.Second,
			PingTimeout:                   5 * time.Second,
			WriteByteTimeout:              writeTimeout,
			MaxReceiveBufferPerStream:     maxUnread,
			MaxReceiveBufferPerConnection: 8 << 20,
		},
	}
	t.current = g
}

// writeTimeout is how long a peer may take nothing from us.
const writeTimeout = 30 * time.Second

// retire takes the current generation out of use. The mutex is held.
func (t *Transport) retire() {
	g := t.current
	if g == nil {
		return
	}
	t.current, g.retired = nil, true
	t.bury(g)
}

// bury closes what is left of a retired generation once no exchange needs it. The mutex
// is held.
func (t *Transport) bury(g *generation) {
	if !g.retired || g.active > 0 {
		return
	}
	g.end()
	for c := range t.conns {
		if c.gen == g {
			delete(t.conns, c)
			_ = c.Conn.Close() // idle, so that nobody waits for it
		}
	}
}

func (g *generation) dialPlain(ctx context.Context, network, address string) (net.Conn, error) {
	if !g.transport.config.Insecure {
		return nil, &dialFault{code: event.SchemeBlocked, cause: ErrRequest}
	}
	c, err := g.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return g.strict(c, c), nil
}

// dialTLS makes a connection with its handshake. A generation of HTTP/2 takes nothing
// else.
func (g *generation) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, dialFailed(err)
	}
	raw, err := g.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	config := g.transport.config.TLS.Clone()
	config.ServerName = host
	if g.single {
		config.NextProtos = []string{"http/1.1"}
	}
	conn := tls.Client(raw, config)
	ctx, cancel := g.bounded(ctx, g.transport.config.TLSTimeout)
	defer cancel()
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close() // never used
		return nil, handshakeFailed(raw, config, err)
	}
	state := conn.ConnectionState()
	if !g.single && state.NegotiatedProtocol != "h2" {
		_ = raw.Close() // nothing was sent
		return nil, errHTTP1
	}
	raw.session = sessionOf(config, &state)
	raw.progress()
	if g.single {
		return g.strict(conn, raw), nil
	}
	return conn, nil
}

func (g *generation) dial(ctx context.Context, network, address string) (*tracked, error) {
	ctx, cancel := g.bounded(ctx, g.transport.config.DialTimeout)
	defer cancel()
	c, err := g.transport.config.Dial(ctx, network, address)
	if err != nil {
		return nil, dialFailed(err)
	}
	return g.track(c)
}

// bounded is ctx for one step of a dial. It ends with the generation: net/http goes on
// dialling when the request that asked for it is gone.
func (g *generation) bounded(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(valueless{ctx}, limit)
	stop := context.AfterFunc(g.over, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// valueless hides the values of a context, and with them the hooks that httptrace hands
// to package net under a key of its own.
type valueless struct{ context.Context }

func (valueless) Value(any) any { return nil }

// tracked is a connection in the books of its transport.
type tracked struct {
	net.Conn
	gen     *generation
	session *Session // set before the connection is handed out; nil for plain http
	fault   atomic.Pointer[policy.RefusalError]

	came    atomic.Int64 // bytes since the last progress
	running atomic.Int64 // exchanges
	once    sync.Once
	err     error
}

// track enters c. A generation that has ended takes no more.
func (g *generation) track(c net.Conn) (*tracked, error) {
	t := g.transport
	own := &tracked{Conn: c, gen: g}
	t.mu.Lock()
	late := g.over.Err() != nil
	if !late {
		t.conns[own] = struct{}{}
	}
	t.mu.Unlock()
	if late {
		_ = c.Close() // it came too late
		return nil, dialFailed(net.ErrClosed)
	}
	return own, nil
}

// NetConn is the connection below, with its evidence.
func (c *tracked) NetConn() net.Conn { return c.Conn }

// maxUnread is how much of one answer is received before it is read.
const maxUnread = 256 << 10

// Read counts what comes while nothing gets ahead. Frames of HTTP/2 that belong to no
// answer, such as empty CONTINUATION, cost time and are bounded by nothing else. Each
// exchange may have a header and an unread body on its way, and both have a frame around
// them, and that a record.
func (c *tracked) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.gen.single || n == 0 {
		return n, err
	}
	most := (1 + c.running.Load()) * (2*c.gen.transport.config.MaxHeaderBytes + maxUnread*3/2)
	if c.session != nil && c.came.Add(int64(n)) > most {
		fault := refuse(event.HeaderTooLarge, ErrHeaderTooLarge, ErrTooLarge)
		c.fault.CompareAndSwap(nil, fault)
		return 0, fault
	}
	return n, err
}

// progress notes that an answer got ahead.
func (c *tracked) progress() { c.came.Store(0) }

// Write gives the peer writeTimeout to take b; HTTP/2 has its own watch.
func (c *tracked) Write(b []byte) (int, error) {
	if c.gen.single {
		if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
			return 0, err
		}
	}
	return c.Conn.Write(b)
}

// Close closes the connection and strikes it from the books.
func (c *tracked) Close() error {
	c.once.Do(func() {
		t := c.gen.transport
		t.mu.Lock()
		delete(t.conns, c)
		t.mu.Unlock()
		c.err = c.Conn.Close()
	})
	return c.err
}
