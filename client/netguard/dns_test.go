package netguard_test

import (
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A reply is what the test's DNS server says to one question.
type reply struct {
	rcode    dnsmessage.RCode
	records  []dnsmessage.Resource
	truncate bool
	before   func(question dnsmessage.Message) [][]byte // packets that come first
	raw      func(question dnsmessage.Message) []byte   // instead of everything else
	silent   bool
}

// A script answers questions, over TCP or not. n counts from 1.
type script func(q dnsmessage.Question, tcp bool, n int) reply

// A dnsServer serves a script over UDP and TCP on one loopback port.
type dnsServer struct {
	addr  string
	count atomic.Int64
	mu    sync.Mutex
	asked []string
}

func serveDNS(t testing.TB, s script) *dnsServer {
	t.Helper()
	udp, tcp := listenOn(t, "127.0.0.1:0")
	srv := &dnsServer{addr: udp.LocalAddr().String()}
	var all sync.WaitGroup
	all.Go(func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := udp.ReadFrom(buf)
			if err != nil {
				return
			}
			for _, packet := range srv.answer(buf[:n], false, s) {
				_, _ = udp.WriteTo(packet, from)
			}
		}
	})
	all.Go(func() {
		for {
			c, err := tcp.Accept()
			if err != nil {
				return
			}
			srv.serveTCP(c, s)
		}
	})
	t.Cleanup(func() { _ = udp.Close(); _ = tcp.Close(); all.Wait() })
	return srv
}

func listenOn(t testing.TB, address string) (net.PacketConn, net.Listener) {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", address)
		testkit.NoError(t, err)
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			return udp, tcp
		}
		_ = tcp.Close()
	}
	t.Fatal("no port is free for both UDP and TCP")
	return nil, nil
}

func (s *dnsServer) serveTCP(c net.Conn, f script) {
	defer func() { _ = c.Close() }()
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		return
	}
	msg := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, msg); err != nil {
		return
	}
	for _, packet := range s.answer(msg, true, f) {
		_, _ = c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packet))), packet...))
	}
}

// names are those that were asked for.
func (s *dnsServer) names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *dnsServer) answer(msg []byte, tcp bool, f script) [][]byte {
	var q dnsmessage.Message
	if q.Unpack(msg) != nil || len(q.Questions) != 1 {
		return nil
	}
	s.mu.Lock()
	s.asked = append(s.asked, q.Questions[0].Name.String())
	s.mu.Unlock()
	r := f(q.Questions[0], tcp, int(s.count.Add(1)))
	var packets [][]byte
	if r.before != nil {
		packets = r.before(q)
	}
	switch {
	case r.silent:
	case r.raw != nil:
		packets = append(packets, r.raw(q))
	default:
		packets = append(packets, packed(q, r))
	}
	return packets
}

func packed(q dnsmessage.Message, r reply) []byte {
	q.Response, q.RecursionAvailable, q.RCode, q.Truncated = true, true, r.rcode, r.truncate
	q.Answers, q.Additionals = r.records, nil
	out, err := q.Pack()
	if err != nil {
		panic(err)
	}
	return out
}

// records reads lines such as "res.example. CNAME other.example." and "x.example. A
// 10.0.0.1", separated by semicolons, and keeps those that fit the question. CH after a
// line is another class, TTL0 a time to live of zero.
func records(q dnsmessage.Question, zone string) (out []dnsmessage.Resource) {
	for line := range strings.SplitSeq(zone, ";") {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		r := dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: dnsmessage.MustNewName(f[0]), Class: dnsmessage.ClassINET, TTL: 60}}
		if slices.Contains(f[3:], "CH") {
			r.Header.Class = dnsmessage.ClassCHAOS
		}
		if slices.Contains(f[3:], "TTL0") {
			r.Header.TTL = 0
		}
		switch {
		case f[1] == "CNAME":
			r.Header.Type, r.Body = dnsmessage.TypeCNAME, &dnsmessage.CNAMEResource{CNAME: dnsmessage.MustNewName(f[2])}
		case f[1] == "A" && q.Type == dnsmessage.TypeA:
			r.Header.Type, r.Body = dnsmessage.TypeA, &dnsmessage.AResource{A: netip.MustParseAddr(f[2]).As4()}
		case f[1] == "AAAA" && q.Type == dnsmessage.TypeAAAA:
			r.Header.Type, r.Body = dnsmessage.TypeAAAA, &dnsmessage.AAAAResource{AAAA: netip.MustParseAddr(f[2]).As16()}
		default:
			continue
		}
		out = append(out, r)
	}
	return out
}

// prepared is zone with the records made only once: a server that is not in the way of a
// measurement.
func prepared(text string) script {
	made := map[dnsmessage.Type][]dnsmessage.Resource{}
	for _, t := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
		made[t] = records(dnsmessage.Question{Type: t}, text)
	}
	return func(q dnsmessage.Question, _ bool, _ int) reply { return reply{records: made[q.Type]} }
}

// middle sorts and gives the one in the middle.
func middle(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// zone is a script that answers every question from one text.
func zone(text string) script {
	return func(q dnsmessage.Question, _ bool, _ int) reply { return reply{records: records(q, text)} }
}
