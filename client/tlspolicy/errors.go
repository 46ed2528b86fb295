package tlspolicy

import "errors"

// The rules that a connection can break, each wrapped in a [*RuleError].
var (
	// ErrHandshake: the handshake failed in a way that no other rule names.
	ErrHandshake = errors.New("tlspolicy: handshake failed")
	// ErrVersion: the server speaks no version of TLS that the policy allows.
	ErrVersion = errors.New("tlspolicy: no allowed version of TLS")
	// ErrDowngrade: somebody between here and the server talks the version down.
	ErrDowngrade = errors.New("tlspolicy: downgrade of the version")
	// ErrCipher: the server has no cipher suite and group that the policy allows.
	ErrCipher = errors.New("tlspolicy: no allowed cipher suite or group")
	// ErrPostQuantum: the key exchange is not, or would not be, post-quantum.
	ErrPostQuantum = errors.New("tlspolicy: no post-quantum key exchange")
	// ErrCertificate: crypto/x509 or crypto/tls does not accept the certificate.
	ErrCertificate = errors.New("tlspolicy: certificate refused")
	// ErrUnverified: there is no verified chain, or it is valid no longer.
	ErrUnverified = errors.New("tlspolicy: no verified chain")
	// ErrLeafRole: the certificate is not one of a server.
	ErrLeafRole = errors.New("tlspolicy: not a server's certificate")
	// ErrLifetime: the certificate is valid for too long.
	ErrLifetime = errors.New("tlspolicy: certificate is valid for too long")
	// ErrTooMany: too many certificates, or too many names in one.
	ErrTooMany = errors.New("tlspolicy: too many certificates or names")
	// ErrWeakKey: a key of the chain is too small, or of an unknown kind.
	ErrWeakKey = errors.New("tlspolicy: weak key")
	// ErrPinMismatch: no authority of the chain has a pinned key.
	ErrPinMismatch = errors.New("tlspolicy: no pinned key in the chain")
	// ErrRevoked: the authority has revoked the certificate, or does not know it.
	ErrRevoked = errors.New("tlspolicy: certificate revoked")
	// ErrStaple: the stapled OCSP response is missing though demanded, or proves nothing.
	ErrStaple = errors.New("tlspolicy: no valid OCSP staple")
	// ErrClientCertificate: [Config.ClientCertificate] gave nothing that can be shown.
	ErrClientCertificate = errors.New("tlspolicy: no client certificate")
	// ErrObserve: [Config.Observe] failed, so that nobody knows of the connection.
	ErrObserve = errors.New("tlspolicy: connection could not be reported")
)

// ErrPin is the error of a text that is not a pin.
var ErrPin = errors.New("tlspolicy: not a pin: want sha256/ and base64")

// A RuleError is a connection that breaks a rule. It unwraps to the rule and the cause.
type RuleError struct {
	// Rule is the sentinel.
	Rule error
	// Detail is fixed text and numbers, nothing that the peer wrote. It may be empty.
	Detail string
	// Cause is what crypto/tls or a source said, or nil. Its text is not told: it may be
	// the peer's.
	Cause error
}

// Error names rule and detail.
func (e *RuleError) Error() string {
	if e.Detail == "" {
		return e.Rule.Error()
	}
	return e.Rule.Error() + ": " + e.Detail
}

// Unwrap gives rule and cause.
func (e *RuleError) Unwrap() []error {
	if e.Cause == nil {
		return []error{e.Rule}
	}
	return []error{e.Rule, e.Cause}
}

// Safe marks the text as free of payload.
func (*RuleError) Safe() {}

func broken(rule error, detail string) error { return &RuleError{Rule: rule, Detail: detail} }

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
