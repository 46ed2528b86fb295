package netguard_test

import (
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A recorder is a listener that counts who came and what they said.
type recorder struct {
	net.Listener
	conns, bytes atomic.Int64
}

// record serves address until the test ends.
func record(t testing.TB, address string) (*recorder, error) {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	r := &recorder{Listener: l}
	var all sync.WaitGroup
	all.Go(func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			r.conns.Add(1)
			all.Go(func() { r.read(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return r, nil
}

func (r *recorder) read(c net.Conn) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		r.bytes.Add(int64(n))
		if err != nil {
			return
		}
	}
}

// A world has the endpoint in the VNet, 127.10.0.4, and an impostor in the Internet,
// 127.20.0.4, on the same port.
type world struct {
	vnet, internet *recorder
	port           string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	for range 20 {
		v, err := record(t, "127.10.0.4:0")
		testkit.NoError(t, err)
		_, port, _ := net.SplitHostPort(v.Addr().String())
		if i, err := record(t, "127.20.0.4:"+port); err == nil {
			return &world{v, i, port}
		}
	}
	t.Fatal("no port is free on both addresses")
	return nil
}

// A row is one hostile case of the battery over real sockets.
type row struct {
	id     string
	script script
	config func(*netguard.Config)
	// network is what is dialled; "" is tcp.
	network string
	// rule is why it is refused; "" means that it passes, at level.
	rule  netguard.Rule
	level netguard.Level
	// queries bounds the packets to the DNS server; zero means one for each family.
	queries int64
}

// sentinels are what errors.Is finds for a rule.
var sentinels = map[netguard.Rule]error{
	netguard.RuleDenied: netguard.ErrDenied, netguard.RulePublic: netguard.ErrPublicAddress, netguard.RuleOutside: netguard.ErrOutsidePrefixes,
	netguard.RuleDNS: netguard.ErrResolve, netguard.RuleNoName: netguard.ErrNotFound, netguard.RuleServFail: netguard.ErrServerFailed,
	netguard.RuleChain: netguard.ErrChain, netguard.RuleConnect: netguard.ErrConnect, netguard.RulePeer: netguard.ErrDenied,
}

// codes are what error, metric and audit record say for a rule: the classes of the battery
// stay apart.
var codes = map[netguard.Rule]event.Code{
	netguard.RuleDenied: event.PrivateEndpoint, netguard.RulePublic: event.PrivateEndpoint, netguard.RuleOutside: event.PrivateEndpoint,
	netguard.RuleBehindChain: event.PrivateEndpoint, netguard.RuleChain: event.PrivateUnproved,
	netguard.RuleDNS: event.DNSFailure, netguard.RuleNoName: event.DNSNotFound, netguard.RuleServFail: event.DNSServerFailure,
}

// canary is what a request would carry.
const canary = "canary-prompt"

// run plays a row against a guard, and holds it to what every row must keep: the impostor
// sees nothing, a refusal comes before the first dial, the text of an error quotes nothing
// of the answer, the time is bounded, and the same guard lets the honest case pass.
func (r row) run(t *testing.T) {
	w := newWorld(t)
	srv := serveDNS(t, r.script)
	config := r.configure(w, srv.addr)
	g := guard(t, config)
	dials := g.CountDials()
	start := time.Now()
	e, err := r.dial(t, g, w)
	testkit.True(t, time.Since(start) < config.LookupTimeout+config.ConnectTimeout+250*time.Millisecond, "within the budget")
	testkit.Equal(t, e.Rule, r.rule)
	testkit.Equal(t, w.internet.conns.Load(), 0)
	testkit.Equal(t, w.internet.bytes.Load(), 0)
	testkit.True(t, srv.count.Load() <= max(r.queries, 2), "no more packets to the server than questions")
	for _, name := range srv.names() {
		testkit.Equal(t, name, host+".")
	}
	if r.rule == "" {
		testkit.NoError(t, err)
		testkit.Equal(t, e.Verdict, netguard.Pass)
		testkit.True(t, e.Meets(netguard.LevelConnect), "connected")
		testkit.Equal(t, e.Meets(netguard.LevelChain), r.level == netguard.LevelChain)
		testkit.Equal(t, dials.Load(), 1)
		testkit.Equal(t, e.Dialled.String(), w.vnet.Addr().String())
		return
	}
	r.refused(t, e, err, dials.Load())
	r.control(t, w)
}

func (r row) configure(w *world, server string) netguard.Config {
	config := vnet(server)
	config.Hosts = []string{net.JoinHostPort(host, w.port)}
	config.ConnectTimeout = time.Second
	if r.config != nil {
		r.config(&config)
	}
	return config
}

// dial connects and says what must only ever be heard in the VNet.
func (r row) dial(t *testing.T, g *netguard.Guard, w *world) (netguard.Evidence, error) {
	t.Helper()
	network := r.network
	if network == "" {
		network = "tcp"
	}
	c, e, err := g.Prove(t.Context(), network, net.JoinHostPort(host, w.port))
	if err == nil {
		_, _ = c.Write([]byte(canary))
		_ = c.Close()
	}
	return e, err
}

func (r row) refused(t *testing.T, e netguard.Evidence, err error, dials int64) {
	t.Helper()
	if err == nil {
		t.Fatal("not refused")
	}
	if r.rule == netguard.RuleBehindChain {
		var address *netguard.AddressError
		testkit.True(t, errors.As(err, &address) && address.Chain, "the chain is told")
		testkit.True(t, strings.Contains(err.Error(), "privatelink chain but"), err.Error())
	} else {
		testkit.ErrorIs(t, err, sentinels[r.rule])
	}
	testkit.Equal(t, netguard.Code(err), codes[r.rule])
	testkit.Equal(t, e.Verdict, netguard.Fail)
	testkit.True(t, !e.Meets(netguard.LevelAddress) && !e.Meets(netguard.LevelConnect), "no level passes")
	testkit.Equal(t, dials, 0)
	var safe interface{ Safe() }
	testkit.True(t, errors.As(err, &safe), "the text is safe")
	testkit.True(t, !strings.Contains(err.Error(), "evil"), "the answer is not quoted")
	testkit.True(t, strings.Contains(e.Report(), "to do: "), "the report says what to do")
}

// control is the honest case for the same configuration: refusing everything is no proof.
func (r row) control(t *testing.T, w *world) {
	t.Helper()
	g := guard(t, r.configure(w, serveDNS(t, zone(good)).addr))
	_, err := row{network: "tcp"}.dial(t, g, w)
	testkit.NoError(t, err)
}

func runRows(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.id, func(t *testing.T) {
			t.Parallel()
			r.run(t)
		})
	}
}
