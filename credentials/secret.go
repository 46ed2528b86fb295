package credentials

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "REDACTED"

// A Secret holds text that cannot be printed, logged or marshalled: every such way out
// says REDACTED. The zero Secret is empty. Secrets are immutable and safe for concurrent
// use; they are not erased from memory.
type Secret struct {
	// A pointer to a string, because fmt calls no method on a field that is not exported:
	// it would print a string, and with the wrong verb follow a pointer to a struct, but
	// prints the address of this.
	text *string
}

// NewSecret hides text.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Cleartext is the only way out. It belongs on the line that sets the header and nowhere
// else.
func (s Secret) Cleartext() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether s is empty.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal compares in constant time for secrets of one length.
func (s Secret) Equal(other Secret) bool {
	return subtle.ConstantTimeCompare([]byte(s.Cleartext()), []byte(other.Cleartext())) == 1
}

// String says REDACTED.
func (Secret) String() string { return redacted }

// GoString says REDACTED.
func (Secret) GoString() string { return redacted }

// Format says REDACTED for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue says REDACTED.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON says REDACTED.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText says REDACTED, also for XML and YAML.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalBinary says REDACTED, also for gob.
func (Secret) MarshalBinary() ([]byte, error) { return []byte(redacted), nil }

var (
	_ fmt.Formatter  = Secret{}
	_ fmt.GoStringer = Secret{}
	_ slog.LogValuer = Secret{}
)
