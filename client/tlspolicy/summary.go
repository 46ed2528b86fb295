package tlspolicy

import (
	"crypto/fips140"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Summary says in plain values what a [Config] makes of TLS in this process, for reports
// and audit records. It holds no secret.
type Summary struct {
	// MinVersion and MaxVersion are such as "TLS 1.2".
	MinVersion string `json:"min_version"`
	MaxVersion string `json:"max_version"`
	// Suites are those of TLS 1.2 that are offered, none if it is not. Those of TLS 1.3
	// are fixed by crypto/tls.
	Suites []string `json:"suites"`
	// Groups are those that are offered, the preferred first.
	Groups []string `json:"groups"`
	// PostQuantum says that the key exchange must be post-quantum.
	PostQuantum bool `json:"post_quantum"`
	// Roots is a [RootMode].
	Roots string `json:"roots"`
	// Pins and BackupPins are how many there are.
	Pins           int  `json:"pins"`
	BackupPins     int  `json:"backup_pins"`
	PinsReportOnly bool `json:"pins_report_only"`
	// MaxLeafDays is how long a certificate may be valid. Zero means as long as the
	// CA/Browser Forum allows.
	MaxLeafDays int `json:"max_leaf_days"`
	// ClientCertificate says that there is a source of client certificates.
	ClientCertificate bool `json:"client_certificate"`
	FIPS              FIPS `json:"fips"`
}

// FIPS is what crypto/fips140 says of this process.
type FIPS struct {
	// Enabled: cryptography is that of the Go Cryptographic Module in FIPS 140-3 mode.
	Enabled bool `json:"enabled"`
	// Enforced: whatever is not approved fails.
	Enforced bool `json:"enforced"`
	// Version of the module, "latest" for that of the standard library.
	Version string `json:"version"`
}

// Describe is the summary of c, with its defaults. It reads no files, and does not say
// whether [New] would find faults.
func (c Config) Describe() Summary {
	fips := FIPS{Enabled: fips140.Enabled(), Enforced: fips140.Enforced(), Version: fips140.Version()}
	s := Summary{
		MinVersion: tls.VersionName(c.minVersion()), MaxVersion: tls.VersionName(tls.VersionTLS13),
		PostQuantum: c.RequirePostQuantum, Roots: c.rootMode().String(),
		Pins: len(c.Pins), BackupPins: len(c.BackupPins), PinsReportOnly: c.PinsReportOnly,
		MaxLeafDays: int(c.MaxLeafLifetime / (24 * time.Hour)), ClientCertificate: c.ClientCertificate != nil,
		FIPS: fips, Suites: []string{}, Groups: []string{},
	}
	for _, suite := range suites {
		if c.minVersion() == tls.VersionTLS12 && !(fips.Enabled && slices.Contains(notApproved.suites, suite)) {
			s.Suites = append(s.Suites, tls.CipherSuiteName(suite))
		}
	}
	for _, group := range c.groups() {
		if !(fips.Enabled && slices.Contains(notApproved.groups, group)) {
			s.Groups = append(s.Groups, group.String())
		}
	}
	return s
}

// notApproved is what crypto/tls leaves out of ours in FIPS 140-3 mode (its documentation,
// "FIPS 140-3 mode", Go 1.26). A test compares it with what is sent.
var notApproved = struct {
	suites []uint16
	groups []tls.CurveID
}{
	[]uint16{tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256},
	[]tls.CurveID{tls.X25519},
}

// String is the summary for people, a fact per line.
func (s Summary) String() string {
	lifetime := "as the CA/Browser Forum allows"
	if s.MaxLeafDays > 0 {
		lifetime = fmt.Sprintf("%d days at most", s.MaxLeafDays)
	}
	pins := fmt.Sprintf("%d and %d in reserve", s.Pins, s.BackupPins)
	if s.PinsReportOnly {
		pins += ", report only"
	}
	fips := "off"
	switch {
	case s.FIPS.Enforced:
		fips = "enforced, module " + s.FIPS.Version
	case s.FIPS.Enabled:
		fips = "on, module " + s.FIPS.Version
	}
	return strings.Join([]string{
		"versions     " + s.MinVersion + " to " + s.MaxVersion,
		"suites       " + strings.Join(s.Suites, " "),
		"groups       " + strings.Join(s.Groups, " "),
		fmt.Sprintf("post-quantum %t", s.PostQuantum),
		"roots        " + s.Roots,
		"pins         " + pins,
		"lifetime     " + lifetime,
		fmt.Sprintf("client cert  %t", s.ClientCertificate),
		"FIPS 140-3   " + fips,
	}, "\n")
}
