package clienttest

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// Errors of [Azure.Dial]. Each comes inside a *net.OpError.
var (
	// ErrNotLoopback: the address is not on this machine.
	ErrNotLoopback = errors.New("clienttest: address is not on this machine")
	// ErrNoName: the fake has no address for the name.
	ErrNoName = errors.New("clienttest: no such name")
	// ErrNetwork: the fake speaks TCP only.
	ErrNetwork = errors.New("clienttest: network is not TCP")
)

// metadataAddr is where the instance metadata service is in a virtual machine of Azure
// (learn.microsoft.com, "Azure Instance Metadata Service").
var metadataAddr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{169, 254, 169, 254}), 80)

// Dial connects to the fake and never leaves the machine. It is a DialContext for an
// http.Transport, and the base of other dialers.
//
// A name is looked up in the records of the fake. Port 443 of one of its servers leads to
// the port on which that really listens, and 169.254.169.254:80 to the metadata service.
// Any other address that is not loopback is refused with [ErrNotLoopback]; the check is
// made once more on the address that the system is about to connect to.
func (a *Azure) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	to, err := a.target(network, address)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	dialer := net.Dialer{Control: onlyLoopback}
	return dialer.DialContext(ctx, network, to)
}

// target is where a dial of address really goes.
func (a *Azure) target(network, address string) (string, error) {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return "", ErrNetwork
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", err
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		if addr, err = a.dns.lookup(host); err != nil {
			return "", err
		}
	}
	addr = addr.Unmap()
	if addr == metadataAddr.Addr() && port == portText(metadataAddr.Port()) {
		return a.doors[Metadata].addrPort().String(), nil
	}
	if !addr.IsLoopback() {
		return "", ErrNotLoopback
	}
	if d := a.doorOf(host, addr); d != nil && port == "443" {
		port = portText(d.port)
	}
	return net.JoinHostPort(addr.String(), port), nil
}

// doorOf finds the server at an address. The name decides where all servers share one.
func (a *Azure) doorOf(host string, addr netip.Addr) *door {
	lane := Model
	switch host = canonical(host); {
	case host == loginHost:
		lane = Login
	case strings.HasSuffix(host, ".vault.azure.net"):
		lane = Vault
	}
	if d := a.doors[lane]; d.addr == addr {
		return d
	}
	for _, lane := range []Lane{Model, Public, Neighbour, Vault, Login} {
		if d := a.doors[lane]; d != nil && d.addr == addr {
			return d
		}
	}
	return nil
}

// onlyLoopback is called after any resolution and before the connect.
func onlyLoopback(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !to.Addr().Unmap().IsLoopback() {
		return ErrNotLoopback
	}
	return nil
}

// canonical is a DNS name in lower case and without the final dot.
func canonical(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }
