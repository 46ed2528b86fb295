package netguard

import (
	"net/netip"
	"strings"
)

// parseHost brings a host to its one spelling: an IP literal, or an absolute name in
// lower case without its last dot. A name needs two labels of letters, digits, hyphens
// and underscores, at most 63 bytes each and 253 in all (RFC 1035 2.3.4), and its last
// label must not start with a digit: "127.1", "0x7f.1" and "2130706433" are IPv4
// addresses to some resolvers. The one name with a single label is localhost.
func parseHost(s string) (name string, addr netip.Addr, err error) {
	if addr, err := netip.ParseAddr(s); err == nil {
		return addr.String(), addr, nil
	}
	if strings.EqualFold(s, localhost) {
		return localhost, netip.Addr{}, nil
	}
	name, ok := parseName(s)
	if !ok {
		return "", netip.Addr{}, ErrHost
	}
	return name, netip.Addr{}, nil
}

// localhost is 127.0.0.1 and is never looked up (RFC 6761, section 6.3). Container Apps
// and Cloud Shell name their token endpoint by it.
const localhost = "localhost"

func parseName(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".")
	if len(s) > 253 {
		return "", false
	}
	labels, start := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if !nameByte(s[i]) {
				return "", false
			}
			continue
		}
		if n := i - start; n == 0 || n > 63 {
			return "", false
		}
		labels++
		if i == len(s) && isDigit(s[start]) {
			return "", false
		}
		start = i + 1
	}
	if labels < 2 {
		return "", false
	}
	return strings.ToLower(s), true
}

func nameByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c) || c == '-' || c == '_'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
