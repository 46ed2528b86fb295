package tlspolicy

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

// A RootMode is where the roots come from. A mode that is set must fit the other fields:
// a pool that failed to load then cannot quietly become the system's.
type RootMode uint8

// The modes.
const (
	// RootsAsGiven: explicit if Roots is set, else of the system, with RootFiles if any.
	RootsAsGiven RootMode = iota
	// RootsSystem: those of the system alone. On Unix SSL_CERT_FILE and SSL_CERT_DIR
	// decide which these are.
	RootsSystem
	// RootsSystemPlusFile: those of the system and those of RootFiles.
	RootsSystemPlusFile
	// RootsExplicit: those of Roots and RootFiles alone, whatever the system trusts.
	RootsExplicit
)

// String is "as given", "system", "system plus file" or "explicit".
func (m RootMode) String() string {
	switch m {
	case RootsAsGiven:
		return "as given"
	case RootsSystem:
		return "system"
	case RootsSystemPlusFile:
		return "system plus file"
	case RootsExplicit:
		return "explicit"
	default:
		return "unknown"
	}
}

// rootMode is the mode that holds; it is never RootsAsGiven.
func (c *Config) rootMode() RootMode {
	switch {
	case c.RootMode != RootsAsGiven:
		return c.RootMode
	case c.Roots != nil:
		return RootsExplicit
	case len(c.RootFiles) > 0:
		return RootsSystemPlusFile
	default:
		return RootsSystem
	}
}

// misfit says why mode and fields do not fit, or nothing.
func (c *Config) misfit() string {
	switch mode := c.rootMode(); {
	case mode > RootsExplicit:
		return "unknown"
	case mode == RootsExplicit && c.Roots == nil && len(c.RootFiles) == 0:
		return "explicit, but there are neither Roots nor RootFiles"
	case mode != RootsExplicit && c.Roots != nil:
		return "of the system, but there are Roots"
	case mode == RootsSystem && len(c.RootFiles) > 0:
		return "of the system alone, but there are RootFiles"
	case mode == RootsSystemPlusFile && len(c.RootFiles) == 0:
		return "with a file, but there are no RootFiles"
	default:
		return ""
	}
}

// roots is the pool to verify against, never nil: nil would mean the system's again.
func (c *Config) roots() (pool *x509.CertPool, faults []error) {
	if reason := c.misfit(); reason != "" {
		faults = append(faults, &ConfigError{"RootMode", reason})
	}
	switch {
	case c.Roots != nil:
		pool = c.Roots.Clone()
	case c.rootMode() == RootsExplicit:
		pool = x509.NewCertPool()
	default:
		system, err := x509.SystemCertPool()
		if err != nil {
			return nil, append(faults, &ConfigError{"Roots", "the roots of the system cannot be read"})
		}
		pool = system
	}
	for i, name := range c.RootFiles {
		if reason := addFile(pool, name); reason != "" {
			faults = append(faults, &ConfigError{fmt.Sprintf("RootFiles[%d]", i), reason})
		}
	}
	if len(faults) == 0 && c.rootMode() == RootsExplicit && pool.Equal(x509.NewCertPool()) {
		faults = append(faults, &ConfigError{"Roots", "empty: no server could be trusted"})
	}
	return pool, faults
}

// addFile adds all certificates of a file, or says why it does not. One that cannot be
// read is a fault: pool.AppendCertsFromPEM would pass it over.
func addFile(pool *x509.CertPool, name string) (reason string) {
	rest, err := os.ReadFile(name)
	if err != nil {
		return "cannot be read"
	}
	var found []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		switch {
		case err != nil:
			return "holds a certificate that cannot be read"
		case !cert.IsCA:
			return "holds a certificate that is not an authority's"
		}
		found = append(found, cert)
	}
	if len(found) == 0 {
		return "holds no certificate in PEM"
	}
	for _, cert := range found {
		pool.AddCert(cert)
	}
	return ""
}
