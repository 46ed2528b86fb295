package clienttest

import (
	"context"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
)

// network is where an instance lives: 256 addresses of 127.10.0.0/16 play its virtual
// network, 256 of 127.20.0.0/16 the Internet. A random choice keeps instances apart.
type network struct {
	vnet, internet netip.Prefix
}

// newNetwork falls back to 127.0.0.1 alone where the system has no other loopback
// address, as macOS. Then there is no public side.
func newNetwork() network {
	third := byte(rand.IntN(256))
	n := network{
		netip.PrefixFrom(netip.AddrFrom4([4]byte{127, 10, third, 0}), 24),
		netip.PrefixFrom(netip.AddrFrom4([4]byte{127, 20, third, 0}), 24),
	}
	probe, err := listen(netip.AddrPortFrom(n.private(4), 0))
	if err != nil {
		return oneAddress()
	}
	_ = probe.Close()
	return n
}

func oneAddress() network {
	only := netip.PrefixFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 32)
	return network{only, only}
}

// single reports whether all servers share one address.
func (n network) single() bool { return n.vnet == n.internet }

func (n network) private(host byte) netip.Addr { return member(n.vnet, host) }
func (n network) public(host byte) netip.Addr  { return member(n.internet, host) }

func member(p netip.Prefix, host byte) netip.Addr {
	address := p.Addr().As4()
	if p.Bits() < 32 {
		address[3] = host
	}
	return netip.AddrFrom4(address)
}

func listen(addr netip.AddrPort) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(context.Background(), "tcp4", addr.String())
}

func portText(port uint16) string { return strconv.Itoa(int(port)) }
