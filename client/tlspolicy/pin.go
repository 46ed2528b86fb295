package tlspolicy

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
)

// A Pin is the SHA-256 of a certificate's subject public key info (RFC 7469, 2.4).
// Pin the keys of roots or intermediates: those of leaves change with every renewal.
type Pin [sha256.Size]byte

const pinPrefix = "sha256/"

// PinOf is the pin of a certificate's key.
func PinOf(cert *x509.Certificate) Pin { return sha256.Sum256(cert.RawSubjectPublicKeyInfo) }

// ParsePin reads "sha256/" and 44 characters of standard base64. The error is [ErrPin].
func ParsePin(s string) (p Pin, err error) {
	digits, ok := strings.CutPrefix(s, pinPrefix)
	if !ok {
		return p, ErrPin
	}
	sum, err := base64.StdEncoding.Strict().DecodeString(digits)
	if err != nil || len(sum) != len(p) {
		return p, ErrPin
	}
	return Pin(sum), nil
}

// String is the form that [ParsePin] reads.
func (p Pin) String() string { return pinPrefix + base64.StdEncoding.EncodeToString(p[:]) }

// MarshalText writes the form that [ParsePin] reads.
func (p Pin) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText writes. The error is [ErrPin].
func (p *Pin) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePin(string(text))
	return err
}

// checkPins wants none or two: with a single pin the next rotation is an outage.
func checkPins(pins []Pin) error {
	if slices.Contains(pins, Pin{}) {
		return &ConfigError{"Pins", "holds a zero pin"}
	}
	if len(pins) > 0 && !slices.ContainsFunc(pins, func(p Pin) bool { return p != pins[0] }) {
		return &ConfigError{"Pins", "needs at least two different pins, one of them a backup"}
	}
	return nil
}
