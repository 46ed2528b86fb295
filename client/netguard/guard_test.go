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
		LookupTimeout: 900 * time.Millisecond, Waivers: waive(waiver.Loopback)}
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
				testkit.Equal(t, e.Resolver, netguard.Server{Addr: srv.addr, Proto: "udp"})
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
	testkit.True(t, strings.Contains(string(text), `"level":"connect","verdict":"pass","chainProved":true`), string(text))
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

func TestZeroGuardRefuses(t *testing.T) {
	t.Parallel()
	var g netguard.Guard
	_, err := g.DialContext(t.Context(), "tcp", host+":443")
	testkit.ErrorIs(t, err, netguard.ErrHost)
}
