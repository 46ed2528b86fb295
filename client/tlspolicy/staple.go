package tlspolicy

import (
	"bytes"
	"crypto"
	"crypto/fips140"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

const (
	// maxStaple bounds a response, in bytes. Real ones have one to three thousand.
	maxStaple = 16 << 10
	// maxStapleSpan is how long a response may be in force (CA/Browser Forum Baseline
	// Requirements 2.1, 4.9.10).
	maxStapleSpan = 10 * day
	// clockSkew is how far two clocks may be apart.
	clockSkew = 5 * time.Minute
)

var (
	oidTLSFeature = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}    // RFC 7633, 4
	oidNoCheck    = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5} // RFC 6960, 4.2.2.2.1
)

// Extensions of TLS that a certificate can demand (RFC 7633, 6; RFC 6961).
const (
	statusRequest   = 5
	statusRequestV2 = 17
)

// demanded misses a response that the chain demands.
func (*rules) demanded(c *candidate) error {
	if len(c.state.OCSPResponse) == 0 && slices.ContainsFunc(c.chain[:len(c.chain)-1], demandsStaple) {
		return broken(ErrStaple, "the certificate demands one")
	}
	return nil
}

// stapled judges the response that the server sent along, if any. Anything but "good"
// refuses: a response that cannot be understood is not as good as none.
func (r *rules) stapled(c *candidate) error {
	raw := c.state.OCSPResponse
	if len(raw) == 0 {
		return nil
	}
	// A resumed session brings the response of the handshake that it was made by, at most
	// sessionAge ago, when the response was in force.
	late := clockSkew
	if c.state.DidResume {
		late += sessionAge
	}
	until, err := r.judgeStaple(raw, staple{leaf: c.chain[0], issuer: c.chain[1], now: c.now, late: late})
	c.verdict.StapledUntil = until
	return err
}

// demandsStaple reads the TLS feature extension. An authority that has it passes it on to
// all that it issues (RFC 7633, 4.2.2). What cannot be read demands.
func demandsStaple(cert *x509.Certificate) bool {
	for _, extension := range cert.Extensions {
		if !extension.Id.Equal(oidTLSFeature) {
			continue
		}
		var features []int
		rest, err := asn1.Unmarshal(extension.Value, &features)
		if err != nil || len(rest) > 0 || slices.Contains(features, statusRequest) || slices.Contains(features, statusRequestV2) {
			return true
		}
	}
	return false
}

// A staple is an OCSP response to judge.
type staple struct {
	leaf, issuer *x509.Certificate
	now          time.Time
	late         time.Duration // by how much it may be out of date

	*ocsp.Response
	data       responseData
	extensions []pkix.Extension
	signer     *x509.Certificate // issuer, or the responder whose certificate came along
}

// responseData is what package ocsp reads but does not hand over (RFC 6960, 4.2.1).
type responseData struct {
	Version     int `asn1:"optional,default:0,explicit,tag:0"`
	ResponderID asn1.RawValue
	ProducedAt  time.Time `asn1:"generalized"`
	Responses   []struct {
		CertID struct {
			Algorithm pkix.AlgorithmIdentifier
			NameHash  []byte
			KeyHash   []byte
			Serial    *big.Int
		}
	}
	Extensions asn1.RawValue `asn1:"optional"` // an optional slice would pass over what is none
}

// judgeStaple is the end of the time for which the response says that s.leaf is good.
func (r *rules) judgeStaple(raw []byte, s staple) (until time.Time, err error) {
	if len(raw) > maxStaple {
		return until, broken(ErrStaple, "it is too large")
	}
	if err := s.read(raw); err != nil {
		return until, err
	}
	for _, rule := range r.stapleChecks {
		if rule.fails(&s) {
			return until, broken(ErrStaple, rule.fault)
		}
	}
	switch s.Status {
	case ocsp.Good:
		return s.NextUpdate, nil
	case ocsp.Revoked:
		return until, broken(ErrRevoked, "the authority said so")
	default:
		return until, broken(ErrRevoked, "the authority does not know it")
	}
}

// read takes a response apart, which must be about one certificate. Package ocsp is given
// no issuer: what it would check then is less than stapleChecks.
func (s *staple) read(raw []byte) (err error) {
	s.Response, err = ocsp.ParseResponse(raw, nil)
	var refusal ocsp.ResponseError
	switch {
	case errors.As(err, &refusal):
		return &RuleError{ErrStaple, "the responder answered with an error", err}
	case err != nil:
		return &RuleError{ErrStaple, "it cannot be read", err}
	}
	_, err = asn1.Unmarshal(s.TBSResponseData, &s.data)
	if tail := s.data.Extensions.FullBytes; err == nil && len(tail) > 0 {
		_, err = asn1.UnmarshalWithParams(tail, &s.extensions, "explicit,tag:1")
	}
	if err != nil || len(s.data.Responses) != 1 {
		return &RuleError{ErrStaple, "it cannot be read", err}
	}
	s.signer = s.issuer
	if s.Certificate != nil && !bytes.Equal(s.Certificate.RawSubjectPublicKeyInfo, s.issuer.RawSubjectPublicKeyInfo) {
		s.signer = s.Certificate
	}
	return nil
}

// appointed reports whether the issuer lets another sign for it.
func (s *staple) appointed() bool { return s.signer != s.issuer }

// A stapleCheck is one rule for responses, named by the fault that it finds.
type stapleCheck struct {
	fault string
	fails func(*staple) bool
}

// allStapleChecks are the rules in their order. A responder must be appointed by the
// issuer itself and for this alone (RFC 6960, 4.2.2.2), and be exempt from being asked
// about in turn (Baseline Requirements 4.9.9). The rest is RFC 6960, 3.2 and 4.2.2.1, and
// Baseline Requirements 4.9.10. A response without an end has the zero time for it, and so
// is out of date.
func allStapleChecks() []stapleCheck {
	return []stapleCheck{
		{"it has a critical extension", func(s *staple) bool {
			return slices.ContainsFunc(s.extensions, func(e pkix.Extension) bool { return e.Critical })
		}},
		{"it is about another certificate", func(s *staple) bool {
			return s.data.Responses[0].CertID.Serial.Cmp(s.leaf.SerialNumber) != 0
		}},
		{"it is about a certificate of another authority", (*staple).foreign},
		{"its responder is not appointed by the authority", func(s *staple) bool {
			return s.appointed() && (!bytes.Equal(s.signer.RawIssuer, s.issuer.RawSubject) || s.signer.CheckSignatureFrom(s.issuer) != nil)
		}},
		{"its responder is not appointed for responses", func(s *staple) bool {
			return s.appointed() && !slices.Contains(s.signer.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning)
		}},
		{"its responder would have to be asked about in turn", func(s *staple) bool {
			return s.appointed() && !slices.ContainsFunc(s.signer.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(oidNoCheck) })
		}},
		{"its responder is out of date", func(s *staple) bool {
			return s.appointed() && (s.now.Before(s.signer.NotBefore.Add(-clockSkew)) || s.now.After(s.signer.NotAfter.Add(s.late)))
		}},
		{"its responder has a weak key", func(s *staple) bool { return weakness(s.signer) != "" }},
		{"it is signed with a weak algorithm", func(s *staple) bool { return !modern(s.SignatureAlgorithm) }},
		{"its signature is not right", func(s *staple) bool { return s.CheckSignatureFrom(s.signer) != nil }},
		{"it names another responder", (*staple).misnamed},
		{"it is from the future", func(s *staple) bool {
			return s.ThisUpdate.After(s.now.Add(clockSkew)) || s.ProducedAt.After(s.now.Add(clockSkew))
		}},
		{"it is out of date", func(s *staple) bool { return s.NextUpdate.Before(s.now.Add(-s.late)) }},
		{"it is in force for too long", func(s *staple) bool { return s.NextUpdate.Sub(s.ThisUpdate) > maxStapleSpan }},
	}
}

// foreign reports whether the response is about a certificate of another issuer: serial
// numbers are each issuer's own.
func (s *staple) foreign() bool {
	about := s.data.Responses[0].CertID
	return !bytes.Equal(about.NameHash, digest(s.IssuerHash, s.issuer.RawSubject)) ||
		!bytes.Equal(about.KeyHash, digest(s.IssuerHash, keyBits(s.issuer)))
}

// misnamed reports whether the response names another than its signer.
func (s *staple) misnamed() bool {
	if s.RawResponderName != nil {
		return !bytes.Equal(s.RawResponderName, s.signer.RawSubject)
	}
	return !bytes.Equal(s.ResponderKeyHash, digest(crypto.SHA1, keyBits(s.signer)))
}

// modern leaves SHA-1 out, which Certificate.CheckSignature lets pass, and with it what
// package ocsp does not know.
func modern(algorithm x509.SignatureAlgorithm) bool {
	switch algorithm {
	case x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS, x509.SHA512WithRSAPSS,
		x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512, x509.PureEd25519:
		return true
	default:
		return false
	}
}

// keyBits are the bits of a public key, without its algorithm, which OCSP hashes.
func keyBits(cert *x509.Certificate) []byte {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info); err != nil {
		return nil // not of a certificate that crypto/x509 has read
	}
	return info.Key.RightAlign()
}

// digest is a hash that names something. It proves nothing, so that SHA-1 is good enough
// for it, also where FIPS 140-3 is enforced. Package ocsp links in all that it lets pass.
func digest(hash crypto.Hash, data []byte) (sum []byte) {
	fips140.WithoutEnforcement(func() {
		h := hash.New()
		h.Write(data)
		sum = h.Sum(nil)
	})
	return sum
}
