package clienttest

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// maxUDP is how long a message over UDP may be (RFC 1035, section 2.3.4).
const maxUDP = 512

// A dnsServer answers over UDP and TCP on one port.
type dnsServer struct {
	udp net.PacketConn
	tcp net.Listener

	mu      sync.Mutex
	conns   map[net.Conn]bool
	closed  bool
	records map[string]*planned
	queries []Query
}

// startDNS listens on any port of an address. The goroutines are counted in running and
// end with close.
func startDNS(addr netip.Addr, running *sync.WaitGroup) (*dnsServer, error) {
	s := &dnsServer{conns: map[net.Conn]bool{}, records: map[string]*planned{}}
	var err error
	// The port of one protocol may be taken in the other.
	for range 16 {
		if err = s.listen(addr); err == nil {
			break
		}
	}
	if err != nil {
		return nil, err
	}
	running.Go(s.serveUDP)
	running.Go(func() { s.serveTCP(running) })
	return s, nil
}

func (s *dnsServer) listen(addr netip.Addr) error {
	tcp, err := listen(netip.AddrPortFrom(addr, 0))
	if err != nil {
		return err
	}
	port := tcp.Addr().(*net.TCPAddr).AddrPort().Port()
	udp, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, port)))
	if err != nil {
		_ = tcp.Close()
		return fmt.Errorf("dns: %w", err)
	}
	s.tcp, s.udp = tcp, udp
	return nil
}

// DNS is the address of the DNS server, over UDP and TCP: "127.10.3.1:41053".
func (a *Azure) DNS() string { return a.dns.tcp.Addr().String() }

// A Query is a question that the DNS server was asked.
type Query struct {
	Name    string // in lower case, without the final dot
	Type    string // A, AAAA, ...
	Network string // udp or tcp
}

// Queries returns the questions to the DNS server so far, in order.
func (a *Azure) Queries() []Query {
	a.dns.mu.Lock()
	defer a.dns.mu.Unlock()
	return append([]Query(nil), a.dns.queries...)
}

func (s *dnsServer) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = nil
}

func (s *dnsServer) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	_ = s.udp.Close()
	_ = s.tcp.Close()
	for c := range s.conns {
		_ = c.Close()
	}
}

func (s *dnsServer) serveUDP() {
	buffer := make([]byte, 4096)
	for {
		n, from, err := s.udp.ReadFrom(buffer)
		if err != nil {
			return
		}
		for _, answer := range s.answer(buffer[:n], "udp") {
			_, _ = s.udp.WriteTo(answer, from) // a lost packet is what UDP promises
		}
	}
}

func (s *dnsServer) serveTCP(running *sync.WaitGroup) {
	for {
		conn, err := s.tcp.Accept()
		if err != nil {
			return
		}
		if !s.hold(conn) {
			_ = conn.Close()
			return
		}
		running.Go(func() {
			s.serveConn(conn)
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.conns, conn)
			_ = conn.Close()
		})
	}
}

// hold keeps a connection for close, unless that has happened.
func (s *dnsServer) hold(conn net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[conn] = true
	}
	return !s.closed
}

// serveConn answers messages with a length before each (RFC 1035, section 4.2.2).
func (s *dnsServer) serveConn(conn net.Conn) {
	for conn.SetReadDeadline(time.Now().Add(30*time.Second)) == nil {
		var length [2]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return
		}
		query := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(conn, query); err != nil {
			return
		}
		for _, answer := range s.answer(query, "tcp") {
			framed := binary.BigEndian.AppendUint16(nil, uint16(len(answer)))
			if _, err := conn.Write(append(framed, answer...)); err != nil {
				return
			}
		}
	}
}

// answer returns the messages to send back, mostly one.
func (s *dnsServer) answer(query []byte, network string) [][]byte {
	var parser dnsmessage.Parser
	header, err := parser.Start(query)
	if err != nil || header.Response {
		return nil
	}
	question, err := parser.Question()
	if err != nil {
		return nil
	}
	name := canonical(question.Name.String())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queries = append(s.queries, Query{name, typeName(question.Type), network})
	record, ok := s.current(name, question.Type == dnsmessage.TypeA)
	if !ok {
		record = Record{Fault: NXDomain}
	}
	return record.messages(header.ID, question, network)
}

func typeName(t dnsmessage.Type) string {
	switch t {
	case dnsmessage.TypeA:
		return "A"
	case dnsmessage.TypeAAAA:
		return "AAAA"
	}
	return t.String()
}
