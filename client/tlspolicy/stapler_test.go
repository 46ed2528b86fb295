package tlspolicy_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/fips140"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A response is an OCSP response to write (RFC 6960, 4.2.1). It is this module's own
// writer, so that it can write what no library would.
type response struct {
	status              int // 0 good, 1 revoked, 2 unknown
	serial              *big.Int
	produced, this, end time.Time
	about               *node // whose name and key the response says issued the certificate
	aboutName           []byte
	signer              *node
	embed               *node // whose certificate comes along, if any
	byKey               bool  // names the responder by its key
	responder           []byte
	weak                bool // signs with SHA-1
	extensions          []pkix.Extension
	garbled             bool // has extensions that are none
	twice               bool // is about two certificates
	spoil               bool // has a wrong signature
}

// good is what a careful authority answers for leaf.
func good(leaf, issuer *node, changes ...func(*response)) *response {
	now := time.Now().UTC().Truncate(time.Second)
	r := &response{serial: leaf.cert.SerialNumber, produced: now, this: now.Add(-time.Hour), end: now.Add(24 * time.Hour), about: issuer, signer: issuer}
	for _, change := range changes {
		change(r)
	}
	return r
}

type certID struct {
	Algorithm         pkix.AlgorithmIdentifier
	NameHash, KeyHash []byte
	Serial            *big.Int
}

type revokedInfo struct {
	At time.Time `asn1:"generalized"`
}

type single struct {
	ID      certID
	Good    asn1.Flag   `asn1:"tag:0,optional"`
	Revoked revokedInfo `asn1:"tag:1,optional"`
	Unknown asn1.Flag   `asn1:"tag:2,optional"`
	This    time.Time   `asn1:"generalized"`
	End     time.Time   `asn1:"generalized,explicit,tag:0,optional"`
}

type tbs struct {
	Responder  asn1.RawValue
	Produced   time.Time `asn1:"generalized"`
	All        []single
	Extensions []pkix.Extension `asn1:"explicit,tag:1,optional,omitempty"`
}

type basic struct {
	Data      asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
	Certs     []asn1.RawValue `asn1:"explicit,tag:0,optional,omitempty"`
}

type envelope struct {
	Status asn1.Enumerated
	Body   struct {
		Type asn1.ObjectIdentifier
		Data []byte
	} `asn1:"explicit,tag:0"`
}

func (r *response) der(t testing.TB) []byte {
	t.Helper()
	one := single{
		ID: certID{
			Algorithm: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, Parameters: asn1.NullRawValue},
			NameHash:  hashOf(r.about.cert.RawSubject), KeyHash: hashOf(bits(t, r.about.cert)), Serial: r.serial,
		},
		Good: r.status == 0, Unknown: r.status == 2, This: r.this, End: r.end,
	}
	if r.aboutName != nil {
		one.ID.NameHash = hashOf(r.aboutName)
	}
	if r.status == 1 {
		one.Revoked.At = r.this
	}
	data := tbs{Responder: r.responderID(t), Produced: r.produced, All: []single{one}, Extensions: r.extensions}
	if r.twice {
		data.All = append(data.All, one)
	}
	raw := marshal(t, data)
	if r.garbled {
		null := asn1.RawValue{FullBytes: []byte{0xa1, 2, 5, 0}} // [1] EXPLICIT NULL
		raw = marshal(t, struct {
			Responder  asn1.RawValue
			Produced   time.Time `asn1:"generalized"`
			All        []single
			Extensions asn1.RawValue
		}{data.Responder, data.Produced, data.All, null})
	}
	b := basic{Data: asn1.RawValue{FullBytes: raw}}
	b.Algorithm.Algorithm, b.Signature.Bytes = r.sign(t, raw)
	if r.spoil {
		b.Signature.Bytes[len(b.Signature.Bytes)-1] ^= 1
	}
	b.Signature.BitLength = 8 * len(b.Signature.Bytes)
	if r.embed != nil {
		b.Certs = []asn1.RawValue{{FullBytes: r.embed.cert.Raw}}
	}
	var e envelope
	e.Body.Type, e.Body.Data = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}, marshal(t, b)
	return marshal(t, e)
}

func (r *response) responderID(t testing.TB) asn1.RawValue {
	id := asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 1, IsCompound: true, Bytes: r.signer.cert.RawSubject}
	if r.byKey {
		id.Tag, id.Bytes = 2, marshal(t, hashOf(bits(t, r.signer.cert)))
	}
	if r.responder != nil {
		id.Bytes = r.responder
	}
	return id
}

func (r *response) sign(t testing.TB, data []byte) (asn1.ObjectIdentifier, []byte) {
	t.Helper()
	hash, sum := crypto.SHA256, sha256.Sum256(data)
	digest := sum[:]
	if r.weak {
		hash, digest = crypto.SHA1, hashOf(data)
	}
	signature, err := r.signer.key.Sign(rand.Reader, digest, hash)
	testkit.NoError(t, err)
	_, isRSA := r.signer.key.(*rsa.PrivateKey)
	_, isEC := r.signer.key.(*ecdsa.PrivateKey)
	switch {
	case isRSA && r.weak:
		return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, signature
	case isRSA:
		return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, signature
	case isEC && r.weak:
		return asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, signature
	default:
		return asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, signature
	}
}

// bits are those of a key without its algorithm, which OCSP hashes.
func bits(t testing.TB, cert *x509.Certificate) []byte {
	t.Helper()
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	_, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info)
	testkit.NoError(t, err)
	return info.Key.Bytes
}

// hashOf is SHA-1, which names issuers; in FIPS 140-3 mode too.
func hashOf(data []byte) (sum []byte) {
	fips140.WithoutEnforcement(func() {
		all := sha1.Sum(data)
		sum = all[:]
	})
	return sum
}

func marshal(t testing.TB, v any) []byte {
	t.Helper()
	der, err := asn1.Marshal(v)
	testkit.NoError(t, err)
	return der
}

// Extensions of certificates (RFC 7633, RFC 6960).

func mustStaple(value ...byte) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: value}
}

// demand is SEQUENCE { INTEGER 5 }: status_request.
func demand() pkix.Extension { return mustStaple(0x30, 3, 2, 1, 5) }

func noCheck() pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}, Value: asn1.NullBytes}
}
