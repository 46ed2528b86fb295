package credentials

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// ErrCertificate is that a certificate cannot be used.
var ErrCertificate = errors.New("credentials: the certificate cannot be used")

// A CertificateSource gives a certificate with its key. It is safe for concurrent use.
// keyvault.Certificates is one.
type CertificateSource interface {
	// Certificate is the current one. Errors are typed and their text is safe to print.
	Certificate(ctx context.Context) (Certificate, error)
}

// A Certificate is a certificate with its chain and its private key. It cannot be printed,
// logged or marshalled. It is a value: a newer version does not change one that is held.
type Certificate struct {
	// Version tells one certificate from the next. It is no secret.
	Version string

	own *tls.Certificate
}

// maxPEM bounds what is parsed; Key Vault's secrets have at most 25 KB.
const maxPEM = 64 << 10

// ParseCertificate reads a certificate, its chain and its private key, in any order, from
// PEM (RFC 7468), which is what Key Vault gives when it is asked for "application/x-pem-file".
// The certificate is the one that the key belongs to.
//
// Errors: [*CertificateError], which quotes nothing.
func ParseCertificate(text Secret, version string) (Certificate, error) {
	rest := []byte(text.Cleartext())
	if len(rest) > maxPEM {
		return Certificate{}, &CertificateError{"it is longer than 64 KB"}
	}
	var key crypto.Signer
	var chain []*x509.Certificate
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch block.Type {
		case "CERTIFICATE":
			one, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return Certificate{}, &CertificateError{"a part of its chain cannot be read"}
			}
			chain = append(chain, one)
		case "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY":
			if key != nil {
				return Certificate{}, &CertificateError{"it has more than one private key"}
			}
			if key = parseKey(block); key == nil {
				return Certificate{}, &CertificateError{"its private key cannot be read"}
			}
		}
	}
	return assemble(chain, key, version)
}

func parseKey(block *pem.Block) crypto.Signer {
	var key any
	var err error
	switch block.Type {
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	signer, ok := key.(crypto.Signer)
	if err != nil || !ok {
		return nil
	}
	return signer
}

// assemble puts the certificate of the key first.
func assemble(chain []*x509.Certificate, key crypto.Signer, version string) (Certificate, error) {
	switch {
	case key == nil:
		return Certificate{}, &CertificateError{"it has no private key: is the secret that of a certificate, and the key exportable?"}
	case len(chain) == 0:
		return Certificate{}, &CertificateError{"it has no certificate: ask the vault for PEM"}
	}
	own := &tls.Certificate{PrivateKey: key}
	for _, one := range chain {
		public, ok := one.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		if own.Leaf == nil && ok && public.Equal(key.Public()) {
			own.Leaf = one
			own.Certificate = append([][]byte{one.Raw}, own.Certificate...)
			continue
		}
		own.Certificate = append(own.Certificate, one.Raw)
	}
	if own.Leaf == nil {
		return Certificate{}, &CertificateError{"its private key belongs to none of its certificates"}
	}
	if rsaKey, ok := key.(*rsa.PrivateKey); ok && rsaKey.N.BitLen() < 2048 {
		return Certificate{}, &CertificateError{"its key has less than 2048 bits"}
	}
	c := Certificate{Version: version, own: own}
	if err := c.valid(time.Now()); err != nil {
		return Certificate{}, err
	}
	return c, nil
}

// valid says what is wrong with the dates. RFC 5280, section 4.1.2.5.
func (c Certificate) valid(now time.Time) error {
	switch {
	case now.After(c.own.Leaf.NotAfter):
		return &CertificateError{"it has expired: renew it"}
	case now.Add(clockSkew).Before(c.own.Leaf.NotBefore):
		return &CertificateError{"it is not valid yet: compare this machine's clock"}
	default:
		return nil
	}
}

// IsZero reports whether c is none.
func (c Certificate) IsZero() bool { return c.own == nil }

// Expires is the end of its validity, or zero.
func (c Certificate) Expires() time.Time {
	if c.own == nil {
		return time.Time{}
	}
	return c.own.Leaf.NotAfter
}

// TLS is the certificate in the form that crypto/tls takes, for mutual TLS. Do not change
// it; like every form of a private key, it must not be printed. It is nil for the zero
// Certificate.
func (c Certificate) TLS() *tls.Certificate { return c.own }

// signing gives what Entra's client assertions are signed with: RSA alone (Microsoft Learn,
// "Microsoft identity platform application authentication certificate credentials",
// 2026-11-23).
func (c Certificate) signing() ([]*x509.Certificate, crypto.PrivateKey, error) {
	if c.own == nil {
		return nil, nil, &CertificateError{"the source gave none"}
	}
	if _, ok := c.own.PrivateKey.(*rsa.PrivateKey); !ok {
		return nil, nil, &CertificateError{"Entra takes RSA keys alone"}
	}
	if err := c.valid(time.Now()); err != nil {
		return nil, nil, err
	}
	return []*x509.Certificate{c.own.Leaf}, c.own.PrivateKey, nil
}

// String says REDACTED.
func (Certificate) String() string { return redacted }

// GoString says REDACTED.
func (Certificate) GoString() string { return redacted }

// Format says REDACTED for every verb.
func (Certificate) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// LogValue says REDACTED.
func (Certificate) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText says REDACTED, for JSON too.
func (Certificate) MarshalText() ([]byte, error) { return []byte(redacted), nil }

var (
	_ fmt.Formatter  = Certificate{}
	_ slog.LogValuer = Certificate{}
)
