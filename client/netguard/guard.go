package netguard

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
)

// A Guard proves, while dialling, that an endpoint is private.
//
// It resolves a name itself, checks every answer, and dials only an address that it has
// checked. The zero Guard refuses everything; use [New]. A Guard keeps no connections and
// no answers, starts no goroutines, needs no closing, and is safe for concurrent use.
type Guard struct {
	lane     Lane
	mode     Mode
	targets  []target
	allowed  []netip.Prefix
	zones    []Zone
	resolver Resolver
	flights  flights
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
	if g.connect == 0 {
		g.connect = defaultConnectTimeout
	}
	if g.resolver == nil {
		g.resolver = newClient(c.Server, c.LookupTimeout)
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
	c, _, err := g.Prove(ctx, network, address)
	return c, err
}

// Prove is DialContext that returns the evidence also of a dial that failed.
func (g *Guard) Prove(ctx context.Context, network, address string) (net.Conn, Evidence, error) {
	host, port, err := g.admit(network, address)
	if err != nil {
		return nil, Evidence{}, err
	}
	e, err := g.verify(ctx, host)
	if err != nil {
		return nil, e, err
	}
	c, err := g.connectTo(ctx, network, &e, port)
	if err != nil {
		e.settle(err)
		return nil, e, err
	}
	return &conn{Conn: c, evidence: e}, e, nil
}

// Verify does all that can be done without a connection, for a host on the list whatever
// its port. errors.Is finds [ErrHost], [ErrResolve], [ErrNotFound], [ErrServerFailed],
// [ErrChain], [ErrDenied], [ErrPublicAddress] or [ErrOutsidePrefixes]. The evidence tells
// what was found also beside an error, except ErrHost.
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
