package testkit

import (
	"context"
	"net"
	"sync"
)

// A Listener hands over the two ends of a [net.Pipe]: one from Dial, the other from
// Accept. It opens no socket, so servers and clients on it can live in a synctest bubble,
// where a socket would stop the clock. It is safe for concurrent use. Close it.
type Listener struct {
	conns chan net.Conn
	done  chan struct{}
	close func()
}

var _ net.Listener = (*Listener)(nil)

// PipeListener returns a listener. In a bubble it must be made inside.
func PipeListener() *Listener {
	l := &Listener{conns: make(chan net.Conn), done: make(chan struct{})}
	l.close = sync.OnceFunc(func() { close(l.done) })
	return l
}

// Accept waits for the next Dial. After Close it returns [net.ErrClosed].
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Dial waits for Accept and returns the other end. Network and address do not matter, so
// it serves as DialContext of an http.Transport. It fails with [net.ErrClosed] after
// Close, or with the cause of ctx.
func (l *Listener) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	near, far := net.Pipe()
	err := l.offer(ctx, far)
	if err != nil {
		_, _ = near.Close(), far.Close() // nobody has seen them
		return nil, err
	}
	return near, nil
}

func (l *Listener) offer(ctx context.Context, conn net.Conn) error {
	select {
	case l.conns <- conn:
		return nil
	case <-l.done:
		return net.ErrClosed
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends Accept and Dial. Connections that were handed over stay open.
func (l *Listener) Close() error {
	l.close()
	return nil
}

// Addr is "pipe", and not an address.
func (l *Listener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }
