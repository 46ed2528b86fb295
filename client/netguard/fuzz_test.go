package netguard_test

import (
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/netguard"
)

// FuzzAnswer: no message makes the parser panic, and no address is accepted whose owner
// is not the end of the one chain that begins at the host.
func FuzzAnswer(f *testing.F) {
	const id = 0x1234
	for _, text := range []string{good, host + ". A 127.10.0.4", link, good + "; evil.example. A 10.0.0.5", good + ";" + private + ". AAAA fd00::4",
		link + private + ". CNAME " + host + ".", good + " CH"} {
		for _, typ := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
			q := dnsmessage.Question{Name: dnsmessage.MustNewName(host + "."), Type: typ, Class: dnsmessage.ClassINET}
			m := dnsmessage.Message{Header: dnsmessage.Header{ID: id}, Questions: []dnsmessage.Question{q}}
			f.Add(packed(m, reply{records: records(q, text)}), typ == dnsmessage.TypeAAAA)
		}
	}
	f.Fuzz(func(t *testing.T, msg []byte, aaaa bool) {
		rs, err := netguard.ParseMessage(host, id, aaaa, msg)
		if err != nil {
			if len(rs) != 0 {
				t.Error("records beside an error")
			}
			return
		}
		if binary.BigEndian.Uint16(msg) != id || msg[2]&0x80 == 0 || msg[2]&0x02 != 0 {
			t.Error("accepted another id, a query, or a truncated message")
		}
		chain, links, err := netguard.Follow(host, rs)
		if err != nil {
			return
		}
		if links > 8 || len(chain) != len(rs) {
			t.Errorf("%d links, %d of %d records", links, len(chain), len(rs))
		}
		at := host
		for _, l := range chain[:links] {
			if l.Owner != at {
				t.Errorf("link of %q where the chain is at %q", l.Owner, at)
			}
			at = l.Target
		}
		owned := map[netip.Addr]bool{}
		for _, r := range rs {
			if r.Target == "" && r.Owner == at {
				owned[r.Addr] = true
			}
		}
		for _, r := range chain[links:] {
			if !owned[r.Addr] || r.Addr.Is6() != aaaa {
				t.Errorf("accepted %s, which %q does not own", r.Addr, at)
			}
		}
	})
}

// FuzzHost: what is accepted is an IP literal or an absolute name in its one spelling,
// and never anything that a resolver could take for a number.
func FuzzHost(f *testing.F) {
	for _, s := range []string{host, host + ".", "RES.OpenAI.Azure.Com", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "fd00::4%eth0", "::ffff:10.0.0.4",
		"localhost", "a..b", ".a.b", "-", "xn--bcher-kva.example", "bücher.example", "a.b:443", "[::1]", "a/../b.c", "a b.c", "a.1x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, addr, err := netguard.ParseHost(s)
		if err != nil {
			if name != "" {
				t.Error("a name beside an error")
			}
			return
		}
		if again, _, err := netguard.ParseHost(name); err != nil || again != name {
			t.Errorf("%q is spelled again as %q, %v", name, again, err)
		}
		if addr.IsValid() {
			return
		}
		last := name[strings.LastIndexByte(name, '.')+1:]
		switch {
		case name != strings.ToLower(name), strings.HasSuffix(name, "."), len(name) > 253, !strings.Contains(name, ".") && name != "localhost":
			t.Errorf("not the one spelling: %q", name)
		case last[0] >= '0' && last[0] <= '9':
			t.Errorf("could be a number: %q", name)
		case strings.ContainsAny(name, "/\\:@%?#[] \t\r\n\x00"):
			t.Errorf("odd bytes: %q", name)
		}
	})
}
