package netguard_test

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
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

// The address is judged again at the last moment: here the waiver that let it pass ends
// while the name is looked up.
func TestCheckedAgain(t *testing.T) {
	t.Parallel()
	l, err := record(t, "127.10.0.4:0")
	testkit.NoError(t, err)
	until := time.Now().Add(200 * time.Millisecond)
	srv := serveDNS(t, func(q dnsmessage.Question, _ bool, _ int) reply {
		time.Sleep(time.Until(until.Add(20 * time.Millisecond)))
		return reply{records: records(q, good)}
	})
	_, port, _ := net.SplitHostPort(l.Addr().String())
	config := vnet(srv.addr)
	config.Hosts, config.LookupTimeout = []string{net.JoinHostPort(host, port)}, 5*time.Second
	config.Waivers = []waiver.Waiver{waiver.New(waiver.Loopback, "a test", until)}
	_, e, err := guard(t, config).Prove(t.Context(), "tcp", net.JoinHostPort(host, port))
	testkit.ErrorIs(t, err, netguard.ErrConnect)
	testkit.ErrorIs(t, err, netguard.ErrDenied)
	testkit.Equal(t, netguard.Code(err), event.PrivateEndpoint)
	testkit.Equal(t, e.Rule, netguard.RuleDenied)
	testkit.Equal(t, l.conns.Load(), 0)
}

func TestPeerMustBeTheDialled(t *testing.T) {
	t.Parallel()
	elsewhere := listen(t, "127.20.0.4:0")
	g := guard(t, vnet(serveDNS(t, zone(good)).addr))
	g.SetDial(func(netip.AddrPort) (net.Conn, error) { return net.Dial("tcp", elsewhere.Addr().String()) })
	_, err := g.DialContext(t.Context(), "tcp", host+":443")
	testkit.ErrorIs(t, err, netguard.ErrConnect)
	testkit.ErrorIs(t, err, netguard.ErrDenied)
	testkit.Equal(t, netguard.Code(err), event.PrivateEndpoint)
}

// silent is an address that takes no connection and refuses none: its queue is full.
func silent(t *testing.T) netip.AddrPort {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(fd) })
	testkit.NoError(t, syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 10, 0, 4}}))
	testkit.NoError(t, syscall.Listen(fd, 0))
	name, err := syscall.Getsockname(fd)
	testkit.NoError(t, err)
	in4 := name.(*syscall.SockaddrInet4)
	at := netip.AddrPortFrom(netip.AddrFrom4(in4.Addr), uint16(in4.Port))
	filler, err := net.Dial("tcp", at.String())
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = filler.Close() })
	return at
}

// A connect that hangs ends with its time or with its caller, whichever is first.
func TestConnectHangs(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name            string
		connect, caller time.Duration
		cancel          bool
		code            event.Code
	}{
		{"its own time", 100 * time.Millisecond, time.Minute, false, event.ConnectTimeout},
		{"the caller's time", time.Minute, 100 * time.Millisecond, false, event.ConnectTimeout},
		{"the caller", time.Minute, 100 * time.Millisecond, true, event.Canceled},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			at := silent(t)
			config := vnet(serveDNS(t, zone(good)).addr)
			config.Hosts, config.ConnectTimeout = []string{net.JoinHostPort(host, strconv.Itoa(int(at.Port())))}, row.connect
			ctx, cancel := context.WithTimeout(t.Context(), row.caller)
			if row.cancel {
				ctx, cancel = context.WithCancel(t.Context())
				time.AfterFunc(row.caller, cancel)
			}
			defer cancel()
			start := time.Now()
			_, e, err := guard(t, config).Prove(ctx, "tcp", config.Hosts[0])
			testkit.ErrorIs(t, err, netguard.ErrConnect)
			testkit.Equal(t, netguard.Code(err), row.code)
			testkit.Equal(t, e.Rule, netguard.RuleConnect)
			testkit.Equal(t, e.Level, netguard.LevelChain) // that much was proved
			testkit.True(t, time.Since(start) < 2*time.Second, "soon")
		})
	}
}

func TestConnectFaults(t *testing.T) {
	t.Parallel()
	g := guard(t, vnet(serveDNS(t, zone(good)).addr))
	_, err := g.DialContext(t.Context(), "tcp", host+":443") // nothing listens
	testkit.ErrorIs(t, err, netguard.ErrConnect)
	testkit.Equal(t, netguard.Code(err), event.ConnectFailure)
	g.SetDial(func(netip.AddrPort) (net.Conn, error) { return nil, context.DeadlineExceeded })
	_, err = g.DialContext(t.Context(), "tcp", host+":443")
	testkit.Equal(t, netguard.Code(err), event.ConnectTimeout)
	_, err = g.DialContext(t.Context(), "tcp6", host+":443") // judged, but there is none
	testkit.ErrorIs(t, err, netguard.ErrNotFound)
}

func TestZeroGuardRefuses(t *testing.T) {
	t.Parallel()
	var g netguard.Guard
	_, err := g.DialContext(t.Context(), "tcp", host+":443")
	testkit.ErrorIs(t, err, netguard.ErrHost)
}
