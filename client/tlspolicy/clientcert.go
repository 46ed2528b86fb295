package tlspolicy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"time"
)

// clientCertificate is for tls.Config.GetClientCertificate: it asks source, and shows
// nothing that the server could not take. A nil source never shows a certificate.
func clientCertificate(source func(context.Context) (*tls.Certificate, error)) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	if source == nil {
		return nil
	}
	return func(request *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		cert, err := ask(request.Context(), source)
		if err != nil {
			return nil, err
		}
		if fault := unfit(cert, request, time.Now()); fault != "" {
			return nil, broken(ErrClientCertificate, fault)
		}
		return cert, nil
	}
}

// ask survives a source that panics. What it panics with is not told.
func ask(ctx context.Context, source func(context.Context) (*tls.Certificate, error)) (cert *tls.Certificate, err error) {
	defer func() {
		if recover() != nil {
			cert, err = nil, broken(ErrClientCertificate, "the source panicked")
		}
	}()
	cert, err = source(ctx)
	if err != nil {
		return nil, &RuleError{ErrClientCertificate, "the source failed", err}
	}
	return cert, nil
}

// unfit says why a certificate cannot be shown, or nothing.
func unfit(cert *tls.Certificate, request *tls.CertificateRequestInfo, now time.Time) string {
	if cert == nil || len(cert.Certificate) == 0 || cert.PrivateKey == nil {
		return "the source gave none"
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	switch {
	case err != nil:
		return "it cannot be read"
	case now.Before(leaf.NotBefore), now.After(leaf.NotAfter):
		return "it is out of date"
	case weakness(leaf) != "":
		return "it has a weak key"
	case request.SupportsCertificate(cert) != nil:
		return "the server does not take its kind or its authority"
	default:
		return ""
	}
}
