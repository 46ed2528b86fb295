package tlspolicy

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strconv"
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

// A PinUse says how a connection stands to the pins.
type PinUse uint8

// The uses, from good to bad.
const (
	Unpinned      PinUse = iota // there are no pins
	PrimaryPin                  // one of Config.Pins fits
	BackupPin                   // only one of Config.BackupPins fits
	PinMismatched               // none fits; PinsReportOnly let it pass
)

// String is "unpinned", "primary", "backup" or "mismatched".
func (u PinUse) String() string {
	switch u {
	case Unpinned:
		return "unpinned"
	case PrimaryPin:
		return "primary"
	case BackupPin:
		return "backup"
	case PinMismatched:
		return "mismatched"
	default:
		return "unknown"
	}
}

// checkPins wants none, or two that differ: with one the next rotation is an outage.
func checkPins(pins, backups []Pin) (faults []error) {
	if slices.Contains(pins, Pin{}) {
		faults = append(faults, &ConfigError{"Pins", "holds a zero pin"})
	}
	if slices.Contains(backups, Pin{}) {
		faults = append(faults, &ConfigError{"BackupPins", "holds a zero pin"})
	}
	if slices.ContainsFunc(backups, func(p Pin) bool { return slices.Contains(pins, p) }) {
		faults = append(faults, &ConfigError{"BackupPins", "repeats one of Pins"})
	}
	all := slices.Concat(pins, backups)
	switch {
	case len(faults) > 0: // the count would mislead
	case len(pins) == 0 && len(backups) > 0:
		faults = append(faults, &ConfigError{"BackupPins", "backs up no pins"})
	case len(all) > 0 && !slices.ContainsFunc(all, func(p Pin) bool { return p != all[0] }):
		faults = append(faults, &ConfigError{"Pins", "needs at least two different pins, one of them a backup"})
	}
	return faults
}

// fit finds the best pin for the authorities of a chain, and says whose it is.
func (r *rules) fit(authorities []*x509.Certificate) (use PinUse, pin Pin) {
	use = PinMismatched
	for _, authority := range authorities {
		of := PinOf(authority)
		switch {
		case slices.Contains(r.pins, of):
			return PrimaryPin, of
		case use == PinMismatched && slices.Contains(r.backups, of):
			use, pin = BackupPin, of
		}
	}
	return use, pin
}

// pinned is the rule of the pins. That of the leaf's own key does not count.
func (r *rules) pinned(c *candidate) error {
	if len(r.pins) == 0 {
		return nil
	}
	c.verdict.PinUse, c.verdict.Pin = r.fit(c.chain[1:])
	if c.verdict.PinUse == PinMismatched && !r.reportOnly {
		return broken(ErrPinMismatch, "none of "+strconv.Itoa(len(c.chain)-1)+" authorities has one")
	}
	return nil
}
