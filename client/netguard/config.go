package netguard

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
)

// A Config describes a Guard. A zero field is its strict setting.
type Config struct {
	// Hosts are the only destinations: exact names, IP literals or localhost, which stands
	// for 127.0.0.1, each with ":port" or else bound to port 443 (80 in the Identity lane).
	// At least one is needed. The Mode may refuse some.
	Hosts []string
	// Lane is the rule set.
	Lane Lane
	// Mode is what the Private lane demands.
	Mode Mode
	// AllowedPrefixes is the allow list of the Private lane, and what the Public lane
	// admits beside public addresses. Nil means RFC 1918 and fd00::/8. Shared address
	// space (100.64.0.0/10) and under the Loopback waiver 127.0.0.0/8 must be listed to
	// pass. Public space, even the operator's own, needs the waiver PublicEndpoint.
	AllowedPrefixes []netip.Prefix
	// Server is the DNS server, an IP literal with a port. Empty means those of
	// /etc/resolv.conf, read at each lookup.
	Server string
	// Resolver replaces the package's own DNS client. Its answers are judged the same.
	Resolver Resolver
	// Zones are asked before the built-in table, see [Zones].
	Zones []Zone
	// LookupTimeout bounds one lookup with its retries. Zero means 5 s.
	LookupTimeout time.Duration
	// ConnectTimeout bounds the connects of one dial. Zero means 5 s.
	ConnectTimeout time.Duration
	// Waivers weaken: PublicEndpoint lets public addresses pass in the Private lane,
	// and then without a chain; Loopback lifts the hard deny of 127.0.0.0/8 and ::1. A
	// waiver that has expired stops counting at the next dial.
	Waivers []waiver.Waiver
}

const (
	defaultLookupTimeout  = 5 * time.Second
	defaultConnectTimeout = 5 * time.Second
)

// A ConfigError is one fault of a [Config]; [New] joins all of them.
type ConfigError struct {
	// Path is the field, such as "AllowedPrefixes[2]".
	Path string
	// Reason is the rule it breaks.
	Reason string
}

// Error names the field and the rule; it never quotes the value.
func (e *ConfigError) Error() string { return "netguard: config: " + e.Path + ": " + e.Reason }

// Safe marks the text as free of payload.
func (*ConfigError) Safe() {}

// faults collects the faults of a configuration.
type faults []error

func (f *faults) add(path, reason string) { *f = append(*f, &ConfigError{path, reason}) }

func (f faults) join() error { return errors.Join(f...) }

// check fills g from c and returns every fault.
func (c *Config) check(g *Guard) error {
	var f faults
	if c.Lane > Identity {
		f.add("Lane", "unknown")
	}
	if c.Mode > PrivateLink {
		f.add("Mode", "unknown")
	}
	var late faults // told in the order of the fields, though the hosts need the zones
	g.zones = checkZones(c.Zones, &late)
	g.targets = c.checkHosts(g.zones, &f)
	g.allowed = c.checkPrefixes(&f)
	f = append(f, late...)
	if c.Server != "" {
		if server, err := netip.ParseAddrPort(c.Server); err != nil || server.Port() == 0 {
			f.add("Server", "not an IP literal with a port")
		}
	}
	if c.LookupTimeout < 0 {
		f.add("LookupTimeout", "negative")
	}
	if c.ConnectTimeout < 0 {
		f.add("ConnectTimeout", "negative")
	}
	return f.join()
}

// defaultPrefixes are RFC 1918 and the locally assigned half of RFC 4193.
var defaultPrefixes = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"),
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("fd00::/8"),
}

// ownPrefixes is the space that may be listed without a waiver: private, shared, unique
// local, and loopback, whose hard deny is lifted elsewhere.
var ownPrefixes = append([]netip.Prefix{
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("fc00::/7"),
	netip.MustParsePrefix("127.0.0.0/8"),
	netip.MustParsePrefix("::1/128"),
}, defaultPrefixes...)

// isOwn reports whether all of p lies in ownPrefixes.
func isOwn(p netip.Prefix) bool {
	return slices.ContainsFunc(ownPrefixes, func(own netip.Prefix) bool { return own.Contains(p.Addr()) && p.Bits() >= own.Bits() })
}

func (c *Config) checkPrefixes(f *faults) []netip.Prefix {
	prefixes := c.AllowedPrefixes
	if prefixes == nil {
		return defaultPrefixes
	}
	public := waiver.Allows(c.Waivers, waiver.PublicEndpoint, time.Now())
	for i, p := range prefixes {
		path := fmt.Sprintf("AllowedPrefixes[%d]", i)
		switch {
		case !p.IsValid():
			f.add(path, "not a prefix")
		case p.Bits() == 0:
			f.add(path, "/0 is the whole Internet")
		case p.Addr().Is4In6():
			f.add(path, "an IPv4-mapped prefix: write it as IPv4")
		case p != p.Masked():
			f.add(path, "has bits beyond its length")
		case !isOwn(p) && !public:
			f.add(path, "holds public addresses, which needs the waiver PublicEndpoint")
		}
	}
	return slices.Clone(prefixes)
}
