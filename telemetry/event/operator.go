package event

import (
	"fmt"
	"io"
	"log/slog"
)

// maxOperatorText bounds what an operator may write, in bytes.
const maxOperatorText = 512

// redacted is what an OperatorText says of itself.
const redacted = "REDACTED"

// OperatorText is what the operator of the application wrote, such as the reason of a
// waiver. It is for the audit record alone: however it is printed, logged or marshalled it
// says REDACTED, and only Audit gives the text. The zero OperatorText is empty.
type OperatorText struct{ text string }

var (
	_ fmt.Formatter  = OperatorText{}
	_ slog.LogValuer = OperatorText{}
)

// NewOperatorText keeps the first 512 bytes of text.
func NewOperatorText(text string) OperatorText {
	return OperatorText{text[:min(len(text), maxOperatorText)]}
}

// Audit returns the text. It is for audit records alone. It may end within a character.
func (t OperatorText) Audit() string { return t.text }

// String says REDACTED.
func (OperatorText) String() string { return redacted }

// GoString says REDACTED.
func (OperatorText) GoString() string { return redacted }

// Format says REDACTED under every verb.
func (OperatorText) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue says REDACTED.
func (OperatorText) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON says REDACTED.
func (OperatorText) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
