package tlspolicy

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"slices"
	"strconv"
	"time"
)

const (
	// maxCertificates is how many a server may send. Chains of public authorities have
	// two to four, cross-signed ones five.
	maxCertificates = 10
	// maxNames is how many names a certificate may be for. Public authorities sell up to
	// 250 to a certificate.
	maxNames = 256
	// minRSA and minEC are the smallest keys, in bits (CA/Browser Forum Baseline
	// Requirements 2.1, 6.1.5).
	minRSA = 2048
	minEC  = 256
)

const day = 24 * time.Hour

// maxLifetime is the largest Config.MaxLeafLifetime: what public authorities could issue
// from 2018 to 2020, and Apple's limit for private ones.
const maxLifetime = 825 * day

// lifetimes are the limits for certificates issued from a day on, newest first (CA/Browser
// Forum Baseline Requirements 6.3.2 as changed by ballot SC-081v3 of 2025-04-11).
var lifetimes = []struct {
	from  time.Time
	limit time.Duration
}{
	{time.Date(2029, time.March, 15, 0, 0, 0, 0, time.UTC), 47 * day},
	{time.Date(2027, time.March, 15, 0, 0, 0, 0, time.UTC), 100 * day},
	{time.Date(2026, time.March, 15, 0, 0, 0, 0, time.UTC), 200 * day},
	{time.Time{}, 398 * day},
}

// few bounds what a server sends. crypto/tls bounds it in bytes only.
func (*rules) few(c *candidate) error {
	if n := len(c.state.PeerCertificates); n > maxCertificates {
		return broken(ErrTooMany, strconv.Itoa(n)+" certificates")
	}
	return nil
}

// current looks at the chain's dates once more: crypto/tls resumes a session if any of its
// chains is still valid, which need not be this one.
func (*rules) current(c *candidate) error {
	for i, cert := range c.chain {
		if c.now.Before(cert.NotBefore) || c.now.After(cert.NotAfter) {
			return broken(ErrUnverified, "certificate "+strconv.Itoa(i)+" of the chain is out of date")
		}
	}
	return nil
}

func (r *rules) hybrid(c *candidate) error {
	if r.postQuantum && !isHybrid(c.state.CurveID) {
		return broken(ErrPostQuantum, "the group is not a hybrid")
	}
	return nil
}

func (*rules) notCA(c *candidate) error {
	if c.chain[0].IsCA {
		return broken(ErrLeafRole, "it is an authority's")
	}
	return nil
}

// server wants serverAuth in so many words. No extended key usage at all, or any, passes
// crypto/x509.
func (*rules) server(c *candidate) error {
	if !slices.Contains(c.chain[0].ExtKeyUsage, x509.ExtKeyUsageServerAuth) {
		return broken(ErrLeafRole, "it does not state serverAuth")
	}
	return nil
}

// serverOnly wants nothing beside it but clientAuth (Baseline Requirements 7.1.2.7.10).
func (*rules) serverOnly(c *candidate) error {
	if len(c.chain[0].UnknownExtKeyUsage) > 0 || slices.ContainsFunc(c.chain[0].ExtKeyUsage, foreignUsage) {
		return broken(ErrLeafRole, "it has other uses")
	}
	return nil
}

func foreignUsage(u x509.ExtKeyUsage) bool {
	return u != x509.ExtKeyUsageServerAuth && u != x509.ExtKeyUsageClientAuth
}

// lifetime counts both ends: a certificate is valid in its last second too (RFC 5280,
// 4.1.2.5).
func (r *rules) lifetime(c *candidate) error {
	leaf, limit := c.chain[0], r.maxLifetime
	if limit == 0 {
		limit = publicLimit(leaf.NotBefore)
	}
	if leaf.NotAfter.Sub(leaf.NotBefore) > limit-time.Second {
		return broken(ErrLifetime, "more than "+strconv.Itoa(int(limit/day))+" days")
	}
	return nil
}

func publicLimit(issued time.Time) time.Duration {
	for _, rule := range lifetimes {
		if !issued.Before(rule.from) {
			return rule.limit
		}
	}
	return 0 // the last one begins with time
}

func (*rules) named(c *candidate) error {
	leaf := c.chain[0]
	if n := len(leaf.DNSNames) + len(leaf.IPAddresses) + len(leaf.EmailAddresses) + len(leaf.URIs); n > maxNames {
		return broken(ErrTooMany, strconv.Itoa(n)+" names")
	}
	return nil
}

func (*rules) strong(c *candidate) error {
	for i, cert := range c.chain {
		if detail := weakness(cert); detail != "" {
			return broken(ErrWeakKey, "certificate "+strconv.Itoa(i)+" of the chain has "+detail)
		}
	}
	return nil
}

// weakness says what is wrong with the key of a certificate, or nothing.
func weakness(cert *x509.Certificate) string {
	switch key := cert.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSA {
			return "an RSA key of " + strconv.Itoa(bits) + " bits"
		}
	case *ecdsa.PublicKey:
		if bits := key.Curve.Params().BitSize; bits < minEC {
			return "an elliptic curve of " + strconv.Itoa(bits) + " bits"
		}
	case ed25519.PublicKey:
	default:
		return "a key of unknown kind"
	}
	return ""
}
