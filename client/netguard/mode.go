package netguard

import (
	"net/netip"
	"slices"
)

// A Lane is the rule set of one kind of destination.
type Lane uint8

// The lanes.
const (
	// Private is for what carries prompts, answers and keys: the model endpoint and the
	// vault. Only addresses of the allow list pass, and in [Strict] mode only with the
	// chain.
	Private Lane = iota
	// Public is for the named services that have no private address, Entra login and
	// Resource Manager. Public unicast addresses and those of the allow list pass.
	Public
	// Identity is for the token endpoints of the platform, plain http by their nature.
	// Only loopback and link-local IP literals pass, and localhost; nothing is resolved.
	Identity
)

var laneNames = [...]string{"private", "public", "identity"}

// String is the name that stands in evidence.
func (l Lane) String() string { return nameOf(laneNames[:], uint8(l)) }

// MarshalText writes the name.
func (l Lane) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a name that MarshalText wrote.
func (l *Lane) UnmarshalText(text []byte) error { return valueOf(l, laneNames[:], text) }

// A Mode says what the private lane demands of a name beside the judgement of its
// addresses, which no mode gives up. Other lanes ignore it.
type Mode uint8

// The modes.
const (
	// Strict demands the CNAME chain into the private zone. A host that no [Zone]
	// covers is refused.
	Strict Mode = iota
	// Address is content with the addresses: for custom DNS, where a private address
	// without a chain is legal.
	Address
	// Gateway is for an API Management or Application Gateway in the own network, under
	// a name of the operator's or of API Management. The names of the services behind it
	// are refused, so that the mode cannot stand in for Strict. Since anybody with a
	// private address can claim such a name, the TLS layer above must demand roots or
	// pins of the operator's own, see [Mode.NeedsOwnTrust].
	Gateway
	// PrivateLink is for OpenAI's own Private Link, whose hosts are names of a private
	// zone already: "westus.privatelink.api.openai.com". Only such hosts are allowed,
	// and an answer with a CNAME is refused (developers.openai.com, "Private Link", read
	// 2026-11-25). It does not go together with client certificates.
	PrivateLink
)

var modeNames = [...]string{"strict", "address", "gateway", "private_link"}

// String is the name that stands in evidence.
func (m Mode) String() string { return nameOf(modeNames[:], uint8(m)) }

// MarshalText writes the name.
func (m Mode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a name that MarshalText wrote.
func (m *Mode) UnmarshalText(text []byte) error { return valueOf(m, modeNames[:], text) }

// NeedsOwnTrust reports whether a connection in this mode proves nothing unless TLS is
// held to roots or pins of the operator's own. A guard does not see TLS: the layer above
// must ask, and refuse a configuration that has neither.
func (m Mode) NeedsOwnTrust() bool { return m == Gateway }

// ProbePath is the path of a GET that shows, without a token and without a prompt, whether
// the service takes the connection as a private one; the answer is for [JudgeService].
func (m Mode) ProbePath() string {
	if m == PrivateLink {
		return "/v2/privatelink_healthcheck"
	}
	return "/openai/v1/models"
}

// refuses is the reason why a host cannot be used in the mode, or "". An address is
// refused here, rather than when it is dialled, only where the mode needs a name.
func (m Mode) refuses(host string, addr netip.Addr, zones []Zone) string {
	if host == localhost || addr.IsLoopback() {
		return "" // the waiver for loopback decides
	}
	zone, covered := zoneOf(host, zones)
	switch m {
	case Strict:
		if covered && zone.direct() {
			return "a name of the private zone itself has no chain: it needs the mode PrivateLink"
		}
	case Gateway:
		if addr.IsValid() {
			return "a gateway has a name"
		}
		if covered && !slices.Contains(gatewaySuffixes, zone.Suffix) {
			return "is a service's own name, not a gateway's: it needs the mode Strict, PrivateLink or Address"
		}
	case PrivateLink:
		if !covered || !zone.direct() {
			return "not one label before a private zone such as privatelink.api.openai.com"
		}
	case Address:
	}
	return ""
}
