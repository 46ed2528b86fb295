package netguard

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// verify resolves and judges a host in its one spelling.
func (g *Guard) verify(ctx context.Context, host string) (Evidence, error) {
	e := Evidence{Host: host, Lane: g.lane, Mode: g.mode, At: time.Now()}
	err := g.prove(ctx, &e)
	e.settle(err)
	return e, err
}

func (g *Guard) prove(ctx context.Context, e *Evidence) error {
	if addr, err := netip.ParseAddr(e.Host); err == nil {
		return g.proveLiteral(e, addr)
	}
	if e.Host == localhost {
		return g.proveLiteral(e, netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	if g.lane == Identity {
		return ErrHost
	}
	if g.lane == Private {
		e.Zone, _ = zoneOf(e.Host, g.zones)
	}
	answer, err := g.flights.lookup(ctx, g.resolver, e.Host)
	if err != nil {
		return err
	}
	e.Resolver = answer.Server
	links, addrs, err := g.walk(e, answer)
	if err != nil {
		return err
	}
	e.expire()
	e.Proved = e.Zone.Private != "" && !e.Zone.direct() && e.Zone.leads(e.Host, end(e.Host, links))
	if err := g.judgeAll(e, addrs, announced(e, links)); err != nil {
		return err
	}
	return g.demand(e, links)
}

// walk follows both answers into e.Chain and returns its links and its addresses. The
// answers may take different ways in the Public lane, where traffic managers do that; in
// the Private lane they must end at the same name.
func (g *Guard) walk(e *Evidence, answer Answer) (links, addrs []Record, err error) {
	chain, n, err := follow(e.Host, answer.A)
	if err != nil {
		return nil, nil, err
	}
	chain6, n6, err := follow(e.Host, answer.AAAA)
	if err != nil {
		return nil, nil, err
	}
	both := len(chain) > n && len(chain6) > n6
	if both && g.lane == Private && end(e.Host, chain[:n]) != end(e.Host, chain6[:n6]) {
		return nil, nil, &ChainError{e.Host, "the A and AAAA answers lead to different names"}
	}
	if len(chain) == n && len(chain6) > n6 { // the way to the addresses is the one that counts
		chain, n, chain6, n6 = chain6, n6, nil, 0
	}
	e.Chain = append(chain, chain6[n6:]...)
	if len(e.Chain) == n {
		return nil, nil, &ResolveError{Host: e.Host, Server: answer.Server.Addr, Reason: "the name has no address", Missing: true}
	}
	return e.Chain[:n], e.Chain[n:], nil
}

// announced reports whether the host's own name in the private zone lies on the chain.
func announced(e *Evidence, links []Record) bool {
	return e.Zone.Private != "" && slices.ContainsFunc(links, func(l Record) bool { return e.Zone.leads(e.Host, l.Target) })
}

// judgeAll judges every address into e. The worst fault is told: a public address before
// any other, because it says most about the network.
func (g *Guard) judgeAll(e *Evidence, addrs []Record, announced bool) error {
	var worst *AddressError
	e.Addresses = make([]Judgement, 0, len(addrs))
	for i := range addrs {
		j, err := g.judge(addrs[i].Addr, e.At)
		e.Addresses = append(e.Addresses, j)
		if err != nil && (worst == nil || j.Class == ClassPublic) {
			worst = &AddressError{Host: e.Host, Lane: g.lane, Addr: j.IP, Class: j.Class, Chain: announced, Rule: err}
		}
	}
	if worst != nil {
		return worst
	}
	e.Level = LevelAddress
	return nil
}

// demand asks for what the mode wants beside the addresses, unless the waiver for public
// endpoints is what let every one of them pass.
func (g *Guard) demand(e *Evidence, links []Record) error {
	if e.Proved {
		e.Level = LevelChain
	}
	waived := func(j Judgement) bool { return j.Rule == RuleWaiver }
	switch {
	case g.lane != Private, g.mode == Address, g.mode == Gateway:
		return nil
	case g.mode == PrivateLink && len(links) > 0:
		return &ChainError{e.Host, "the answer leads elsewhere, while the host is itself the name in the private zone"}
	case g.mode == PrivateLink, e.Proved:
		return nil
	case !slices.ContainsFunc(e.Addresses, func(j Judgement) bool { return !waived(j) }):
		return nil
	case e.Zone.Private == "":
		return &ChainError{e.Host, "no zone covers this host; custom names need the address mode or a zone of their own"}
	default:
		return &ChainError{e.Host, "the answer does not end at the host's own name in the private zone"}
	}
}

// proveLiteral judges an IP literal, for which there is no chain: it passes in the
// Identity lane, in address mode, and as loopback under its waiver.
func (g *Guard) proveLiteral(e *Evidence, addr netip.Addr) error {
	j, err := g.judge(addr, e.At)
	e.Addresses = []Judgement{j}
	if err != nil {
		return &AddressError{Host: e.Host, Lane: g.lane, Addr: addr, Class: j.Class, Rule: err}
	}
	e.Level = LevelAddress
	if g.lane == Identity || j.Class == ClassLoopback || g.lane == Private && g.mode == Address {
		return nil
	}
	return &ChainError{e.Host, "an IP literal has no chain"}
}
