package netguard_test

import (
	"net"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// BenchmarkLookup compares Verify, which asks for A and AAAA and judges all of it, with a
// bare lookup of one A record: a socket, a question, an answer, no checks. The metric
// x-raw of "verified" is the ratio, which must not be over 2; "raw-both" shows what asking
// for both costs without any check.
func BenchmarkLookup(b *testing.B) {
	srv := serveDNS(b, prepared(good))
	a := rawQuestion(dnsmessage.TypeA)
	b.Run("raw", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rawLookup(b, srv.addr, a)
		}
	})
	both := append(rawQuestion(dnsmessage.TypeA), rawQuestion(dnsmessage.TypeAAAA)...)
	b.Run("raw-both", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			rawLookup(b, srv.addr, both)
		}
	})
	b.Run("verified", func(b *testing.B) {
		g := guard(b, vnet(srv.addr))
		single := func() { rawLookup(b, srv.addr, a) }
		ratio := ratioOf(single, func() {
			_, err := g.Verify(b.Context(), host)
			testkit.NoError(b, err)
		})
		floor := ratioOf(single, func() { rawLookup(b, srv.addr, both) })
		b.ReportAllocs()
		for b.Loop() {
			_, err := g.Verify(b.Context(), host)
			testkit.NoError(b, err)
		}
		b.ReportMetric(ratio, "x-raw")
		b.ReportMetric(floor, "x-raw-floor")
	})
}

// ratioOf is how much longer f takes than base: the quotient of the medians of many single
// runs in turn, since means and runs apart are at the mercy of whatever else the machine does.
func ratioOf(base, f func()) float64 {
	const runs = 4001
	took := [2][]time.Duration{make([]time.Duration, runs), make([]time.Duration, runs)}
	for i := range runs {
		start := time.Now()
		base()
		between := time.Now()
		f()
		took[0][i], took[1][i] = between.Sub(start), time.Since(between)
	}
	return float64(middle(took[1])) / float64(middle(took[0]))
}

func rawQuestion(t dnsmessage.Type) []dnsmessage.Message {
	return []dnsmessage.Message{{Header: dnsmessage.Header{ID: uint16(t), RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(host + "."), Type: t, Class: dnsmessage.ClassINET}}}}
}

func rawLookup(b *testing.B, server string, questions []dnsmessage.Message) {
	b.Helper()
	c, err := net.Dial("udp", server)
	testkit.NoError(b, err)
	for i := range questions {
		packet, err := questions[i].Pack()
		testkit.NoError(b, err)
		_, _ = c.Write(packet)
	}
	buf := make([]byte, 1232)
	for range questions {
		n, err := c.Read(buf)
		testkit.NoError(b, err)
		var m dnsmessage.Message
		testkit.NoError(b, m.Unpack(buf[:n]))
	}
	_ = c.Close()
}

// BenchmarkDial compares DialContext, all of it, with a lookup and a connect without any
// check.
func BenchmarkDial(b *testing.B) {
	l := listen(b, "127.10.0.4:0")
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			_, _ = c.Read(make([]byte, 1)) // until the other end resets it
			_ = c.Close()
		}
	}()
	srv := serveDNS(b, prepared(good))
	_, port, err := net.SplitHostPort(l.Addr().String())
	testkit.NoError(b, err)
	raw := func() {
		rawLookup(b, srv.addr, rawQuestion(dnsmessage.TypeA))
		c, err := net.Dial("tcp", l.Addr().String())
		testkit.NoError(b, err)
		reset(c)
	}
	b.Run("raw", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			raw()
		}
	})
	b.Run("verified", func(b *testing.B) {
		config := vnet(srv.addr)
		config.Hosts = []string{net.JoinHostPort(host, port)}
		g := guard(b, config)
		verified := func() {
			c, err := g.DialContext(b.Context(), "tcp", net.JoinHostPort(host, port))
			testkit.NoError(b, err)
			reset(c)
		}
		ratio := ratioOf(raw, verified)
		b.ReportAllocs()
		for b.Loop() {
			verified()
		}
		b.ReportMetric(ratio, "x-raw")
	})
}

// reset closes a connection without leaving it in TIME_WAIT, where thousands would use up
// the ports.
func reset(c net.Conn) {
	if outer, ok := c.(interface{ NetConn() net.Conn }); ok {
		c = outer.NetConn()
	}
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}
