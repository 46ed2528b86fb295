package netguard

import "slices"

// A Level is how far the proof of one endpoint went. Levels are ordered: what is proved at
// one stands on what was proved below it. The zero Level is no proof, and never a pass.
type Level uint8

// The levels. The chain is proved in [Strict] mode alone; the other modes go from
// LevelAddress to LevelConnect.
const (
	LevelUnknown      Level = iota // nothing was proved
	LevelAddress                   // every address of the answer may be dialled
	LevelChain                     // and the answer leads to the host's own name in the private zone
	LevelConnect                   // and the peer of the connection is one of those addresses
	LevelService                   // and the service itself took the request as one of the private way
	LevelControlPlane              // and Resource Manager says that there is no other way
)

var levelNames = [...]string{"unknown", "address", "chain", "connect", "service", "control_plane"}

// String is the name that stands in evidence.
func (l Level) String() string { return nameOf(levelNames[:], uint8(l)) }

// MarshalText writes the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a name that MarshalText wrote.
func (l *Level) UnmarshalText(text []byte) error { return valueOf(l, levelNames[:], text) }

// A Verdict is what was found about an endpoint or one level of its proof. Its zero value
// is that nothing is known, which never counts as a pass.
type Verdict uint8

// The verdicts.
const (
	Unknown Verdict = iota // not looked at, or no answer that says anything
	Pass                   // looked at and found right
	Warn                   // let through by a waiver alone
	Fail                   // looked at and found wrong
)

var verdictNames = [...]string{"unknown", "pass", "warn", "fail"}

// String is the name that stands in evidence.
func (v Verdict) String() string { return nameOf(verdictNames[:], uint8(v)) }

// MarshalText writes the name.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a name that MarshalText wrote.
func (v *Verdict) UnmarshalText(text []byte) error { return valueOf(v, verdictNames[:], text) }

// ErrName is a text in evidence that is none of the names of its kind.
var ErrName error = safeError("netguard: not a name that evidence knows")

func nameOf(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}

// valueOf is the other way of nameOf, except that it takes no name that it does not know.
func valueOf[T ~uint8](v *T, names []string, text []byte) error {
	i := slices.Index(names, string(text))
	if i < 0 {
		return ErrName
	}
	*v = T(i)
	return nil
}
