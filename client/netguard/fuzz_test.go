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

// FuzzVerify: whatever two messages a server answers with, a guard in its strict setting
// lets them pass only if each is the answer to its question and every address anywhere in
// them belongs to the host's own name in the private zone and is a private one. The other
// reading of the messages is that of dnsmessage alone.
func FuzzVerify(f *testing.F) {
	const id = 0x1234
	for _, text := range []string{good10, link + private + ". A 20.1.2.3", good10 + ";" + private + ". AAAA fd00::4", good10 + ";" + private + ". AAAA 2603:1020::1",
		host + ". A 10.1.0.4", good10 + "; evil.example. A 10.0.0.5", link, "", good10 + " CH"} {
		var packets [2][]byte
		for i, typ := range []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeAAAA} {
			q := dnsmessage.Question{Name: dnsmessage.MustNewName(host + "."), Type: typ, Class: dnsmessage.ClassINET}
			packets[i] = packed(dnsmessage.Message{Header: dnsmessage.Header{ID: id}, Questions: []dnsmessage.Question{q}}, reply{records: records(q, text)})
		}
		f.Add(packets[0], packets[1])
	}
	f.Fuzz(func(t *testing.T, a, aaaa []byte) {
		var answer netguard.Answer
		var err, err6 error
		answer.A, err = netguard.ParseMessage(host, id, false, a)
		answer.AAAA, err6 = netguard.ParseMessage(host, id, true, aaaa)
		if err != nil || err6 != nil {
			return
		}
		g, err := netguard.New(netguard.Config{Hosts: []string{host}, Resolver: odd{answer}})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := g.Verify(t.Context(), host); err != nil || !e.Meets(netguard.LevelChain) {
			return
		}
		for _, msg := range [][]byte{a, aaaa} {
			checkPrivate(t, msg)
		}
	})
}

const good10 = link + private + ". A 10.1.0.4"

// checkPrivate fails unless the addresses in a message are private ones of the private name.
func checkPrivate(t *testing.T, msg []byte) {
	t.Helper()
	var p dnsmessage.Parser
	if _, err := p.Start(msg); err != nil {
		t.Fatal(err)
	}
	if err := p.SkipAllQuestions(); err != nil {
		t.Fatal(err)
	}
	for {
		r, err := p.Answer()
		if err != nil {
			return // the end of the section
		}
		var addr netip.Addr
		switch body := r.Body.(type) {
		case *dnsmessage.AResource:
			addr = netip.AddrFrom4(body.A)
		case *dnsmessage.AAAAResource:
			addr = netip.AddrFrom16(body.AAAA)
		default:
			continue
		}
		asked := (r.Header.Type == dnsmessage.TypeA) == (msg[12+len(host)+2+1] == 1)
		if asked && (!strings.EqualFold(r.Header.Name.String(), private+".") || !addr.IsPrivate() || addr.Is4In6()) {
			t.Errorf("passed with %s of %s", addr, r.Header.Name)
		}
	}
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
