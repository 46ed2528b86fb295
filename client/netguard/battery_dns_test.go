package netguard_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func addressMode(c *netguard.Config) { c.Mode = netguard.Address }

// code is a server that has no answer but a code.
func code(c dnsmessage.RCode) script {
	return func(dnsmessage.Question, bool, int) reply { return reply{rcode: c} }
}

// lying is the right answer of good with something changed on the wire.
func lying(change func([]byte) []byte) script {
	return func(q dnsmessage.Question, _ bool, _ int) reply {
		return reply{raw: func(m dnsmessage.Message) []byte { return change(packed(m, reply{records: records(q, good)})) }}
	}
}

// first is one script for the first lookup, another for all that follow.
func first(once, then string) script {
	return func(q dnsmessage.Question, _ bool, n int) reply {
		if n <= 2 {
			return reply{records: records(q, once)}
		}
		return reply{records: records(q, then)}
	}
}

// chainOf is a chain of n links to a private address.
func chainOf(n int) string {
	s := host + ". CNAME l1.x.example.;"
	for i := 1; i < n; i++ {
		s += fmt.Sprintf("l%d.x.example. CNAME l%d.x.example.;", i, i+1)
	}
	return s + fmt.Sprintf("l%d.x.example. A 127.10.0.4", n)
}

const (
	internet = link + private + ". A 127.20.0.4"
	other    = "other.privatelink.openai.azure.com"
	evilZone = private + ".evil.example"
)

func TestBatteryDNS(t *testing.T) {
	t.Parallel()
	const chain, connect = netguard.LevelChain, netguard.LevelConnect
	evilFirst := func(q dnsmessage.Question, then bool) reply {
		r := reply{silent: !then, records: records(q, good)}
		r.before = func(m dnsmessage.Message) [][]byte {
			forged := packed(m, reply{records: records(q, internet)})
			forged[1] ^= 1
			return [][]byte{forged}
		}
		return r
	}
	runRows(t, []row{
		{id: "DNS-01 chain", script: zone(good), level: chain},
		{id: "DNS-01 in other case", script: zone("RES.OpenAI.azure.com. CNAME RES.privatelink.OPENAI.azure.com.;" + private + ". A 127.10.0.4"), level: chain},
		{id: "DNS-02 no chain, strict", script: zone(host + ". A 127.10.0.4"), rule: netguard.RuleChain},
		{id: "DNS-02 no chain, address mode", script: zone(host + ". A 127.10.0.4"), config: addressMode, level: connect},
		{id: "DNS-03 chain to the Internet", script: zone(internet), rule: netguard.RuleBehindChain},
		{id: "DNS-03 chain to a public address", script: zone(link + private + ". A 20.1.2.3"), rule: netguard.RuleBehindChain},
		{id: "DNS-03 chain that goes on to the front door", rule: netguard.RuleBehindChain,
			script: zone(link + private + ". CNAME x.cloudapp.azure.com.; x.cloudapp.azure.com. A 20.1.2.3")},
		{id: "DNS-03 chain that goes on to a private address", rule: netguard.RuleChain,
			script: zone(link + private + ". CNAME x.cloudapp.azure.com.; x.cloudapp.azure.com. A 127.10.0.4")},
		{id: "DNS-04 mixed", script: zone(good + ";" + private + ". A 127.20.0.4"), rule: netguard.RuleBehindChain},
		{id: "DNS-04 mixed, address mode", script: zone(host + ". A 127.10.0.4;" + host + ". A 127.20.0.4"), config: addressMode, rule: netguard.RuleOutside},
		{id: "DNS-06 A private, AAAA public", script: zone(good + ";" + private + ". AAAA 2603:1020::1"), rule: netguard.RuleBehindChain},
		{id: "DNS-06 the same, dialled by IPv4 alone", network: "tcp4", script: zone(good + ";" + private + ". AAAA 2603:1020::1"), rule: netguard.RuleBehindChain},
		{id: "DNS-06 AAAA fails", rule: netguard.RuleServFail, script: func(q dnsmessage.Question, _ bool, _ int) reply {
			r := reply{records: records(q, good)}
			if q.Type == dnsmessage.TypeAAAA {
				r.rcode = dnsmessage.RCodeServerFailure
			}
			return r
		}},
		{id: "DNS-06 AAAA silent", queries: 6, rule: netguard.RuleDNS, script: func(q dnsmessage.Question, _ bool, _ int) reply {
			return reply{records: records(q, good), silent: q.Type == dnsmessage.TypeAAAA}
		}},
		{id: "DNS-06 AAAA by another way", rule: netguard.RuleChain, script: func(q dnsmessage.Question, _ bool, _ int) reply {
			if q.Type == dnsmessage.TypeAAAA {
				return reply{records: records(q, host+". CNAME "+other+".;"+other+". AAAA fd00::4")}
			}
			return reply{records: records(q, good)}
		}},
		{id: "DNS-09 foreign owner", script: zone(good + "; evil.example. A 127.10.0.5"), rule: netguard.RuleChain},
		{id: "DNS-09 foreign owner alone", script: zone(link + "evil.example. A 127.10.0.5"), config: addressMode, rule: netguard.RuleChain},
		{id: "DNS-09 foreign link", script: zone(good + "; evil.example. CNAME worse.example."), rule: netguard.RuleChain},
		{id: "DNS-09 address of the first name", script: zone(link + host + ". A 127.10.0.4"), rule: netguard.RuleChain},
		{id: "DNS-09 two targets", script: zone(link + host + ". CNAME evil.example.;" + private + ". A 127.10.0.4"), rule: netguard.RuleChain},
		{id: "DNS-10 class", script: zone(link + private + ". A 127.10.0.4 CH"), rule: netguard.RuleDNS},
		{id: "DNS-10 class of the link", script: zone(host + ". CNAME " + private + ". CH;" + private + ". A 127.10.0.4"), rule: netguard.RuleDNS},
		{id: "DNS-12 NXDOMAIN", script: code(dnsmessage.RCodeNameError), rule: netguard.RuleNoName},
		{id: "DNS-12 empty", script: zone(""), rule: netguard.RuleNoName},
		{id: "DNS-12 dangling", script: zone(link), rule: netguard.RuleNoName},
		{id: "DNS-13 SERVFAIL", script: code(dnsmessage.RCodeServerFailure), rule: netguard.RuleServFail},
		{id: "DNS-13 REFUSED", script: code(dnsmessage.RCodeRefused), rule: netguard.RuleServFail},
		{id: "DNS-15 loop", script: zone(link + private + ". CNAME " + host + "."), rule: netguard.RuleChain},
		{id: "DNS-15 loop of one", script: zone(host + ". CNAME " + host + "."), config: addressMode, rule: netguard.RuleChain},
		{id: "DNS-15 eight links", script: zone(chainOf(8)), config: addressMode, level: connect},
		{id: "DNS-15 nine links", script: zone(chainOf(9)), config: addressMode, rule: netguard.RuleChain},
		{id: "DNS-18 suffix", script: zone(host + ". CNAME " + evilZone + ".;" + evilZone + ". A 127.10.0.4"), rule: netguard.RuleChain},
		{id: "DNS-18 no label boundary", rule: netguard.RuleChain,
			script: zone(host + ". CNAME res.evilprivatelink.openai.azure.com.;res.evilprivatelink.openai.azure.com. A 127.10.0.4")},
		{id: "DNS-18 label between", rule: netguard.RuleChain,
			script: zone(host + ". CNAME res.evil.privatelink.openai.azure.com.;res.evil.privatelink.openai.azure.com. A 127.10.0.4")},
		{id: "DNS-19 other label", script: zone(host + ". CNAME " + other + ".;" + other + ". A 127.10.0.4"), rule: netguard.RuleChain},
		{id: "DNS-19 other zone", rule: netguard.RuleChain,
			script: zone(host + ". CNAME res.privatelink.vaultcore.azure.net.;res.privatelink.vaultcore.azure.net. A 127.10.0.4")},
		{id: "DNS-27 wrong id, then right", level: chain, script: func(q dnsmessage.Question, _ bool, _ int) reply { return evilFirst(q, true) }},
		{id: "DNS-27 wrong id alone", queries: 6, rule: netguard.RuleDNS, script: func(q dnsmessage.Question, _ bool, _ int) reply { return evilFirst(q, false) }},
		{id: "DNS-28 other question", queries: 6, rule: netguard.RuleDNS, script: lying(func(b []byte) []byte { b[13] = 'x'; return b })},
		{id: "DNS-28 other type", queries: 6, rule: netguard.RuleDNS, script: lying(func(b []byte) []byte { b[12+len(host)+2+1] ^= 0x1d; return b })},
		{id: "DNS-28 no response", queries: 6, rule: netguard.RuleDNS, script: lying(func(b []byte) []byte { b[2] &^= 0x80; return b })},
		{id: "DNS-30 truncated", queries: 4, level: chain, script: func(q dnsmessage.Question, tcp bool, _ int) reply {
			if !tcp {
				return reply{truncate: true, records: records(q, internet)}
			}
			return reply{records: records(q, good)}
		}},
		{id: "DNS-30 truncated over TCP too", queries: 12, rule: netguard.RuleDNS, script: func(q dnsmessage.Question, _ bool, _ int) reply {
			return reply{truncate: true, records: records(q, good)}
		}},
		{id: "DNS-39 rebind between verify and dial", script: first(good, internet), level: chain},
	})
}

// DNS-38: a name that is private once and public ever after, on new connections.
func TestBatteryRebind(t *testing.T) {
	t.Parallel()
	t.Run("DNS-38", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		srv := serveDNS(t, first(link+private+". A 127.10.0.4 TTL0", link+private+". A 127.20.0.4 TTL0"))
		r := row{}
		g := guard(t, r.configure(w, srv.addr))
		for i := range 5 {
			e, err := r.dial(t, g, w)
			if i == 0 {
				testkit.NoError(t, err)
				testkit.True(t, e.ValidUntil.Equal(e.At), "valid at that moment alone")
				continue
			}
			testkit.ErrorIs(t, err, netguard.ErrOutsidePrefixes)
			testkit.Equal(t, e.Rule, netguard.RuleBehindChain)
		}
		testkit.Equal(t, w.internet.conns.Load()+w.internet.bytes.Load(), 0)
		testkit.Equal(t, srv.count.Load(), 10) // one lookup for each dial
	})
}

// DNS-42: with a time to live of zero a burst of dials asks once, and the next dial anew.
func TestBatteryBurst(t *testing.T) {
	t.Parallel()
	t.Run("DNS-42", func(t *testing.T) {
		t.Parallel()
		const burst = 64
		w := newWorld(t)
		release := make(chan struct{})
		srv := serveDNS(t, func(q dnsmessage.Question, _ bool, _ int) reply {
			<-release
			return reply{records: records(q, link+private+". A 127.10.0.4 TTL0")}
		})
		r := row{config: func(c *netguard.Config) { c.LookupTimeout = 10 * time.Second }}
		g := guard(t, r.configure(w, srv.addr))
		var all, begun sync.WaitGroup
		begun.Add(burst)
		for range burst {
			all.Go(func() {
				begun.Done()
				_, err := g.Verify(t.Context(), host)
				if err != nil {
					t.Error(err)
				}
			})
		}
		begun.Wait()
		time.Sleep(50 * time.Millisecond) // let them all get to the question
		close(release)
		all.Wait()
		asked := srv.count.Load()
		testkit.True(t, asked <= 2*3, "a few late ones aside, one lookup for all")
		_, err := r.dial(t, g, w)
		testkit.NoError(t, err)
		testkit.Equal(t, srv.count.Load(), asked+2) // nothing was kept
	})
}

// DNS-47 and DIAL-01: neither search list, aliases, hosts file nor proxy of the environment
// has a say.
func TestBatteryEnvironment(t *testing.T) {
	aliases := filepath.Join(t.TempDir(), "aliases")
	testkit.NoError(t, os.WriteFile(aliases, []byte("res evil.example\n"+host+" evil.example\n"), 0o600))
	proxy, err := record(t, "127.20.0.9:0")
	testkit.NoError(t, err)
	t.Setenv("LOCALDOMAIN", "corp.example")
	t.Setenv("HOSTALIASES", aliases)
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, "http://"+proxy.Addr().String())
	}
	t.Run("DNS-47", func(t *testing.T) {
		script := func(q dnsmessage.Question, _ bool, _ int) reply {
			if q.Name.String() == host+"." {
				return reply{rcode: dnsmessage.RCodeNameError}
			}
			return reply{records: records(q, q.Name.String()+" A 127.20.0.4")}
		}
		row{script: script, rule: netguard.RuleNoName}.run(t)
	})
	t.Run("DIAL-01", func(t *testing.T) {
		row{script: zone(good), level: netguard.LevelChain}.run(t)
		testkit.Equal(t, proxy.conns.Load(), 0)
	})
}

func TestBatteryDial(t *testing.T) {
	t.Parallel()
	for _, network := range []string{"unix", "unixpacket", "udp", "udp4", "ip", "ip4:icmp", ""} {
		t.Run("DIAL-06 "+network, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			g := guard(t, row{}.configure(w, serveDNS(t, zone(good)).addr))
			dials := g.CountDials()
			for _, to := range []string{net.JoinHostPort(host, w.port), "@x", "/run/x.sock", "@x:" + w.port} {
				_, err := g.DialContext(t.Context(), network, to)
				testkit.ErrorIs(t, err, netguard.ErrHost)
			}
			testkit.Equal(t, dials.Load(), 0)
			row{}.control(t, w)
		})
	}
	runRows(t, []row{
		{id: "DIAL-07 IPv6 public, IPv4 private", script: zone(good + ";" + private + ". AAAA 2603:1020::1"), rule: netguard.RuleBehindChain},
		{id: "DIAL-07 IPv4 public, IPv6 private", network: "tcp6", script: zone(link + private + ". A 20.1.2.3;" + private + ". AAAA fd00::4"), rule: netguard.RuleBehindChain},
	})
}
