package redact

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "REDACTED"

// A Key is the secret from which placeholders are made. However it is printed, it says
// REDACTED.
type Key []byte

// String returns REDACTED.
func (Key) String() string { return hidden }

// GoString returns REDACTED.
func (Key) GoString() string { return hidden }

// Format writes REDACTED for every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns REDACTED.
func (Key) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "REDACTED".
func (Key) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// Format writes REDACTED for every verb: a Redactor holds a key.
func (*Redactor) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns REDACTED.
func (*Redactor) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "REDACTED".
func (*Redactor) MarshalJSON() ([]byte, error) { return Key(nil).MarshalJSON() }

// Format writes REDACTED for every verb: a Session holds the values that it replaced.
func (*Session) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns REDACTED.
func (*Session) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "REDACTED".
func (*Session) MarshalJSON() ([]byte, error) { return Key(nil).MarshalJSON() }

// Format writes REDACTED for every verb: a Restorer holds a piece of an answer.
func (*Restorer) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns REDACTED.
func (*Restorer) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "REDACTED".
func (*Restorer) MarshalJSON() ([]byte, error) { return Key(nil).MarshalJSON() }

// Format writes REDACTED for every verb: a Guard holds a piece of an answer.
func (*Guard) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns REDACTED.
func (*Guard) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "REDACTED".
func (*Guard) MarshalJSON() ([]byte, error) { return Key(nil).MarshalJSON() }

// Format writes REDACTED for every verb: Sessions hold values.
func (*Sessions) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue returns REDACTED.
func (*Sessions) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON returns "REDACTED".
func (*Sessions) MarshalJSON() ([]byte, error) { return Key(nil).MarshalJSON() }
