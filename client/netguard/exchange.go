package netguard

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// An exchange is one attempt with one server.
type exchange struct {
	server   netip.AddrPort
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
	conn, stop, err := x.dial(ctx, false)
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
	proto := "udp"
	if x.tcp {
		proto = "tcp"
	}
	return Answer{Server: Server{x.server.String(), proto}, A: replies[0], AAAA: replies[1]}, nil
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
	q[0] = question{first, name, wire, dnsmessage.TypeA}
	q[1] = question{second, name, wire, dnsmessage.TypeAAAA}
	return q, nil
}

// dial connects to the server, over TCP or with a connected UDP socket, to which the
// system delivers only what comes from there. The returned function closes the socket and
// ends the watch over ctx. UDP has nothing to wait for but answers, so that one timer does.
func (x *exchange) dial(ctx context.Context, tcp bool) (conn net.Conn, stop func(), err error) {
	if tcp {
		dialer := net.Dialer{Deadline: x.deadline}
		conn, err = dialer.DialTCP(ctx, "tcp", netip.AddrPort{}, x.server)
	} else {
		var dialer net.Dialer
		conn, err = dialer.DialUDP(ctx, "udp", netip.AddrPort{}, x.server)
	}
	if err != nil {
		return nil, nil, err
	}
	if tcp {
		err = conn.SetDeadline(x.deadline)
	} else {
		err = conn.SetReadDeadline(x.deadline)
	}
	if err != nil {
		_ = conn.Close() // nothing was said
		return nil, nil, err
	}
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
	conn, stop, err := x.dial(ctx, true)
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
