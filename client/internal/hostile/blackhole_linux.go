package hostile

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// Blackhole listens on an address of IPv4 so that a connect is neither answered nor
// refused: the queue of the listener has room for one connection that nobody accepts, and
// that is taken. Closing ends it.
func Blackhole(addr netip.AddrPort) (closing func(), err error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	to := &syscall.SockaddrInet4{Port: int(addr.Port()), Addr: addr.Addr().As4()}
	if err = syscall.Bind(fd, to); err == nil {
		err = syscall.Listen(fd, 0)
	}
	if err != nil {
		_ = syscall.Close(fd)
		return nil, err
	}
	var fillers []net.Conn
	for {
		dialer := net.Dialer{Timeout: 100 * time.Millisecond}
		c, err := dialer.DialTCP(context.Background(), "tcp4", netip.AddrPort{}, addr)
		if err != nil {
			break // full
		}
		fillers = append(fillers, c)
	}
	return func() {
		for _, c := range fillers {
			_ = c.Close()
		}
		_ = syscall.Close(fd)
	}, nil
}
