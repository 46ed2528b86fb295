package netguard_test

import (
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const (
	host    = "res.openai.azure.com"
	private = "res.privatelink.openai.azure.com"
)

func waive(kinds ...waiver.Kind) (ws []waiver.Waiver) {
	for _, k := range kinds {
		ws = append(ws, waiver.New(k, "a test", time.Now().Add(time.Hour)))
	}
	return ws
}

func guard(t testing.TB, c netguard.Config) *netguard.Guard {
	t.Helper()
	if c.Hosts == nil {
		c.Hosts = []string{host}
	}
	g, err := netguard.New(c)
	testkit.NoError(t, err)
	return g
}

func prefixes(texts ...string) (ps []netip.Prefix) {
	for _, s := range texts {
		ps = append(ps, netip.MustParsePrefix(s))
	}
	return ps
}

func TestJudge(t *testing.T) {
	t.Parallel()
	everything := prefixes("0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1")
	loopback := waive(waiver.Loopback)
	standard, wide := netguard.Config{}, netguard.Config{AllowedPrefixes: everything, Waivers: waive(waiver.PublicEndpoint)}
	waived := netguard.Config{AllowedPrefixes: everything, Waivers: waive(waiver.PublicEndpoint, waiver.Loopback)}
	tested := netguard.Config{AllowedPrefixes: prefixes("127.10.0.0/16"), Waivers: loopback}
	public := netguard.Config{Waivers: waive(waiver.PublicEndpoint)}
	login := netguard.Config{Lane: netguard.Public}
	identity := netguard.Config{Lane: netguard.Identity, Hosts: []string{"169.254.169.254"}}
	for _, row := range []struct {
		name   string
		config netguard.Config
		addrs  []string
		want   error
	}{
		{"default allow list", standard, []string{"10.0.0.4", "172.16.0.1", "172.31.255.254", "192.168.1.1", "fd00::4"}, nil},
		{"public", standard, []string{"8.8.8.8", "20.1.2.3", "2603:1020::1", "172.32.0.1", "11.0.0.1"}, netguard.ErrPublicAddress},
		{"not listed", standard, []string{"100.64.0.1", "fc00::1", "192.0.2.1", "2001:db8::1", "198.18.0.1", "4000::1"}, netguard.ErrOutsidePrefixes},
		{"hard", standard, hardDenied, netguard.ErrDenied},
		{"hard with every prefix", wide, hardDenied, netguard.ErrDenied},
		{"hard with the public waiver", public, hardDenied, netguard.ErrDenied},
		{"hard in the public lane", login, hardDenied, netguard.ErrDenied},
		{"loopback", standard, loopbacks, netguard.ErrDenied},
		{"loopback with every prefix", wide, loopbacks, netguard.ErrDenied},
		{"loopback with its waiver", waived, loopbacks, nil},
		{"other hard ones with the loopback waiver", waived, hardDenied, netguard.ErrDenied},
		{"the list decides under the waiver", tested, []string{"127.10.0.4"}, nil},
		{"loopback off the list under the waiver", tested, []string{"127.20.0.4", "127.0.0.1", "::1"}, netguard.ErrOutsidePrefixes},
		{"the waiver does not extend the default list", netguard.Config{Waivers: loopback}, loopbacks, netguard.ErrOutsidePrefixes},
		{"shared space if listed", netguard.Config{AllowedPrefixes: prefixes("100.64.0.0/10")}, []string{"100.64.0.1"}, nil},
		{"public space if listed and waived", netguard.Config{AllowedPrefixes: prefixes("20.0.0.0/8"), Waivers: waive(waiver.PublicEndpoint)}, []string{"20.1.2.3"}, nil},
		{"public with its waiver", public, []string{"20.1.2.3", "10.0.0.4", "2603:1020::1"}, nil},
		{"special with the public waiver", public, []string{"192.0.2.1", "100.64.0.1", "4000::1"}, netguard.ErrOutsidePrefixes},
		{"public lane", login, []string{"20.1.2.3", "2603:1020::1", "10.0.0.4"}, nil},
		{"public lane, special", login, []string{"192.0.2.1", "100.64.0.1", "fc00::1"}, netguard.ErrOutsidePrefixes},
		{"public lane, loopback", login, loopbacks, netguard.ErrDenied},
		{"public lane, loopback waived", netguard.Config{Lane: netguard.Public, Waivers: loopback}, loopbacks, nil},
		{"identity lane", identity, append([]string{"169.254.169.254", "169.254.130.2"}, loopbacks...), nil},
		{"identity lane, others", identity, []string{"10.0.0.4", "20.1.2.3", "168.63.129.16", "fe80::1", "::ffff:169.254.169.254", "0.0.0.0", "fd00:ec2::254"}, netguard.ErrDenied},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g := guard(t, row.config)
			for _, a := range row.addrs {
				v, err := g.Judge(netip.MustParseAddr(a))
				if !errors.Is(err, row.want) {
					t.Errorf("%s (%s): got %v, want %v", a, v.Class, err, row.want)
				}
				if err == nil && v.Rule == "" {
					t.Errorf("%s passed by no rule", a)
				}
			}
		})
	}
}

var loopbacks = []string{"127.0.0.1", "127.255.255.254", "::1"}

// hardDenied holds one or more addresses of every block that no setting may allow.
var hardDenied = []string{
	"169.254.169.254", "169.254.0.1", "168.63.129.16", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
	"::", "::2", "::10.0.0.4", "::ffff:10.0.0.4", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:10.0.0.4", "64:ff9b::a00:4", "64:ff9b::808:808",
	"64:ff9b:1::a00:4", "2002:a00:4::1", "2001:0:a00:4::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "fd00::4%eth0", "2603:1020::1%eth0", "::1%lo",
}

func TestJudgeZeroAddress(t *testing.T) {
	t.Parallel()
	_, err := guard(t, netguard.Config{}).Judge(netip.Addr{})
	testkit.ErrorIs(t, err, netguard.ErrDenied)
}

func TestWaiverExpires(t *testing.T) {
	t.Parallel()
	old := waiver.New(waiver.Loopback, "a test", time.Now().Add(-time.Second))
	g := guard(t, netguard.Config{AllowedPrefixes: prefixes("127.0.0.0/8"), Waivers: []waiver.Waiver{old}})
	_, err := g.Judge(netip.MustParseAddr("127.0.0.1"))
	testkit.ErrorIs(t, err, netguard.ErrDenied)
}

func TestRecheck(t *testing.T) {
	t.Parallel()
	g := guard(t, netguard.Config{})
	testkit.NoError(t, g.Recheck("tcp4", "10.0.0.4:443"))
	for _, row := range [][2]string{{"tcp4", "20.1.2.3:443"}, {"tcp4", "127.0.0.1:443"}, {"tcp6", "[::1]:443"}, {"unix", "@x"}, {"udp4", "10.0.0.4:443"}, {"tcp4", "nonsense"}} {
		testkit.True(t, g.Recheck(row[0], row[1]) != nil, row[1])
	}
}

// maxJudge is the most that the judgement of an address may take, beside the hundred times
// that a lookup takes.
const maxJudge = 500 * time.Nanosecond

func BenchmarkJudge(b *testing.B) {
	g, now := guard(b, netguard.Config{}), time.Now()
	for _, text := range []string{"10.0.0.4", "192.168.1.1", "fd00::4", "20.1.2.3", "2603:1020::1", "::ffff:10.0.0.4"} {
		a := netip.MustParseAddr(text)
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = g.JudgeAt(a, now)
			}
			if each := b.Elapsed() / time.Duration(b.N); each > maxJudge && b.N > 1000 {
				b.Errorf("%v for one address, over %v", each, maxJudge)
			}
		})
	}
}

// The judgement allocates nothing.
func TestJudgeAllocs(t *testing.T) {
	g, now := guard(t, netguard.Config{}), time.Now()
	for _, text := range []string{"10.0.0.4", "fd00::4", "20.1.2.3"} {
		a := netip.MustParseAddr(text)
		testkit.Allocs(t, 0, func() { _, _ = g.JudgeAt(a, now) })
	}
}

// Public space cannot be listed in place of the waiver, nor outlive it.
func TestPublicPrefixNeedsTheWaiver(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"0.0.0.0/1", "8.8.8.0/24", "10.0.0.0/7", "2000::/3", "2603:1020::/32", "169.254.0.0/16"} {
		_, err := netguard.New(netguard.Config{Hosts: []string{host}, AllowedPrefixes: prefixes(prefix)})
		var fault *netguard.ConfigError
		testkit.True(t, errors.As(err, &fault) && fault.Path == "AllowedPrefixes[0]", prefix)
	}
	synctest.Test(t, func(t *testing.T) {
		short := waiver.New(waiver.PublicEndpoint, "a test", time.Now().Add(time.Minute))
		g := guard(t, netguard.Config{AllowedPrefixes: prefixes("20.0.0.0/8"), Waivers: []waiver.Waiver{short}})
		_, err := g.Judge(netip.MustParseAddr("20.1.2.3"))
		testkit.NoError(t, err)
		time.Sleep(2 * time.Minute)
		_, err = g.Judge(netip.MustParseAddr("20.1.2.3"))
		testkit.ErrorIs(t, err, netguard.ErrPublicAddress)
	})
}
