package tlspolicy

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strconv"
)

// minRSA and minEC are the smallest keys, in bits (CA/Browser Forum Baseline
// Requirements 6.1.5).
const (
	minRSA = 2048
	minEC  = 256
)

// rules are what a verified connection must also keep.
type rules struct {
	pins []Pin
}

// verify is for tls.Config.VerifyConnection. One verified chain that keeps all rules is
// enough: a server may send cross-signed certificates that make a weaker chain beside it.
func (r rules) verify(state tls.ConnectionState) error {
	var first error
	for _, chain := range state.VerifiedChains {
		err := r.check(chain)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = &CertificateError{Rule: ErrUnverified}
	}
	return first
}

// check holds a chain, leaf first, against the rules.
func (r rules) check(chain []*x509.Certificate) error {
	if len(chain) == 0 {
		return &CertificateError{Rule: ErrUnverified}
	}
	if detail := leafFault(chain[0]); detail != "" {
		return &CertificateError{ErrLeafRole, detail}
	}
	for i, cert := range chain {
		if detail := keyFault(cert); detail != "" {
			return &CertificateError{ErrWeakKey, "certificate " + strconv.Itoa(i) + " of the chain has " + detail}
		}
	}
	if len(r.pins) > 0 && !slices.ContainsFunc(chain[1:], r.pinned) {
		return &CertificateError{ErrPinMismatch, "none of " + strconv.Itoa(len(chain)-1) + " authorities"}
	}
	return nil
}

func (r rules) pinned(cert *x509.Certificate) bool { return slices.Contains(r.pins, PinOf(cert)) }

// leafFault wants serverAuth in so many words. No extended key usage at all, or any,
// passes crypto/x509; public authorities have written serverAuth for a decade.
func leafFault(leaf *x509.Certificate) string {
	switch {
	case leaf.IsCA:
		return "it is a certificate authority"
	case !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth):
		return "it does not state serverAuth"
	default:
		return ""
	}
}

func keyFault(cert *x509.Certificate) string {
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
