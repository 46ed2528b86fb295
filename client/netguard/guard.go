package netguard

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
)

// A Guard proves, while dialling, that an endpoint is private.
//
// It resolves a name itself, checks every answer, and dials only an address that it has
// checked. The zero Guard refuses everything; use [New]. A Guard keeps no connections,
// starts no goroutines, needs no closing, and is safe for concurrent use.
type Guard struct {
	lane     Lane
	mode     Mode
	targets  []target
	allowed  []netip.Prefix
	rules    []string // allowed, as text
	zones    []Zone
	resolver Resolver
	connect  time.Duration
	waivers  []waiver.Waiver

	// dial is the one place where a connection comes into being.
	dial func(ctx context.Context, dialer *net.Dialer, to netip.AddrPort) (net.Conn, error)
}

// New checks c and makes its Guard, without touching the network. The error joins a
// [*ConfigError] for every fault.
func New(c Config) (*Guard, error) {
	g := &Guard{lane: c.Lane, mode: c.Mode, connect: c.ConnectTimeout, resolver: c.Resolver,
		waivers: slices.Clone(c.Waivers), dial: dialTCP}
	if err := c.check(g); err != nil {
		return nil, err
	}
	for _, p := range g.allowed {
		g.rules = append(g.rules, p.String())
	}
	if g.connect == 0 {
		g.connect = defaultConnectTimeout
	}
	if g.resolver == nil {
		own := &client{server: c.Server, timeout: c.LookupTimeout}
		if own.timeout == 0 {
			own.timeout = defaultLookupTimeout
		}
		g.resolver = own
	}
	return g, nil
}

// DialContext connects to a verified address of the host in address, which must be on
// the list. The network is tcp, tcp4 or tcp6; the latter two narrow what is dialled, not
// what is judged. The connection carries [Evidence], see [EvidenceOf].
//
// One bad address is enough for a refusal, even beside good ones: the next dial could
// pick it. Errors: those of [Guard.Verify] and [ErrConnect].
func (g *Guard) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := g.admit(network, address)
	if err != nil {
		return nil, err
	}
	evidence, err := g.verify(ctx, host)
	if err != nil {
		return nil, err
	}
	return g.connectTo(ctx, network, evidence, port)
}

// Verify does all that can be done without a connection, for a host on the list whatever
// its port. errors.Is finds [ErrHost], [ErrResolve], [ErrNotFound], [ErrChain],
// [ErrDenied], [ErrPublicAddress] or [ErrOutsidePrefixes].
func (g *Guard) Verify(ctx context.Context, host string) (Evidence, error) {
	name, _, err := parseHost(host)
	if err != nil || !slices.ContainsFunc(g.targets, func(t target) bool { return t.host == name }) {
		return Evidence{}, ErrHost
	}
	return g.verify(ctx, name)
}

// admit checks the destination against the list.
func (g *Guard) admit(network, address string) (host string, port uint16, err error) {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return "", 0, ErrHost
	}
	name, digits, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, ErrHost
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil {
		return "", 0, ErrHost
	}
	host, _, err = parseHost(name)
	if err != nil || !slices.Contains(g.targets, target{host, uint16(n)}) {
		return "", 0, ErrHost
	}
	return host, uint16(n), nil
}

// verify resolves and judges a host in its one spelling.
func (g *Guard) verify(ctx context.Context, host string) (Evidence, error) {
	e := Evidence{Host: host, Lane: g.lane, Mode: g.mode, At: time.Now()}
	if addr, err := netip.ParseAddr(host); err == nil {
		return g.verifyLiteral(e, addr)
	}
	if host == localhost {
		return g.verifyLiteral(e, netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	if g.lane == Identity {
		return Evidence{}, ErrHost
	}
	answer, err := g.resolver.Lookup(ctx, host)
	if err != nil {
		return Evidence{}, err
	}
	chain, addrs, err := g.walk(host, answer)
	if err != nil {
		return Evidence{}, err
	}
	e.Resolver, e.Chain = answer.Server, chain
	expected, covered := g.privateName(host)
	e.Proved = g.lane == Private && covered && end(host, chain) == expected
	if err := g.judgeAll(&e, addrs, covered && reaches(host, chain, expected)); err != nil {
		return Evidence{}, err
	}
	if err := g.demand(&e, covered); err != nil {
		return Evidence{}, err
	}
	return e, nil
}

// walk follows both answers. They may take different ways in the Public lane, where
// traffic managers do that; in the Private lane they must end at the same name.
func (g *Guard) walk(host string, answer Answer) (chain []Link, addrs []netip.Addr, err error) {
	chain, addrs, err = follow(host, answer.A)
	if err != nil {
		return nil, nil, err
	}
	chain6, addrs6, err := follow(host, answer.AAAA)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case len(addrs)+len(addrs6) == 0:
		return nil, nil, &ResolveError{Host: host, Server: answer.Server, Reason: "the name has no address", Missing: true}
	case len(addrs) == 0:
		chain = chain6
	case len(addrs6) > 0 && g.lane == Private && end(host, chain) != end(host, chain6):
		return nil, nil, &ChainError{host, "the A and AAAA answers lead to different names"}
	}
	return chain, append(addrs, addrs6...), nil
}

// reaches reports whether name lies on the chain from host.
func reaches(host string, chain []Link, name string) bool {
	return host == name || slices.ContainsFunc(chain, func(l Link) bool { return l.Target == name })
}

// judgeAll judges every address into e. The worst fault is told: a public address
// before any other, because it says most about the network.
func (g *Guard) judgeAll(e *Evidence, addrs []netip.Addr, announced bool) error {
	var worst *AddressError
	for _, a := range addrs {
		verdict, err := g.judge(a, e.At)
		e.Addresses = append(e.Addresses, verdict)
		if err != nil && (worst == nil || verdict.Class == ClassPublic) {
			worst = &AddressError{Host: e.Host, Lane: g.lane, Addr: a, Class: verdict.Class, Chain: announced, Rule: err}
		}
	}
	if worst != nil {
		return worst
	}
	e.Level = LevelAddress
	return nil
}

// demand asks for the chain where it is needed: strict mode, Private lane, unless the
// waiver for public endpoints is what let every address pass.
func (g *Guard) demand(e *Evidence, covered bool) error {
	if e.Proved {
		e.Level = LevelChain
	}
	public := func(v Verdict) bool { return v.Rule == ruleWaiver }
	switch {
	case e.Proved, g.lane != Private, g.mode == Address:
		return nil
	case !slices.ContainsFunc(e.Addresses, func(v Verdict) bool { return !public(v) }):
		return nil
	case !covered:
		return &ChainError{e.Host, "no zone covers this host; custom names need the address mode or a zone of their own"}
	default:
		return &ChainError{e.Host, "the answer does not end at the host's own name in the private zone"}
	}
}

// verifyLiteral judges an IP literal, for which there is no chain: it passes in the
// Identity lane, in address mode, and as loopback under its waiver.
func (g *Guard) verifyLiteral(e Evidence, addr netip.Addr) (Evidence, error) {
	if err := g.judgeAll(&e, []netip.Addr{addr}, false); err != nil {
		return Evidence{}, err
	}
	loopback := e.Addresses[0].Class == ClassLoopback
	if g.lane == Identity || loopback || g.lane == Private && g.mode == Address {
		return e, nil
	}
	return Evidence{}, &ChainError{e.Host, "an IP literal has no chain"}
}

// connectTo dials the addresses of e one after the other, IPv4 first, and gives each its
// share of the time.
func (g *Guard) connectTo(ctx context.Context, network string, e Evidence, port uint16) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.connect)
	defer cancel()
	var addrs []netip.AddrPort
	for _, v := range e.Addresses {
		if network == "tcp" || (network == "tcp4") == v.IP.Is4() {
			addrs = append(addrs, netip.AddrPortFrom(v.IP, port))
		}
	}
	if len(addrs) == 0 {
		return nil, &ResolveError{Host: e.Host, Reason: "no address of the family that was asked for", Missing: true}
	}
	var last *ConnectError
	for i, to := range addrs {
		c, err := g.connectOne(ctx, to, len(addrs)-i)
		if err == nil {
			e.Level, e.Dialled = LevelConnect, to
			return &conn{Conn: c, evidence: e}, nil
		}
		last = &ConnectError{Host: e.Host, Addr: to, Tried: i + 1, Err: err}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, last
}

func (g *Guard) connectOne(ctx context.Context, to netip.AddrPort, left int) (net.Conn, error) {
	dialer := &net.Dialer{ControlContext: g.recheck}
	if until, ok := ctx.Deadline(); ok {
		dialer.Timeout = time.Until(until) / time.Duration(left)
	}
	c, err := g.dial(ctx, dialer, to)
	if err != nil {
		return nil, err
	}
	peer, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil || peer != to {
		_ = c.Close() // not the peer that was verified
		return nil, ErrDenied
	}
	return c, nil
}

func dialTCP(ctx context.Context, dialer *net.Dialer, to netip.AddrPort) (net.Conn, error) {
	c, err := dialer.DialTCP(ctx, "tcp", netip.AddrPort{}, to)
	if err != nil {
		return nil, err
	}
	return c, nil
}

// recheck judges the address that the kernel is about to get.
func (g *Guard) recheck(_ context.Context, network, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || network != "tcp4" && network != "tcp6" {
		return ErrDenied
	}
	_, err = g.judge(to.Addr(), time.Now())
	return err
}
