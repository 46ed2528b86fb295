package event

import (
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"time"
)

// An Event is one thing that happened. A field with its zero value is absent.
//
// The slices of an Event are shared by all who hold it and are not changed after it was
// given to a [Sink].
type Event struct {
	// Time is when it happened. Zero means when it is recorded.
	Time time.Time
	// Name says what happened, Severity how much it matters, Outcome how it went.
	Name     Name
	Severity Severity
	Outcome  Outcome
	// Code is the reason of a refusal or failure; empty on success.
	Code Code
	// CallID joins the events of one call. Trace joins them with its span.
	CallID Token
	Trace  Trace
	// Caller is who it was made for.
	Caller Caller
	// Host is the endpoint of the configuration.
	Host Token
	// Operation, Deployment and Stream say what was asked.
	Operation  Operation
	Deployment Token
	Stream     bool
	// Policy is the step that decided.
	Policy Token
	// Model, Finish, ResponseID and Status say what was answered.
	Model      Token
	Finish     []Finish
	ResponseID Token
	Status     int
	// Attempts is how many times the call was sent.
	Attempts int
	// Duration is that of the whole call, FirstChunk the time to its first content.
	Duration   time.Duration
	FirstChunk time.Duration
	Tokens     Tokens
	// Counts says how many values of each kind were replaced in the prompt, Restored how many
	// came back in the answer, and Withheld how many did not because of the policy.
	Counts             []Count
	Restored, Withheld int
	// Found says how many values of each kind the answer brought that the prompt had not.
	Found []Count
	// Failures is how many questions to detectors and stores failed that may.
	Failures int
	// Network is the proof of the connection that was used.
	Network Network
	// Region and RequestID are what the service said of itself.
	Region    Token
	RequestID Token
	// Config is the hash of the configuration in force.
	Config Digest
	Waiver Waiver
	State  State
	// Version is that of the key in use, in [CredentialRotated], and Age how old it is.
	Version Token
	Age     time.Duration
	// Lost is how many records are missing, in [AuditGap].
	Lost int
	// Details are what else there is to tell of an event of this name.
	Details []Detail
}

// A Trace names a span of a trace, as W3C Trace Context does. The zero Trace is none.
type Trace struct {
	TraceID [16]byte
	SpanID  [8]byte
}

// IsZero reports whether there is no span.
func (t Trace) IsZero() bool { return t == Trace{} }

// Tokens are the tokens that the service counted. Input includes the cached, Output the
// reasoning ones. They mean something only if Known.
type Tokens struct {
	Input, Output, Cached, Reasoning int

	Known bool
}

// A Count says how many values of a kind there were.
type Count struct {
	Kind Token
	N    int
}

// A Network is what is known of the connection that carried a call.
type Network struct {
	// Mode is how strictly the address was checked, Level how far the proof went, and
	// AddressClass what the address is, such as "private".
	Mode, Level, AddressClass Token
	// Dialled is the address of the other end.
	Dialled netip.AddrPort
	// TLSVersion, Suite and Group are the numbers that crypto/tls uses.
	TLSVersion, Suite, Group uint16
	// ALPN is the protocol that was agreed on, such as "h2".
	ALPN Token
	// Resumed says that the TLS session was resumed.
	Resumed bool
	// Resolver is the DNS server that named the address, Zone the private DNS zone to which
	// the answer is proved to lead.
	Resolver netip.AddrPort
	Zone     Token
	// PinUse is how the connection stands to the pins, such as "primary" or "unpinned", and
	// Staple the status of the stapled response, "good" or "none".
	PinUse, Staple Token
}

// A Digest is a SHA-256 hash. The zero Digest is absent.
type Digest [sha256.Size]byte

// IsZero reports whether the Digest is absent.
func (d Digest) IsZero() bool { return d == Digest{} }

// String is the hash in hexadecimal, or empty.
func (d Digest) String() string {
	if d.IsZero() {
		return ""
	}
	return hex.EncodeToString(d[:])
}

func (d Digest) token() Token { return Token{d.String()} }

// A Waiver says which protection is given up. The zero Waiver is none.
type Waiver struct {
	Kind   Token
	Until  time.Time
	Reason OperatorText
}
