package netguard

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// A client asks DNS servers. It has no hosts file, no search list and no cache: the
// answer is used for one connection.
type client struct {
	server  string // "" is /etc/resolv.conf
	timeout time.Duration
}

var _ Resolver = (*client)(nil)

const (
	// attempts is how often a silent or failing server is asked within the timeout.
	attempts = 3
	// maxStray is how many foreign packets one attempt reads before it gives up.
	maxStray = 256
	// resolvConf names the servers, see resolv.conf(5).
	resolvConf = "/etc/resolv.conf"
)

// Lookup asks for A and AAAA. Silence and SERVFAIL are tried again, with the next server
// if there is one; an answer that is there, but wrong, is final.
func (c *client) Lookup(ctx context.Context, name string) (Answer, error) {
	servers, err := c.servers()
	if err != nil {
		return Answer{}, &ResolveError{Host: name, Reason: "no DNS server is known"}
	}
	until := time.Now().Add(c.timeout)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	var last error
	for i := range attempts {
		server := servers[i%len(servers)]
		ex := exchange{server: server, deadline: time.Now().Add(time.Until(until) / time.Duration(attempts-i))}
		answer, err := ex.run(ctx, name)
		if err == nil {
			return answer, nil
		}
		last = resolveError(ctx, name, server, err)
		if ctx.Err() != nil || !again(err) {
			break
		}
		if errors.Is(err, errServer) && len(servers) == 1 {
			break
		}
	}
	return Answer{}, last
}

// again reports whether another attempt can help.
func again(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, errServer) || errors.Is(err, errStray) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}

func resolveError(ctx context.Context, name, server string, err error) *ResolveError {
	e := &ResolveError{Host: name, Server: server, Err: err}
	switch {
	case errors.Is(err, errNXDomain):
		e.Missing, e.Reason = true, "the name does not exist (NXDOMAIN)"
	case errors.Is(err, errServer):
		e.Reason = "the server failed (SERVFAIL or a refusal)"
	case errors.Is(err, errClass):
		e.Reason = "the answer holds a record of another class"
	case errors.Is(err, errMalformed), errors.Is(err, errTruncated):
		e.Reason = "the answer is malformed"
	default:
		e.Reason = "the server did not answer"
	}
	if cause := context.Cause(ctx); cause != nil && errors.Is(cause, context.Canceled) {
		e.Reason, e.Err = "canceled", cause
	}
	return e
}

// servers are those of the configuration, else the first three of resolv.conf, as the
// C library has it.
func (c *client) servers() ([]string, error) {
	if c.server != "" {
		return []string{c.server}, nil
	}
	file, err := os.Open(resolvConf)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(file, 64<<10))
	if err != nil {
		return nil, err
	}
	return nameservers(string(data))
}

func nameservers(conf string) (servers []string, err error) {
	for line := range strings.Lines(conf) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != "nameserver" {
			continue
		}
		if addr, err := netip.ParseAddr(fields[1]); err == nil && len(servers) < 3 {
			servers = append(servers, netip.AddrPortFrom(addr, 53).String())
		}
	}
	if len(servers) == 0 {
		return nil, ErrResolve
	}
	return servers, nil
}

// An exchange is one attempt with one server.
type exchange struct {
	server   string
	deadline time.Time
	tcp      bool // something came over TCP
}

// run asks both questions over one connected socket, whose random port and the random
// ids guard against answers from elsewhere (RFC 5452).
func (x *exchange) run(ctx context.Context, name string) (Answer, error) {
	questions, err := ask(name)
	if err != nil {
		return Answer{}, errMalformed
	}
	conn, stop, err := x.dial(ctx, "udp")
	if err != nil {
		return Answer{}, err
	}
	defer stop()
	var buf [udpSize]byte
	for i := range questions {
		query, err := questions[i].pack(buf[:0])
		if err != nil {
			return Answer{}, errMalformed
		}
		if _, err := conn.Write(query); err != nil {
			return Answer{}, err
		}
	}
	replies, err := x.receive(ctx, conn, questions, buf[:])
	if err != nil {
		return Answer{}, err
	}
	proto := "/udp"
	if x.tcp {
		proto = "/tcp"
	}
	return Answer{Server: x.server + proto, A: replies[0], AAAA: replies[1]}, nil
}

// ask makes the two questions about name.
func ask(name string) (q [2]question, err error) {
	wire, err := dnsmessage.NewName(name + ".")
	if err != nil {
		return q, err
	}
	var ids [4]byte
	rand.Read(ids[:]) // never fails: crypto/rand crashes the program instead
	first, second := binary.BigEndian.Uint16(ids[:]), binary.BigEndian.Uint16(ids[2:])
	if first == second {
		second++
	}
	q[0] = question{first, wire, dnsmessage.TypeA}
	q[1] = question{second, wire, dnsmessage.TypeAAAA}
	return q, nil
}

// dial connects to the server. The returned function closes the socket and ends the
// watch over ctx.
func (x *exchange) dial(ctx context.Context, network string) (net.Conn, func(), error) {
	dialer := net.Dialer{Deadline: x.deadline}
	conn, err := dialer.DialContext(ctx, network, x.server)
	if err != nil {
		return nil, nil, err
	}
	_ = conn.SetDeadline(x.deadline)                                                  // a socket just made takes a deadline
	watch := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) }) // wakes the read
	return conn, func() {
		watch()
		_ = conn.Close() // nothing is left to be said
	}, nil
}

// receive reads packets until both questions are answered. A packet that answers neither
// is ignored, as often as maxStray.
func (x *exchange) receive(ctx context.Context, conn net.Conn, questions [2]question, buf []byte) (replies [2][]Record, err error) {
	var done [2]bool
	for stray := 0; stray < maxStray; {
		n, err := conn.Read(buf)
		if err != nil {
			return replies, err
		}
		i := 0
		records, err := questions[0].parse(buf[:n])
		if errors.Is(err, errStray) {
			i = 1
			records, err = questions[1].parse(buf[:n])
		}
		if errors.Is(err, errStray) || done[i] {
			stray++
			continue
		}
		if errors.Is(err, errTruncated) {
			records, err = x.overTCP(ctx, &questions[i])
		}
		if err != nil {
			return replies, err
		}
		replies[i], done[i] = records, true
		if done[0] && done[1] {
			return replies, nil
		}
	}
	return replies, errStray
}

// overTCP asks q again where nothing is truncated (RFC 7766).
func (x *exchange) overTCP(ctx context.Context, q *question) ([]Record, error) {
	x.tcp = true
	conn, stop, err := x.dial(ctx, "tcp")
	if err != nil {
		return nil, err
	}
	defer stop()
	query, err := q.pack(make([]byte, 2, 512))
	if err != nil {
		return nil, errMalformed
	}
	binary.BigEndian.PutUint16(query, uint16(len(query)-2))
	if _, err := conn.Write(query); err != nil {
		return nil, err
	}
	var size [2]byte
	if _, err := io.ReadFull(conn, size[:]); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n > maxTCP {
		return nil, errMalformed
	}
	msg := make([]byte, n)
	if _, err := io.ReadFull(conn, msg); err != nil {
		return nil, err
	}
	records, err := q.parse(msg)
	if errors.Is(err, errStray) {
		return nil, errMalformed // a stream has no strangers
	}
	return records, err
}
