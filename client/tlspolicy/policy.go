package tlspolicy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
)

// A Config describes the policy. The zero Config trusts the system's roots, speaks TLS
// 1.2 and 1.3, and has no pins.
type Config struct {
	// Roots, if not nil, are the only roots, with those of RootFiles. Nil means the
	// roots of the system, which SSL_CERT_FILE and SSL_CERT_DIR decide on Unix.
	Roots *x509.CertPool
	// RootFiles are PEM files with more roots. For these alone, set Roots to an empty
	// pool.
	RootFiles []string
	// MinVersion is tls.VersionTLS12 or tls.VersionTLS13. Zero means TLS 1.2.
	MinVersion uint16
	// Pins are public keys, at least two, of which one must belong to a root or an
	// intermediate of the chain. Nil pins nothing.
	Pins []Pin
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

// sessions is how many TLS sessions are kept for resumption.
const sessions = 64

// New checks c, reads its files, and makes the configuration. Each call has a session
// cache of its own. The result must not be changed; it is safe for concurrent use. The
// error joins a [*ConfigError] for every fault.
func New(c Config) (*tls.Config, error) {
	roots, faults := c.roots()
	switch c.MinVersion {
	case 0:
		c.MinVersion = tls.VersionTLS12
	case tls.VersionTLS12, tls.VersionTLS13:
	default:
		faults = append(faults, &ConfigError{"MinVersion", "neither TLS 1.2 nor TLS 1.3"})
	}
	pins := slices.Clone(c.Pins)
	if err := checkPins(pins); err != nil {
		faults = append(faults, err)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	r := rules{pins}
	return &tls.Config{
		MinVersion:         c.MinVersion,
		MaxVersion:         tls.VersionTLS13,
		CipherSuites:       slices.Clone(suites),
		CurvePreferences:   slices.Clone(groups),
		NextProtos:         []string{"h2", "http/1.1"},
		RootCAs:            roots,
		Renegotiation:      tls.RenegotiateNever,
		ClientSessionCache: tls.NewLRUClientSessionCache(sessions),
		VerifyConnection:   r.verify,
	}, nil
}

// roots is the pool to verify against, never nil: nil would mean the system's again.
func (c *Config) roots() (pool *x509.CertPool, faults []error) {
	if c.Roots != nil {
		pool = c.Roots.Clone()
	} else {
		system, err := x509.SystemCertPool()
		if err != nil {
			return nil, []error{&ConfigError{"Roots", "the roots of the system cannot be read"}}
		}
		pool = system
	}
	for i, name := range c.RootFiles {
		pem, err := os.ReadFile(name)
		if err != nil {
			faults = append(faults, &ConfigError{fmt.Sprintf("RootFiles[%d]", i), "cannot be read"})
			continue
		}
		if !pool.AppendCertsFromPEM(pem) {
			faults = append(faults, &ConfigError{fmt.Sprintf("RootFiles[%d]", i), "holds no certificate in PEM"})
		}
	}
	if len(faults) == 0 && c.Roots != nil && pool.Equal(x509.NewCertPool()) {
		faults = append(faults, &ConfigError{"Roots", "empty: no server could be trusted"})
	}
	return pool, faults
}
