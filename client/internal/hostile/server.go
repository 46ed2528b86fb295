package hostile

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// A Config says where a server listens and what it speaks.
type Config struct {
	// Addr is where it listens; port 0 is any.
	Addr netip.AddrPort
	// TLS is its side of the handshake, with its protocols. Nil is plain TCP.
	TLS *tls.Config
	// Accept, if set, gets each connection before anything was read, in place of the
	// handshake and of the script. The connection is closed after it.
	Accept func(net.Conn)
}

// A Script answers one request, and may do to the connection whatever it likes. A nil
// Script is [Benign].
type Script func(*Conn, *Request)

// A Server is one hostile server. Use [Start], and [Server.Close] it. It is safe for
// concurrent use.
type Server struct {
	config   Config
	listener net.Listener
	serving  sync.WaitGroup
	over     context.Context
	end      context.CancelFunc
	script   atomic.Pointer[Script]

	mu       sync.Mutex
	conns    map[net.Conn]struct{}
	accepted int
	received []byte
	size     int
	requests []*Request
}

// maxKept bounds what a server keeps of what it is sent, in bytes.
const maxKept = 4 << 20

// Start listens and serves. Errors are those of the system, such as that of an address
// which is taken.
func Start(c Config) (*Server, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp4", c.Addr.String())
	if err != nil {
		return nil, err
	}
	s := &Server{config: c, listener: l, conns: map[net.Conn]struct{}{}}
	s.over, s.end = context.WithCancel(context.Background())
	s.serving.Go(s.accept)
	return s, nil
}

// Addr is where the server listens.
func (s *Server) Addr() netip.AddrPort { return s.listener.Addr().(*net.TCPAddr).AddrPort() }

// Script says how requests are answered from now on.
func (s *Server) Script(script Script) { s.script.Store(&script) }

// Over ends with the server, so that a script which waits can end too.
func (s *Server) Over() <-chan struct{} { return s.over.Done() }

// Sleep waits, and reports false if the server ended meanwhile.
func (s *Server) Sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.over.Done():
		return false
	}
}

// Close ends all connections and waits for every goroutine. It may be called again.
func (s *Server) Close() {
	s.end()
	_ = s.listener.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

// Accepted is how many connections were made.
func (s *Server) Accepted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.accepted
}

// Received is what came, unpacked by TLS if there is any: the first 4 MiB of it.
func (s *Server) Received() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]byte(nil), s.received...)
}

// Size is how many bytes came in all, unpacked by TLS if there is any.
func (s *Server) Size() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

// Requests are the requests that came whole, in order.
func (s *Server) Requests() []*Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Request(nil), s.requests...)
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		s.mu.Lock()
		s.accepted++
		serial := s.accepted
		if s.over.Err() == nil {
			s.conns[c] = struct{}{}
		} else {
			_ = c.Close()
		}
		s.mu.Unlock()
		s.serving.Go(func() {
			s.serve(c, serial)
			_ = c.Close()
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
	}
}

func (s *Server) serve(raw net.Conn, serial int) {
	if s.config.Accept != nil {
		s.config.Accept(raw)
		return
	}
	c := &Conn{Conn: &counted{raw, s}, raw: raw, server: s, serial: serial}
	if s.config.TLS != nil {
		session := tls.Server(raw, s.config.TLS)
		if session.HandshakeContext(s.over) != nil {
			return
		}
		c.Conn = &counted{session, s}
		c.h2 = session.ConnectionState().NegotiatedProtocol == "h2"
	}
	c.serve()
}

func (s *Server) keep(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size += len(b)
	s.received = append(s.received, b[:min(len(b), maxKept-len(s.received))]...)
}

func (s *Server) enter(r *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r)
}

func (s *Server) answer(c *Conn, r *Request) {
	if script := s.script.Load(); script != nil && *script != nil {
		(*script)(c, r)
		return
	}
	Benign(c, r)
}

// counted is a connection whose reads are kept.
type counted struct {
	net.Conn
	server *Server
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.server.keep(b[:n])
	return n, err
}
