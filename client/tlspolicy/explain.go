package tlspolicy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Explain says which rule stopped a handshake under config: it wraps err in a
// [*RuleError]. It returns as they are nil, an error that is one already, a deadline and
// a cancellation. Any other error is at least an [ErrHandshake].
func Explain(config *tls.Config, err error) error {
	var own *RuleError
	if err == nil || errors.As(err, &own) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	detail, rule := ruleOf(err)
	switch {
	case rule == nil:
		rule = ErrHandshake
	case errors.Is(rule, ErrCipher) && config != nil && onlyHybrid(config.CurvePreferences):
		rule, detail = ErrPostQuantum, "the server has no hybrid group"
	}
	return &RuleError{rule, detail, err}
}

// Code is the code of a refusal by this package, by crypto/x509 or by crypto/tls. It is
// empty for nil and for any other error.
func Code(err error) event.Code {
	if err == nil {
		return ""
	}
	var own *RuleError
	if errors.As(err, &own) {
		return codeOf(own.Rule)
	}
	if _, rule := ruleOf(err); rule != nil {
		return codeOf(rule)
	}
	return ""
}

func codeOf(rule error) event.Code {
	switch {
	case errors.Is(rule, ErrVersion):
		return event.TLSVersion
	case errors.Is(rule, ErrCipher):
		return event.TLSCipher
	case errors.Is(rule, ErrCertificate), errors.Is(rule, ErrUnverified):
		return event.TLSCertificate
	case errors.Is(rule, ErrPinMismatch):
		return event.TLSPin
	case errors.Is(rule, ErrRevoked), errors.Is(rule, ErrStaple):
		return event.TLSRevoked
	case errors.Is(rule, ErrPostQuantum), errors.Is(rule, ErrLeafRole), errors.Is(rule, ErrLifetime),
		errors.Is(rule, ErrTooMany), errors.Is(rule, ErrWeakKey):
		return event.TLSPolicy
	case errors.Is(rule, ErrClientCertificate):
		return event.CredentialMissing
	case errors.Is(rule, ErrObserve):
		return event.NotRecorded
	default:
		return event.TLSFailure
	}
}

// ruleOf finds the rule behind an error of crypto/tls or crypto/x509, or nil.
func ruleOf(err error) (detail string, rule error) {
	if detail = certificateFault(err); detail != "" {
		return detail, ErrCertificate
	}
	var record tls.RecordHeaderError
	if errors.As(err, &record) {
		if strings.HasPrefix(string(record.RecordHeader[:]), "HTTP") {
			return "the server speaks plain HTTP", ErrHandshake
		}
		return "the server does not speak TLS", ErrHandshake
	}
	var alert *net.OpError // how crypto/tls tells an alert over TCP
	if errors.As(err, &alert) && (alert.Op == "remote error" || alert.Op == "local error") && alert.Err != nil {
		return alertRule(alert)
	}
	return spoken(err.Error())
}

// The alerts with a meaning of their own (RFC 8446, 6.2).
const (
	handshakeFailure     tls.AlertError = 40
	protocolVersion      tls.AlertError = 70
	insufficientSecurity tls.AlertError = 71
	noRenegotiation      tls.AlertError = 100 // RFC 5246, 7.2.2
)

// alertRule compares texts: the type of the alert in a net.OpError is not exported, but
// tls.AlertError has the same texts.
func alertRule(alert *net.OpError) (detail string, rule error) {
	who := "the server"
	if alert.Op == "local error" {
		who = "the client"
	}
	switch alert.Err.Error() {
	case protocolVersion.Error():
		return who + " said so", ErrVersion
	case handshakeFailure.Error(), insufficientSecurity.Error():
		return who + " found nothing in common", ErrCipher
	case noRenegotiation.Error():
		return who + " refused to renegotiate", ErrHandshake
	default:
		return who + " sent an alert", ErrHandshake
	}
}

// spoken knows what crypto/tls tells in words alone.
func spoken(text string) (detail string, rule error) {
	for _, known := range []struct {
		prefix string
		rule   error
		detail string
	}{
		{"tls: server selected unsupported protocol version", ErrVersion, "the server chose another"},
		{"tls: downgrade attempt detected", ErrDowngrade, "the server's random says so"},
		{"tls: server chose an unconfigured cipher suite", ErrCipher, "the server chose another suite"},
		{"tls: server selected unsupported group", ErrCipher, "the server chose another group"},
		{"tls: server selected unsupported curve", ErrCipher, "the server chose another group"},
		{"tls: invalid signature by the server certificate", ErrCertificate, "the server does not hold its key"},
		{"tls: failed to parse certificate from server", ErrCertificate, "it cannot be read"},
		{"tls: server sent certificate containing RSA key", ErrCertificate, "its key is too large"},
		{"tls: server's certificate contains an unsupported", ErrCertificate, "its key is of an unknown kind"},
		{"tls: ", ErrHandshake, ""},
	} {
		if strings.HasPrefix(text, known.prefix) {
			return known.detail, known.rule
		}
	}
	return "", nil
}

// certificateFault says in fixed words what crypto/x509 has against a certificate. It is
// empty for any other error.
func certificateFault(err error) string {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return "no known authority vouches for it"
	case errors.As(err, &hostname):
		return "it is for another name"
	case errors.As(err, &invalid):
		return invalidity(invalid.Reason)
	case errors.As(err, &verification):
		return "it could not be verified"
	default:
		return ""
	}
}

func invalidity(reason x509.InvalidReason) string {
	switch reason {
	case x509.Expired:
		return "it, or an issuer, is expired or not yet valid"
	case x509.NotAuthorizedToSign:
		return "an issuer is not an authority"
	case x509.CANotAuthorizedForThisName, x509.NameConstraintsWithoutSANs, x509.UnconstrainedName, x509.TooManyConstraints:
		return "an issuer may not vouch for this name"
	case x509.IncompatibleUsage, x509.CANotAuthorizedForExtKeyUsage:
		return "it is not for servers"
	default:
		return "it is not valid"
	}
}

// onlyHybrid reports whether nothing but hybrid groups is offered.
func onlyHybrid(offered []tls.CurveID) bool {
	return len(offered) > 0 && !slices.ContainsFunc(offered, func(group tls.CurveID) bool { return !isHybrid(group) })
}
