package netguard_test

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// TestBatteryAddress judges each address, and then serves it behind a proper chain to see
// that what is refused is not dialled. Loopback cannot host these addresses, so that dials
// are counted where they begin.
func TestBatteryAddress(t *testing.T) {
	t.Parallel()
	waived := func(p ...string) netguard.Config {
		return netguard.Config{AllowedPrefixes: prefixes(p...), Waivers: waive(waiver.PublicEndpoint)}
	}
	for _, row := range []struct {
		id     string
		addrs  []string
		config netguard.Config
		rule   netguard.Rule
	}{
		{"ADDR-01", []string{"10.0.0.4"}, netguard.Config{}, ""},
		{"ADDR-02", []string{"172.16.0.1", "172.31.255.254"}, netguard.Config{}, ""},
		{"ADDR-04", []string{"192.168.1.1"}, netguard.Config{}, ""},
		{"ADDR-07", []string{"8.8.8.8", "20.1.2.3", "172.32.0.1", "11.0.0.1", "2603:1020::1"}, netguard.Config{}, netguard.RuleBehindChain},
		{"ADDR-08", []string{"169.254.169.254"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-08 allowed by the operator", []string{"169.254.169.254"}, waived("169.254.0.0/16"), netguard.RuleDenied},
		{"ADDR-09", []string{"168.63.129.16"}, waived("0.0.0.0/1", "128.0.0.0/1"), netguard.RuleDenied},
		{"ADDR-12", []string{"100.64.0.1"}, netguard.Config{}, netguard.RuleBehindChain},
		{"ADDR-15", []string{"127.0.0.1", "::1"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-17", []string{"0.0.0.0", "::"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-22", []string{"::ffff:10.0.0.4"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-23", []string{"::ffff:8.8.8.8"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-25", []string{"64:ff9b::a00:4", "64:ff9b:1::a00:4", "2002:a00:4::1", "2001:0:a00:4::1"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-26", []string{"64:ff9b::808:808"}, netguard.Config{}, netguard.RuleDenied},
		{"ADDR-32", []string{"fd00::4"}, netguard.Config{}, ""},
		{"ADDR-35", []string{"fe80::1", "fec0::1", "ff02::1"}, netguard.Config{}, netguard.RuleDenied},
	} {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			for _, text := range row.addrs {
				serveAddress(t, row.config, netip.MustParseAddr(text), row.rule)
			}
		})
	}
	t.Run("ADDR-09 no legal prefix", func(t *testing.T) {
		t.Parallel()
		_, err := netguard.New(netguard.Config{Hosts: []string{host}, AllowedPrefixes: prefixes("0.0.0.0/0"), Waivers: waive(waiver.PublicEndpoint)})
		var fault *netguard.ConfigError
		testkit.True(t, errors.As(err, &fault) && fault.Path == "AllowedPrefixes[0]", "/0 is a fault")
	})
	// A zone id cannot come by DNS, only as a literal.
	t.Run("ADDR-34", func(t *testing.T) {
		t.Parallel()
		for _, text := range []string{"fd00::4%eth0", "::1%lo", "fe80::1%eth0"} {
			g := guard(t, netguard.Config{Hosts: []string{text}, Mode: netguard.Address, Waivers: waive(waiver.Loopback)})
			dials := g.CountDials()
			_, e, err := g.Prove(t.Context(), "tcp", net.JoinHostPort(text, "443"))
			testkit.ErrorIs(t, err, netguard.ErrDenied)
			testkit.Equal(t, e.Rule, netguard.RuleDenied)
			testkit.Equal(t, e.Addresses[0].Class, netguard.ClassZoned)
			testkit.Equal(t, dials.Load(), 0)
		}
	})
}

var errSeam = errors.New("nothing is dialled in this test")

func serveAddress(t *testing.T, config netguard.Config, a netip.Addr, rule netguard.Rule) {
	t.Helper()
	config.Server = serveDNS(t, func(q dnsmessage.Question, _ bool, _ int) reply {
		if q.Type == dnsmessage.TypeA && a.Is4() {
			return reply{records: records(q, link+private+". A "+a.String())}
		}
		if q.Type == dnsmessage.TypeAAAA && !a.Is4() {
			return reply{records: records(q, link+private+". AAAA "+a.String())}
		}
		return reply{records: records(q, link)}
	}).addr
	g := guard(t, config)
	j, err := g.Judge(netip.AddrPortFrom(a, 443).Addr())
	testkit.Equal(t, err == nil, rule == "")
	testkit.True(t, j.Rule != "", "every judgement has a rule")
	var dialled []netip.AddrPort
	g.SetDial(func(to netip.AddrPort) (net.Conn, error) { dialled = append(dialled, to); return nil, errSeam })
	_, e, err := g.Prove(t.Context(), "tcp", host+":443")
	if rule == "" {
		testkit.ErrorIs(t, err, errSeam)
		testkit.DeepEqual(t, dialled, []netip.AddrPort{netip.AddrPortFrom(a, 443)})
		testkit.Equal(t, e.Level, netguard.LevelChain)
		return
	}
	testkit.Equal(t, e.Rule, rule)
	testkit.Equal(t, len(dialled), 0)
	testkit.Equal(t, e.Level, netguard.LevelUnknown)
	testkit.True(t, errors.Is(err, netguard.ErrDenied) || errors.Is(err, netguard.ErrPublicAddress) || errors.Is(err, netguard.ErrOutsidePrefixes), "an address error")
}
