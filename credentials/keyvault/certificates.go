package keyvault

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/credentials"
)

// Certificates gives the newest version of a certificate with its private key: for mutual
// TLS, and for an application that signs in with one ([credentials.WithCertificate]). It is
// read as the secret of the same name, so that the role Key Vault Secrets User is enough;
// its key has to be exportable. Rotation, expiry and outages are met as for a [Source]; the
// end of the certificate counts as its expiry.
//
// The zero Certificates gives none; use [NewCertificates]. It is safe for concurrent use,
// starts no goroutines and needs no closing.
type Certificates struct{ reader *reader }

var _ credentials.CertificateSource = (*Certificates)(nil)

// NewCertificates checks c, whose Secret is the name of the certificate, and dials nothing.
//
// Errors: errors.Is(err, [ErrConfig]), every fault at once.
func NewCertificates(c Config) (*Certificates, error) {
	pem := azsecrets.ContentTypePEM
	r, err := newReader(c, asCertificate, &azsecrets.GetSecretOptions{OutContentType: &pem})
	if err != nil {
		return nil, err
	}
	return &Certificates{r}, nil
}

// String names nothing of the vault or the certificate.
func (*Certificates) String() string { return "keyvault certificates" }

// Format prints String for every verb: fmt would walk into azsecrets, which holds a token.
func (c *Certificates) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// Certificate returns the newest version, from memory while it is fresh.
//
// Errors: [*Error]; errors.Is(err, [credentials.ErrCertificate]) for one that cannot be
// used, errors.Is(err, [ErrStale]) as for a [Source].
func (c *Certificates) Certificate(ctx context.Context) (credentials.Certificate, error) {
	if c == nil {
		return credentials.Certificate{}, &Error{Reason: Invalid}
	}
	h, err := c.reader.get(ctx)
	return h.certificate, err
}

// ClientCertificate is for tls.Config.GetClientCertificate: each handshake gets the newest
// version. A peer that does not want its kind of key gets none, as crypto/tls demands.
//
// Errors: those of Certificate.
func (c *Certificates) ClientCertificate(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
	certificate, err := c.Certificate(info.Context())
	if err != nil {
		return nil, err
	}
	if info.SupportsCertificate(certificate.TLS()) != nil {
		return &tls.Certificate{}, nil
	}
	return certificate.TLS(), nil
}

// Facts are what the vault said about the version in use, as [Source.Facts].
func (c *Certificates) Facts() Facts {
	if c == nil {
		return Facts{}
	}
	return c.reader.known()
}
