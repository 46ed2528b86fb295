package tlspolicy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The rules that a certificate can break, wrapped in a [*CertificateError].
var (
	// ErrPinMismatch: no authority of the chain has a pinned key.
	ErrPinMismatch = errors.New("tlspolicy: no pinned key in the chain")
	// ErrWeakKey: a key of the chain is too small, or of an unknown kind.
	ErrWeakKey = errors.New("tlspolicy: weak key")
	// ErrLeafRole: the certificate is not one of a server.
	ErrLeafRole = errors.New("tlspolicy: not a server's certificate")
	// ErrUnverified: there is no verified chain.
	ErrUnverified = errors.New("tlspolicy: no verified chain")
)

// ErrPin is the error of a text that is not a pin.
var ErrPin = errors.New("tlspolicy: not a pin: want sha256/ and base64")

// A CertificateError is a chain that is valid but breaks a rule. It unwraps to the rule.
type CertificateError struct {
	// Rule is the sentinel.
	Rule error
	// Detail is fixed text and numbers, nothing that the peer wrote.
	Detail string
}

// Error names rule and detail.
func (e *CertificateError) Error() string {
	if e.Detail == "" {
		return e.Rule.Error()
	}
	return e.Rule.Error() + ": " + e.Detail
}

// Unwrap gives the rule.
func (e *CertificateError) Unwrap() error { return e.Rule }

// Safe marks the text as free of payload.
func (*CertificateError) Safe() {}

// A ConfigError is one fault of a [Config]; [New] joins all of them.
type ConfigError struct {
	// Path is the field, such as "RootFiles[0]".
	Path string
	// Reason is the rule it breaks.
	Reason string
}

// Error names the field and the rule; it never quotes the value.
func (e *ConfigError) Error() string { return "tlspolicy: config: " + e.Path + ": " + e.Reason }

// Safe marks the text as free of payload.
func (*ConfigError) Safe() {}

// Code is tls_failure if err is a certificate that this package or crypto/x509 refused,
// or a failed handshake as crypto/tls tells it. It is empty for nil and for any other.
func Code(err error) event.Code {
	var own *CertificateError
	var verification *tls.CertificateVerificationError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alerted *net.OpError // how crypto/tls tells an alert over TCP
	switch {
	case errors.As(err, &alerted) && (alerted.Op == "remote error" || alerted.Op == "local error"):
		return event.TLSFailure
	case errors.As(err, &own), errors.As(err, &verification), errors.As(err, &alert), errors.As(err, &record),
		errors.As(err, &authority), errors.As(err, &hostname), errors.As(err, &invalid):
		return event.TLSFailure
	default:
		return ""
	}
}
