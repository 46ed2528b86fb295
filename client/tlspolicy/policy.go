package tlspolicy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"slices"
	"time"
)

// A Config describes the policy. The zero Config trusts the system's roots, speaks TLS
// 1.3 and 1.2, and has no pins.
type Config struct {
	// RootMode says what Roots and RootFiles are meant to be. Zero takes it from them.
	RootMode RootMode
	// Roots, if not nil, are the only roots, with those of RootFiles.
	Roots *x509.CertPool
	// RootFiles are PEM files of authorities. They join Roots if there are any, or if
	// RootMode is [RootsExplicit], and the roots of the system otherwise.
	RootFiles []string
	// MinVersion is tls.VersionTLS12 or tls.VersionTLS13. Zero means TLS 1.2, or TLS 1.3
	// with RequirePostQuantum.
	MinVersion uint16
	// RequirePostQuantum refuses every key exchange that is not one of the three hybrids
	// with ML-KEM. It needs TLS 1.3.
	RequirePostQuantum bool
	// Pins are public keys, of which one must belong to a root or an intermediate of the
	// chain. None pins nothing. With BackupPins there must be two or more.
	Pins []Pin
	// BackupPins count as Pins do. A connection that none of Pins fits is reported to
	// Observe as a [BackupPin]: the time to make the backup the pin has come.
	BackupPins []Pin
	// PinsReportOnly lets a connection pass that no pin fits, and reports it to Observe,
	// which then must be set, as [PinMismatched].
	PinsReportOnly bool
	// MaxLeafLifetime is how long a server's certificate may be valid, from its first to
	// its last second, at most 825 days. Zero means what the CA/Browser Forum allows for
	// the day of its issue: 398 days, 200 days from 2026-03-15 on, 100 days from
	// 2027-03-15, 47 days from 2029-03-15.
	MaxLeafLifetime time.Duration
	// ClientCertificate, if set, is asked for a certificate when a server demands one,
	// after that server was verified. It may come from a Key Vault. Its context ends with
	// the handshake. It must be safe for concurrent use.
	ClientCertificate func(context.Context) (*tls.Certificate, error)
	// Observe, if set, is told of each server that keeps all rules, once for each
	// connection, by the goroutine of the handshake. That is not over then: whether the
	// server holds the key of its certificate shows only at the end. Observe must be safe
	// for concurrent use, and quick. An error refuses the connection, and so does a panic.
	Observe func(Verdict) error
}

// suites are the ECDHE suites with authenticated encryption (RFC 9325, 4.2). Those of
// TLS 1.3 are not configurable, and all good.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

// groups are the post-quantum hybrids first (RFC 9794 has the terms): a recorded prompt
// should stay secret when elliptic curves no longer are.
var groups = []tls.CurveID{
	tls.X25519MLKEM768, tls.SecP256r1MLKEM768, tls.SecP384r1MLKEM1024,
	tls.X25519, tls.CurveP256, tls.CurveP384,
}

// isHybrid reports whether a group joins ML-KEM with an elliptic curve.
func isHybrid(group tls.CurveID) bool {
	return group == tls.X25519MLKEM768 || group == tls.SecP256r1MLKEM768 || group == tls.SecP384r1MLKEM1024
}

// New checks c, reads its files, and makes the configuration. Each call has a session
// cache of its own. The result must not be changed, save for the ServerName of a clone; it
// is safe for concurrent use. The error joins a [*ConfigError] for every fault.
//
// Errors of its handshakes are told apart by [Explain] and [Code].
func New(c Config) (*tls.Config, error) {
	config, _, err := build(c)
	return config, err
}

// build is New, with the rules that stand behind VerifyConnection.
func build(c Config) (*tls.Config, *rules, error) {
	roots, faults := c.roots()
	faults = append(faults, c.check()...)
	if err := errors.Join(faults...); err != nil {
		return nil, nil, err
	}
	r := newRules(c)
	return &tls.Config{
		MinVersion:           c.minVersion(),
		MaxVersion:           tls.VersionTLS13,
		CipherSuites:         slices.Clone(suites),
		CurvePreferences:     c.groups(),
		NextProtos:           []string{"h2", "http/1.1"},
		RootCAs:              roots,
		Renegotiation:        tls.RenegotiateNever,
		ClientSessionCache:   r.sessions,
		VerifyConnection:     r.verify,
		GetClientCertificate: clientCertificate(c.ClientCertificate),
	}, r, nil
}

// check gives the faults of all fields but the roots.
func (c *Config) check() (faults []error) {
	fault := func(path, reason string) { faults = append(faults, &ConfigError{path, reason}) }
	switch c.MinVersion {
	case 0, tls.VersionTLS13:
	case tls.VersionTLS12:
		if c.RequirePostQuantum {
			fault("MinVersion", "TLS 1.2 has no post-quantum key exchange")
		}
	default:
		fault("MinVersion", "neither TLS 1.2 nor TLS 1.3")
	}
	if c.PinsReportOnly && c.Observe == nil {
		fault("PinsReportOnly", "reports to nobody: Observe is not set")
	}
	if c.PinsReportOnly && len(c.Pins) == 0 {
		fault("PinsReportOnly", "has no pins to report on")
	}
	if c.MaxLeafLifetime < 0 || c.MaxLeafLifetime > maxLifetime {
		fault("MaxLeafLifetime", "not between 0 and 825 days")
	}
	return append(faults, checkPins(c.Pins, c.BackupPins)...)
}

func (c *Config) minVersion() uint16 {
	switch {
	case c.MinVersion != 0:
		return c.MinVersion
	case c.RequirePostQuantum:
		return tls.VersionTLS13
	default:
		return tls.VersionTLS12
	}
}

func (c *Config) groups() []tls.CurveID {
	offered := slices.Clone(groups)
	if c.RequirePostQuantum {
		return slices.DeleteFunc(offered, func(group tls.CurveID) bool { return !isHybrid(group) })
	}
	return offered
}
