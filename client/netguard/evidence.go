package netguard

import (
	"net"
	"net/netip"
	"strings"
	"time"
)

// A Level is how much of the proof was done. The zero Level is no proof, never a pass.
type Level uint8

// The levels, each with those before it, except that the chain is proved only in
// [Strict] mode.
const (
	LevelNone    Level = iota
	LevelAddress       // every address was judged and may be dialled
	LevelChain         // and the chain leads to the private zone
	LevelConnect       // and the peer of the connection is one of those addresses
)

var levelNames = [...]string{"none", "address", "chain", "connect"}

// String is the name that stands in evidence.
func (l Level) String() string { return nameOf(levelNames[:], uint8(l)) }

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Evidence is what a guard found. It holds no secret, and it is a record of one moment:
// the next connection needs its own.
type Evidence struct {
	Host  string `json:"host"`
	Lane  Lane   `json:"lane"`
	Mode  Mode   `json:"mode"`
	Level Level  `json:"level"`
	// Proved says that the chain leads to the private zone.
	Proved bool `json:"chain_proved"`
	// Resolver is who answered, such as "10.0.0.2:53/udp". Empty for an IP literal.
	Resolver string `json:"resolver,omitempty"`
	Chain    []Link `json:"chain,omitempty"`
	// Addresses are all of the answer.
	Addresses []Verdict `json:"addresses"`
	// Dialled is the peer, once there is a connection.
	Dialled netip.AddrPort `json:"dialled,omitzero"`
	At      time.Time      `json:"at"`
}

// String is one line for people.
func (e Evidence) String() string {
	var b strings.Builder
	b.WriteString(e.Host + ": " + e.Level.String() + " (" + e.Lane.String() + " lane, " + e.Mode.String() + ")")
	for _, l := range e.Chain {
		b.WriteString(" -> " + l.Target)
	}
	for i, v := range e.Addresses {
		b.WriteString([...]string{" = ", ", "}[min(i, 1)] + v.IP.String() + " " + v.Class.String() + " by " + v.Rule)
	}
	if e.Resolver != "" {
		b.WriteString("; resolver " + e.Resolver)
	}
	if e.Dialled.IsValid() {
		b.WriteString("; dialled " + e.Dialled.String())
	}
	return b.String()
}

// conn is a connection with its evidence.
type conn struct {
	net.Conn
	evidence Evidence
}

// Evidence is the proof for this connection.
func (c *conn) Evidence() Evidence { return c.evidence }

// NetConn is the connection below.
func (c *conn) NetConn() net.Conn { return c.Conn }

// EvidenceOf finds the evidence of a connection that a [Guard] has dialled, through any
// wrapper with a method NetConn() net.Conn, such as *tls.Conn.
func EvidenceOf(c net.Conn) (Evidence, bool) {
	for c != nil {
		if own, ok := c.(interface{ Evidence() Evidence }); ok {
			return own.Evidence(), true
		}
		outer, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			break
		}
		c = outer.NetConn()
	}
	return Evidence{}, false
}
