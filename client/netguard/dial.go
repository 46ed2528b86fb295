package netguard

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// connectTo dials the addresses of e one after the other, IPv4 first, and gives each its
// share of the time.
func (g *Guard) connectTo(ctx context.Context, network string, e *Evidence, port uint16) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.connect)
	defer cancel()
	var addrs []netip.AddrPort
	for _, j := range e.Addresses {
		if network == "tcp" || (network == "tcp4") == j.IP.Is4() {
			addrs = append(addrs, netip.AddrPortFrom(j.IP, port))
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
			return c, nil
		}
		last = &ConnectError{Host: e.Host, Lane: g.lane, Addr: to, Tried: i + 1, Err: err}
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
		return nil, errPeer
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
