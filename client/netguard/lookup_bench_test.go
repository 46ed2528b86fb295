package netguard_test

import (
	"net"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// BenchmarkLookup compares Verify, which asks for A and AAAA and judges all of it, with
// one bare question and its answer.
func BenchmarkLookup(b *testing.B) {
	srv := serveDNS(b, zone(good))
	b.Run("raw", func(b *testing.B) {
		query := dnsmessage.Message{Header: dnsmessage.Header{ID: 1, RecursionDesired: true},
			Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(host + "."), Type: dnsmessage.TypeA, Class: dnsmessage.ClassINET}}}
		buf := make([]byte, 1232)
		b.ReportAllocs()
		for b.Loop() {
			c, err := net.Dial("udp", srv.addr)
			testkit.NoError(b, err)
			packet, err := query.Pack()
			testkit.NoError(b, err)
			_, _ = c.Write(packet)
			n, err := c.Read(buf)
			testkit.NoError(b, err)
			var m dnsmessage.Message
			testkit.NoError(b, m.Unpack(buf[:n]))
			_ = c.Close()
		}
	})
	b.Run("verified", func(b *testing.B) {
		g := guard(b, vnet(srv.addr))
		b.ReportAllocs()
		for b.Loop() {
			_, err := g.Verify(b.Context(), host)
			testkit.NoError(b, err)
		}
	})
}
