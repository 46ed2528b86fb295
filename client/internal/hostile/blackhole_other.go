//go:build !linux

package hostile

import (
	"errors"
	"net/netip"
)

// Blackhole is known how to make on Linux only.
func Blackhole(netip.AddrPort) (closing func(), err error) { return nil, errors.ErrUnsupported }
