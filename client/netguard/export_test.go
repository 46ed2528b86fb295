package netguard

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Judge is the pure judgement of one address.
func (g *Guard) Judge(a netip.Addr) (Judgement, error) { return g.judge(a, time.Now()) }

// JudgeAt is the same at a given time.
func (g *Guard) JudgeAt(a netip.Addr, now time.Time) (Judgement, error) { return g.judge(a, now) }

// CountDials counts the connections that are tried from now on, refused ones too.
func (g *Guard) CountDials() *atomic.Int64 {
	var count atomic.Int64
	dial := g.dial
	g.dial = func(ctx context.Context, dialer *net.Dialer, to netip.AddrPort) (net.Conn, error) {
		count.Add(1)
		return dial(ctx, dialer, to)
	}
	return &count
}

// Recheck is what runs in the dialer's ControlContext.
func (g *Guard) Recheck(network, address string) error {
	return g.recheck(context.Background(), network, address, nil)
}

// SetDial replaces the one place where connections are made.
func (g *Guard) SetDial(f func(to netip.AddrPort) (net.Conn, error)) {
	g.dial = func(_ context.Context, _ *net.Dialer, to netip.AddrPort) (net.Conn, error) { return f(to) }
}

// ParseHost, Nameservers and Follow are the parsers.
var (
	ParseHost   = parseHost
	Nameservers = nameservers
	Follow      = follow
)

// ParseMessage reads msg as the answer to a question for name.
func ParseMessage(name string, id uint16, aaaa bool, msg []byte) ([]Record, error) {
	q := question{id: id, host: name, name: dnsmessage.MustNewName(name + "."), typ: dnsmessage.TypeA}
	if aaaa {
		q.typ = dnsmessage.TypeAAAA
	}
	return q.parse(msg)
}
