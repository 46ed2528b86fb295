package netguard_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// vnet is the configuration of the tests: 127.10.0.0/16 is the VNet, and every other
// address of 127.0.0.0/8 is as good as the Internet.
func vnet(server string) netguard.Config {
	return netguard.Config{Hosts: []string{host}, Server: server, AllowedPrefixes: prefixes("127.10.0.0/16", "10.0.0.0/8", "fd00::/8"),
		LookupTimeout: 300 * time.Millisecond, Waivers: waive(waiver.Loopback)}
}

const (
	link = host + ". CNAME " + private + ".;"
	good = link + private + ". A 127.10.0.4"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	strict, address := netguard.Strict, netguard.Address
	long := func(n int) string {
		s := host + ". CNAME l0.x.example.;"
		for i := range n {
			s += fmt.Sprintf("l%d.x.example. CNAME l%d.x.example.;", i, i+1)
		}
		return s + fmt.Sprintf("l%d.x.example. A 127.10.0.4", n)
	}
	for _, row := range []struct {
		name, zone string
		mode       netguard.Mode
		want       error
		code       event.Code
	}{
		{"DNS-01 chain", good, strict, nil, ""},
		{"case", "RES.OpenAI.azure.com. CNAME RES.privatelink.OPENAI.azure.com.;" + private + ". A 127.10.0.4", strict, nil, ""},
		{"DNS-02 no chain", host + ". A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"DNS-02 no chain, address mode", host + ". A 127.10.0.4", address, nil, ""},
		{"DNS-03 chain to the Internet", link + private + ". A 127.20.0.4", strict, netguard.ErrOutsidePrefixes, event.PrivateEndpoint},
		{"NxDomainRedirect", link + private + ". A 20.1.2.3", strict, netguard.ErrPublicAddress, event.PrivateEndpoint},
		{"public way behind the chain", link + private + ". CNAME x.cloudapp.azure.com.; x.cloudapp.azure.com. A 20.1.2.3", strict, netguard.ErrPublicAddress, event.PrivateEndpoint},
		{"private address behind the chain's end", link + private + ". CNAME x.cloudapp.azure.com.; x.cloudapp.azure.com. A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"DNS-04 mixed", good + ";" + private + ". A 127.20.0.4", strict, netguard.ErrOutsidePrefixes, event.PrivateEndpoint},
		{"DNS-06 A private, AAAA public", good + ";" + private + ". AAAA 2603:1020::1", strict, netguard.ErrPublicAddress, event.PrivateEndpoint},
		{"both private", good + ";" + private + ". AAAA fd00::4", strict, nil, ""},
		{"mapped", good + ";" + private + ". AAAA ::ffff:10.0.0.4", strict, netguard.ErrDenied, event.PrivateEndpoint},
		{"metadata service", good + ";" + private + ". A 169.254.169.254", address, netguard.ErrDenied, event.PrivateEndpoint},
		{"DNS-09 foreign owner", good + "; evil.example. A 127.10.0.5", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"DNS-09 foreign owner alone", link + "evil.example. A 127.10.0.5", address, netguard.ErrChain, event.PrivateEndpoint},
		{"address of the first name", link + host + ". A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"foreign link", good + "; evil.example. CNAME worse.example.", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"two targets", good + ";" + host + ". CNAME other.privatelink.openai.azure.com.", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"DNS-10 class", good + " CH", strict, netguard.ErrResolve, event.DNSFailure},
		{"DNS-12 empty", "", strict, netguard.ErrNotFound, event.DNSFailure},
		{"DNS-12 dangling", link, strict, netguard.ErrNotFound, event.DNSFailure},
		{"DNS-15 loop", link + private + ". CNAME " + host + ".", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"eight links", long(7), address, nil, ""},
		{"nine links", long(8), address, netguard.ErrChain, event.PrivateEndpoint},
		{"DNS-18 suffix", host + ". CNAME " + private + ".evil.example.;" + private + ".evil.example. A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"suffix without a dot", host + ". CNAME res.evilprivatelink.openai.azure.com.;res.evilprivatelink.openai.azure.com. A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"DNS-19 other label", host + ". CNAME other.privatelink.openai.azure.com.;other.privatelink.openai.azure.com. A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"other zone", host + ". CNAME res.privatelink.vaultcore.azure.net.;res.privatelink.vaultcore.azure.net. A 127.10.0.4", strict, netguard.ErrChain, event.PrivateEndpoint},
		{"odd target", host + ". CNAME a*b.example.; a*b.example. A 127.10.0.4", address, netguard.ErrResolve, event.DNSFailure},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := serveDNS(t, zone(row.zone))
			config := vnet(srv.addr)
			config.Mode = row.mode
			e, err := guard(t, config).Verify(t.Context(), host)
			testkit.ErrorIs(t, err, row.want)
			testkit.Equal(t, netguard.Code(err), row.code)
			testkit.True(t, srv.count.Load() <= 2, "one lookup")
			if err == nil {
				testkit.Equal(t, e.Level >= netguard.LevelChain, row.mode == netguard.Strict)
				testkit.Equal(t, e.Resolver, srv.addr+"/udp")
				return
			}
			var safe interface{ Safe() }
			testkit.True(t, errors.As(err, &safe), "the text is safe")
			testkit.True(t, !strings.Contains(err.Error(), "evil"), "the answer is not quoted")
		})
	}
}

func TestAnnouncedButPublic(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, zone(link+private+". A 20.1.2.3"))
	_, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	var address *netguard.AddressError
	testkit.True(t, errors.As(err, &address) && address.Chain, "the chain is told")
	testkit.True(t, strings.Contains(err.Error(), "privatelink chain"), err.Error())
}

func TestZones(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		host, to string
		zones    []netguard.Zone
		want     error
	}{
		{"kv.vault.azure.net", "kv.privatelink.vaultcore.azure.net", nil, nil},
		{"kv.vault.azure.net", "kv.privatelink.vault.azure.net", nil, netguard.ErrChain},
		{"r.openai.azure.us", "r.privatelink.openai.azure.us", nil, nil},
		{"a.b.openai.azure.com", "a.privatelink.openai.azure.com", nil, netguard.ErrChain},
		{"eastus2.privatelink.api.openai.com", "", nil, nil},
		{"llm.corp.example", "llm.privatelink.corp.example", nil, netguard.ErrChain},
		{"llm.corp.example", "llm.privatelink.corp.example", []netguard.Zone{{Suffix: "corp.example", Private: "privatelink.corp.example"}}, nil},
	} {
		t.Run(row.host+" "+row.to, func(t *testing.T) {
			t.Parallel()
			text := row.host + ". A 127.10.0.4"
			if row.to != "" {
				text = row.host + ". CNAME " + row.to + ".;" + row.to + ". A 127.10.0.4"
			}
			config := vnet(serveDNS(t, zone(text)).addr)
			config.Hosts, config.Zones = []string{row.host}, row.zones
			_, err := guard(t, config).Verify(t.Context(), row.host)
			testkit.ErrorIs(t, err, row.want)
		})
	}
}

func TestServerFaults(t *testing.T) {
	t.Parallel()
	tampered := func(change func([]byte) []byte) script {
		return func(q dnsmessage.Question, _ bool, _ int) reply {
			return reply{raw: func(m dnsmessage.Message) []byte { return change(packed(m, reply{records: records(q, good)})) }}
		}
	}
	for _, row := range []struct {
		name    string
		script  script
		missing bool
	}{
		{"NXDOMAIN", func(dnsmessage.Question, bool, int) reply { return reply{rcode: dnsmessage.RCodeNameError} }, true},
		{"SERVFAIL", func(dnsmessage.Question, bool, int) reply { return reply{rcode: dnsmessage.RCodeServerFailure} }, false},
		{"REFUSED", func(dnsmessage.Question, bool, int) reply { return reply{rcode: dnsmessage.RCodeRefused} }, false},
		{"silence", func(dnsmessage.Question, bool, int) reply { return reply{silent: true} }, false},
		{"AAAA silent", func(q dnsmessage.Question, _ bool, _ int) reply {
			return reply{records: records(q, good), silent: q.Type == dnsmessage.TypeAAAA}
		}, false},
		{"AAAA fails", func(q dnsmessage.Question, _ bool, _ int) reply {
			r := reply{records: records(q, good)}
			if q.Type == dnsmessage.TypeAAAA {
				r.rcode = dnsmessage.RCodeServerFailure
			}
			return r
		}, false},
		{"wrong id", tampered(func(b []byte) []byte { b[0] ^= 0xff; return b }), false},
		{"not a response", tampered(func(b []byte) []byte { b[2] &^= 0x80; return b }), false},
		{"other opcode", tampered(func(b []byte) []byte { b[2] |= 0x10; return b }), false},
		{"other question", tampered(func(b []byte) []byte { b[13] = 'x'; return b }), false},
		{"cut", tampered(func(b []byte) []byte { return b[:len(b)-3] }), false},
		{"two questions", tampered(func(b []byte) []byte { b[5] = 2; return b }), false},
		{"short", tampered(func(b []byte) []byte { return b[:7] }), false},
		{"empty", tampered(func([]byte) []byte { return nil }), false},
		{"compression loop", tampered(func(b []byte) []byte { return append(b[:12], 0xc0, 12, 0, 1, 0, 1) }), false},
		{"too many records", func(q dnsmessage.Question, tcp bool, _ int) reply {
			return reply{truncate: !tcp, records: records(q, good+strings.Repeat(";"+private+". A 127.10.0.4", 80))}
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			srv := serveDNS(t, row.script)
			start := time.Now()
			_, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
			testkit.ErrorIs(t, err, netguard.ErrResolve)
			testkit.Equal(t, errors.Is(err, netguard.ErrNotFound), row.missing)
			testkit.Equal(t, netguard.Code(err), event.DNSFailure)
			testkit.True(t, time.Since(start) < time.Second, "within the timeout, on a busy machine")
		})
	}
}

func TestStraysAreIgnored(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, func(q dnsmessage.Question, _ bool, _ int) reply {
		evil := reply{records: records(q, host+". A 20.1.2.3")}
		return reply{records: records(q, good), before: func(m dnsmessage.Message) [][]byte {
			id := packed(m, evil)
			id[1] ^= 1
			m.Questions = []dnsmessage.Question{{Name: dnsmessage.MustNewName("evil.example."), Type: q.Type, Class: q.Class}}
			return [][]byte{id, packed(m, evil), {1, 2, 3}, {}}
		}}
	})
	e, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	testkit.NoError(t, err)
	testkit.Equal(t, len(e.Addresses), 1)
}

func TestTruncatedGoesToTCP(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, func(q dnsmessage.Question, tcp bool, _ int) reply {
		if !tcp {
			return reply{truncate: true, records: records(q, link+private+". A 20.1.2.3")}
		}
		return reply{records: records(q, good)}
	})
	e, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	testkit.NoError(t, err)
	testkit.Equal(t, e.Resolver, srv.addr+"/tcp")
	testkit.Equal(t, len(e.Addresses), 1)
}

func TestLostPacketIsAskedAgain(t *testing.T) {
	t.Parallel()
	srv := serveDNS(t, func(q dnsmessage.Question, _ bool, n int) reply {
		return reply{records: records(q, good), silent: n <= 2}
	})
	_, err := guard(t, vnet(srv.addr)).Verify(t.Context(), host)
	testkit.NoError(t, err)
	for _, name := range srv.names() {
		testkit.Equal(t, name, host+".") // absolute, never a search list
	}
}

func TestVerifyCanceled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	srv := serveDNS(t, func(dnsmessage.Question, bool, int) reply { cancel(); return reply{silent: true} })
	config := vnet(srv.addr)
	config.LookupTimeout = time.Minute
	_, err := guard(t, config).Verify(ctx, host)
	testkit.ErrorIs(t, err, context.Canceled)
	testkit.Equal(t, netguard.Code(err), event.Canceled)
}

func TestDial(t *testing.T) {
	t.Parallel()
	l := listen(t, "127.10.0.4:0")
	_, port, _ := net.SplitHostPort(l.Addr().String())
	srv := serveDNS(t, zone(good))
	config := vnet(srv.addr)
	config.Hosts = []string{net.JoinHostPort(host, port)}
	g := guard(t, config)
	c, err := g.DialContext(t.Context(), "tcp", net.JoinHostPort(strings.ToUpper(host), port))
	testkit.NoError(t, err)
	defer func() { _ = c.Close() }()
	e, ok := netguard.EvidenceOf(c)
	testkit.True(t, ok, "the connection carries evidence")
	testkit.Equal(t, e.Level, netguard.LevelConnect)
	testkit.Equal(t, e.Dialled.String(), l.Addr().String())
	testkit.Equal(t, srv.count.Load(), 2) // one lookup
	text, err := json.Marshal(e)
	testkit.NoError(t, err)
	testkit.True(t, strings.Contains(string(text), `"level":"connect","chain_proved":true`), string(text))
	testkit.True(t, strings.Contains(e.String(), private), e.String())

	for _, to := range []string{net.JoinHostPort(host, "1"), "other.openai.azure.com:" + port, "127.10.0.4:" + port, host, "", ":" + port} {
		_, err := g.DialContext(t.Context(), "tcp", to)
		testkit.ErrorIs(t, err, netguard.ErrHost)
		testkit.Equal(t, netguard.Code(err), event.EgressBlocked)
	}
	for _, network := range []string{"udp", "unix", "ip", ""} {
		_, err := g.DialContext(t.Context(), network, net.JoinHostPort(host, port))
		testkit.ErrorIs(t, err, netguard.ErrHost)
	}
}

func listen(t testing.TB, address string) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", address)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func TestRebinding(t *testing.T) {
	t.Parallel()
	var dials atomic.Int64
	srv := serveDNS(t, func(q dnsmessage.Question, _ bool, n int) reply {
		if n <= 2 {
			return reply{records: records(q, good)}
		}
		return reply{records: records(q, link+private+". A 20.1.2.3")}
	})
	g := guard(t, vnet(srv.addr))
	g.SetDial(func(to netip.AddrPort) (net.Conn, error) {
		dials.Add(1)
		testkit.Equal(t, to.String(), "127.10.0.4:443")
		return nil, errors.New("seam")
	})
	for i := range 5 {
		_, err := g.DialContext(t.Context(), "tcp", host+":443")
		if i == 0 {
			testkit.ErrorIs(t, err, netguard.ErrConnect)
			continue
		}
		testkit.ErrorIs(t, err, netguard.ErrPublicAddress)
	}
	testkit.Equal(t, dials.Load(), 1)
}

func TestPeerMustBeTheDialled(t *testing.T) {
	t.Parallel()
	elsewhere := listen(t, "127.20.0.4:0")
	g := guard(t, vnet(serveDNS(t, zone(good)).addr))
	g.SetDial(func(netip.AddrPort) (net.Conn, error) { return net.Dial("tcp", elsewhere.Addr().String()) })
	_, err := g.DialContext(t.Context(), "tcp", host+":443")
	testkit.ErrorIs(t, err, netguard.ErrConnect)
	testkit.ErrorIs(t, err, netguard.ErrDenied)
}

func TestConnectFaults(t *testing.T) {
	t.Parallel()
	g := guard(t, vnet(serveDNS(t, zone(good)).addr))
	_, err := g.DialContext(t.Context(), "tcp", host+":443") // nothing listens
	testkit.ErrorIs(t, err, netguard.ErrConnect)
	testkit.Equal(t, netguard.Code(err), event.ConnectFailure)
	g.SetDial(func(netip.AddrPort) (net.Conn, error) { return nil, context.DeadlineExceeded })
	_, err = g.DialContext(t.Context(), "tcp", host+":443")
	testkit.Equal(t, netguard.Code(err), event.Timeout)
	_, err = g.DialContext(t.Context(), "tcp6", host+":443") // judged, but there is none
	testkit.ErrorIs(t, err, netguard.ErrNotFound)
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	loop := waive(waiver.Loopback)
	for _, row := range []struct {
		host   string
		config netguard.Config
		want   error
	}{
		{"10.0.0.4", netguard.Config{}, netguard.ErrChain},
		{"10.0.0.4", netguard.Config{Mode: netguard.Address}, nil},
		{"20.1.2.3", netguard.Config{Mode: netguard.Address}, netguard.ErrPublicAddress},
		{"::ffff:10.0.0.4", netguard.Config{Mode: netguard.Address}, netguard.ErrDenied},
		{"127.0.0.1", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8")}, netguard.ErrDenied},
		{"127.0.0.1", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8"), Waivers: loop}, nil},
		{"127.0.0.1", netguard.Config{Waivers: loop}, netguard.ErrOutsidePrefixes},
		{"20.1.2.3", netguard.Config{Lane: netguard.Public}, netguard.ErrChain},
		{"127.0.0.1", netguard.Config{Lane: netguard.Public, Waivers: loop}, nil},
		{"169.254.169.254", netguard.Config{Lane: netguard.Identity}, nil},
		{"127.0.0.1", netguard.Config{Lane: netguard.Identity}, nil},
		{"10.0.0.4", netguard.Config{Lane: netguard.Identity}, netguard.ErrDenied},
		{"localhost", netguard.Config{Lane: netguard.Identity}, nil},
		{"LOCALHOST", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8"), Waivers: loop}, nil},
		{"localhost", netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8")}, netguard.ErrDenied},
		{"localhost", netguard.Config{Waivers: loop}, netguard.ErrOutsidePrefixes},
	} {
		t.Run(row.host, func(t *testing.T) {
			t.Parallel()
			row.config.Hosts = []string{row.host}
			_, err := guard(t, row.config).Verify(t.Context(), row.host)
			testkit.ErrorIs(t, err, row.want)
		})
	}
}

func TestPublicWaiverNeedsNoChain(t *testing.T) {
	t.Parallel()
	config := vnet(serveDNS(t, zone(host+". A 20.1.2.3")).addr)
	config.Waivers = waive(waiver.PublicEndpoint)
	_, err := guard(t, config).Verify(t.Context(), host)
	testkit.NoError(t, err)
	config.Server = serveDNS(t, zone(host+". A 20.1.2.3;"+host+". A 10.0.0.4")).addr
	_, err = guard(t, config).Verify(t.Context(), host)
	testkit.ErrorIs(t, err, netguard.ErrChain) // a private address still owes it
}

func TestConfigFaultsAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := netguard.New(netguard.Config{
		Lane: 9, Mode: 9, Server: "dns.example:53", LookupTimeout: -1, ConnectTimeout: -1,
		Hosts: []string{"127.1", "a b.example", host + ":0", "local", "res..example"},
		AllowedPrefixes: []netip.Prefix{{}, netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"),
			netip.MustParsePrefix("::ffff:10.0.0.0/104"), netip.MustParsePrefix("10.0.0.1/8")},
		Zones: []netguard.Zone{{Suffix: "x", Private: "y.example"}},
	})
	for _, path := range []string{"Lane", "Mode", "Server", "LookupTimeout", "ConnectTimeout", "Hosts[0]", "Hosts[1]", "Hosts[2]", "Hosts[3]", "Hosts[4]",
		"AllowedPrefixes[0]", "AllowedPrefixes[1]", "AllowedPrefixes[2]", "AllowedPrefixes[3]", "AllowedPrefixes[4]", "Zones[0].Suffix", "Zones[0].Private"} {
		testkit.True(t, strings.Contains(err.Error(), ": "+path+": "), path)
	}
	_, err = netguard.New(netguard.Config{})
	var fault *netguard.ConfigError
	testkit.True(t, errors.As(err, &fault) && fault.Path == "Hosts", "no hosts is a fault")
	_, err = netguard.New(netguard.Config{Lane: netguard.Identity, Hosts: []string{"localhost.example"}})
	testkit.True(t, errors.As(err, &fault) && fault.Path == "Hosts[0]", "the identity lane resolves nothing")
}

func TestZeroGuardRefuses(t *testing.T) {
	t.Parallel()
	var g netguard.Guard
	_, err := g.DialContext(t.Context(), "tcp", host+":443")
	testkit.ErrorIs(t, err, netguard.ErrHost)
}

func TestNameservers(t *testing.T) {
	t.Parallel()
	got, err := netguard.Nameservers("# x\nsearch corp.example\nnameserver 10.0.0.2\nnameserver nonsense\nnameserver fd00::2\n")
	testkit.NoError(t, err)
	testkit.DeepEqual(t, got, []string{"10.0.0.2:53", "[fd00::2]:53"})
	_, err = netguard.Nameservers("search corp.example")
	testkit.ErrorIs(t, err, netguard.ErrResolve)
}
