package netguard

import (
	"net/netip"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
)

// A Class is what kind of address one is, by the IANA special-purpose registries
// (RFC 6890) and Azure's own. The zero Class is not an address.
type Class uint8

// The classes.
const (
	ClassInvalid     Class = iota
	ClassPrivate           // RFC 1918
	ClassUniqueLocal       // fc00::/7, RFC 4193
	ClassShared            // 100.64.0.0/10, RFC 6598
	ClassPublic            // globally reachable unicast
	ClassSpecial           // documentation, benchmarking, protocol assignments, unassigned IPv6
	ClassLoopback          // 127.0.0.0/8, ::1
	ClassLinkLocal         // 169.254.0.0/16 with the metadata service, fe80::/10, fec0::/10
	ClassPlatform          // 168.63.129.16, Azure's host node (Microsoft Learn, "What is IP address 168.63.129.16?")
	ClassUnspecified       // 0.0.0.0/8, ::
	ClassMulticast         // 224.0.0.0/4, ff00::/8
	ClassReserved          // 240.0.0.0/4 with broadcast
	ClassEmbedded          // IPv6 that carries an IPv4 address: mapped, compatible, NAT64, 6to4, Teredo
	ClassZoned             // any address with a zone id
)

var classNames = [...]string{"invalid", "private", "unique_local", "shared", "public", "special", "loopback", "link_local",
	"platform", "unspecified", "multicast", "reserved", "embedded_ipv4", "zoned"}

// String is the name that stands in evidence.
func (c Class) String() string { return nameOf(classNames[:], uint8(c)) }

// MarshalText writes the name.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name that MarshalText wrote.
func (c *Class) UnmarshalText(text []byte) error { return valueOf(c, classNames[:], text) }

// hard reports whether no prefix may allow c.
func (c Class) hard() bool { return c >= ClassLoopback || c == ClassInvalid }

// A block is a prefix and its class.
type block struct {
	prefix netip.Prefix
	class  Class
}

// The tables are searched in order: the narrower block stands first.
var blocks4 = []block{
	{netip.MustParsePrefix("10.0.0.0/8"), ClassPrivate},
	{netip.MustParsePrefix("172.16.0.0/12"), ClassPrivate},
	{netip.MustParsePrefix("192.168.0.0/16"), ClassPrivate},
	{netip.MustParsePrefix("127.0.0.0/8"), ClassLoopback},
	{netip.MustParsePrefix("100.64.0.0/10"), ClassShared},
	{netip.MustParsePrefix("169.254.0.0/16"), ClassLinkLocal},
	{netip.MustParsePrefix("168.63.129.16/32"), ClassPlatform},
	{netip.MustParsePrefix("0.0.0.0/8"), ClassUnspecified},
	{netip.MustParsePrefix("224.0.0.0/4"), ClassMulticast},
	{netip.MustParsePrefix("240.0.0.0/4"), ClassReserved},
	{netip.MustParsePrefix("192.0.0.0/24"), ClassSpecial},
	{netip.MustParsePrefix("192.0.2.0/24"), ClassSpecial},
	{netip.MustParsePrefix("192.88.99.0/24"), ClassSpecial},
	{netip.MustParsePrefix("198.18.0.0/15"), ClassSpecial},
	{netip.MustParsePrefix("198.51.100.0/24"), ClassSpecial},
	{netip.MustParsePrefix("203.0.113.0/24"), ClassSpecial},
	{netip.MustParsePrefix("0.0.0.0/0"), ClassPublic},
}

var blocks6 = []block{
	{netip.MustParsePrefix("::1/128"), ClassLoopback},
	{netip.MustParsePrefix("::/128"), ClassUnspecified},
	{netip.MustParsePrefix("::/8"), ClassEmbedded},      // mapped, compatible; NAT64: 64:ff9b::/96 and 64:ff9b:1::/48
	{netip.MustParsePrefix("2002::/16"), ClassEmbedded}, // 6to4
	{netip.MustParsePrefix("2001::/32"), ClassEmbedded}, // Teredo
	{netip.MustParsePrefix("fc00::/7"), ClassUniqueLocal},
	{netip.MustParsePrefix("fe80::/10"), ClassLinkLocal},
	{netip.MustParsePrefix("fec0::/10"), ClassLinkLocal},
	{netip.MustParsePrefix("ff00::/8"), ClassMulticast},
	{netip.MustParsePrefix("2001::/23"), ClassSpecial},
	{netip.MustParsePrefix("2001:db8::/32"), ClassSpecial},
	{netip.MustParsePrefix("3fff::/20"), ClassSpecial},
	{netip.MustParsePrefix("2000::/3"), ClassPublic},
	{netip.MustParsePrefix("::/0"), ClassSpecial},
}

// ClassOf is the class of an address. An IPv4-mapped address is ClassEmbedded; it is
// never unmapped, because the standard library's own predicates disagree on those.
func ClassOf(a netip.Addr) Class {
	switch {
	case !a.IsValid():
		return ClassInvalid
	case a.Zone() != "":
		return ClassZoned
	case a.Is4():
		return lookup(blocks4, a)
	default:
		return lookup(blocks6, a)
	}
}

func lookup(blocks []block, a netip.Addr) Class {
	for i := range blocks {
		if blocks[i].prefix.Contains(a) {
			return blocks[i].class
		}
	}
	return ClassInvalid
}

// A Judgement is one address of an answer and why it may be dialled, or may not.
type Judgement struct {
	IP    netip.Addr `json:"ip"`
	Class Class      `json:"class"`
	// Prefix is the allowed one that holds the address, if that is what decided.
	Prefix netip.Prefix `json:"prefix,omitzero"`
	Rule   Rule         `json:"rule"`
}

// String is the judgement for people.
func (j Judgement) String() string {
	text := j.IP.String() + " " + j.Class.String() + " by " + string(j.Rule)
	if j.Prefix.IsValid() {
		text += " " + j.Prefix.String()
	}
	return text
}

// judge decides about one address at now. The error is one of the three sentinels.
func (g *Guard) judge(a netip.Addr, now time.Time) (Judgement, error) {
	j := Judgement{IP: a, Class: ClassOf(a)}
	if g.lane == Identity {
		if j.Class == ClassLoopback || j.Class == ClassLinkLocal && a.Is4() {
			j.Rule = RuleLane
			return j, nil
		}
		j.Rule = RuleDenied
		return j, ErrDenied
	}
	if j.Class.hard() {
		if j.Class != ClassLoopback || !waiver.Allows(g.waivers, waiver.Loopback, now) {
			j.Rule = RuleDenied
			return j, ErrDenied
		}
		if g.lane == Public {
			j.Rule = RuleLane
			return j, nil
		}
	}
	return g.judgeSoft(j, now)
}

// judgeSoft decides about an address that is not denied whatever the settings say. Public
// space may be listed only beside its waiver, and passes no longer than it.
func (g *Guard) judgeSoft(j Judgement, now time.Time) (Judgement, error) {
	waived := j.Class == ClassPublic && g.lane == Private && waiver.Allows(g.waivers, waiver.PublicEndpoint, now)
	if j.Class != ClassPublic || g.lane == Public || waived {
		for _, p := range g.allowed {
			if p.Contains(j.IP) {
				j.Prefix, j.Rule = p, RuleAllowed
				return j, nil
			}
		}
	}
	switch {
	case j.Class != ClassPublic:
		j.Rule = RuleOutside
		return j, ErrOutsidePrefixes
	case g.lane == Public:
		j.Rule = RuleLane
		return j, nil
	case waived:
		j.Rule = RuleWaiver
		return j, nil
	default:
		j.Rule = RulePublic
		return j, ErrPublicAddress
	}
}
