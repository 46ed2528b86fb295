package credentials

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

var (
	// ErrUnavailable is that no token or key could be had.
	ErrUnavailable = errors.New("credentials: no credential could be had")
	// ErrNoIdentity is that there is no identity to be had here: no endpoint of one
	// answered, or it knows no such identity. Trying again does not help.
	ErrNoIdentity = errors.New("credentials: there is no such identity here")
	// ErrClock is that this machine's clock and another differ by more than five minutes,
	// so that tokens seem to have ended, or not to have begun.
	ErrClock = errors.New("credentials: this machine's clock is wrong, or the other side's")
	// ErrGuard is that a token was given and breaks a rule of a [Guard].
	ErrGuard = errors.New("credentials: the guard refuses the token")
	// ErrUser is that the token of a user may not be used.
	ErrUser = errors.New("credentials: the token of the user may not be used")
	// ErrIdentityEndpoint is that the environment, or an answer, leads an identity request
	// to a place that is neither this machine nor the login host.
	ErrIdentityEndpoint = errors.New("credentials: the identity request would leave its lane")
	// ErrTransport is that Config.Transport is nil.
	ErrTransport = errors.New("credentials: a transport is required")
	// ErrConfig is that the configuration contradicts itself or the platform.
	ErrConfig = errors.New("credentials: the configuration is not valid")
)

// A TokenError is a token that could not be had: errors.Is(err, [ErrUnavailable]), also
// [ErrNoIdentity] or [ErrClock] where that is why, and errors.Is with the cause if the cause
// is an error of this library or the end of the caller's context.
//
// It is made from closed parts. The errors of azidentity and MSAL are not in its chain:
// their texts and their RawResponse hold the whole answer of the identity endpoint, so
// whoever logs the chain would log that.
type TokenError struct {
	// Platform is where the token was asked for.
	Platform Platform
	// Status is the HTTP status of the last answer, or zero if there was none.
	Status int
	// Code is Entra's error number, "AADSTS" and digits, or empty.
	Code string
	// Advice is a fixed sentence on what to do.
	Advice string

	why   error // ErrNoIdentity, ErrClock or nil
	wait  time.Duration
	cause error
}

// Error names platform, status, code and advice. It never holds anything else of the
// answer.
func (e *TokenError) Error() string {
	text := ErrUnavailable.Error()
	if e.Platform != Unknown {
		text += " from " + e.Platform.String()
	}
	if e.Status != 0 {
		text += ", status " + strconv.Itoa(e.Status)
	}
	if e.Code != "" {
		text += ", " + e.Code
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	if e.Advice != "" {
		text += "; " + e.Advice
	}
	return text
}

// Unwrap gives ErrUnavailable, the reason and the cause.
func (e *TokenError) Unwrap() []error {
	all := []error{ErrUnavailable}
	for _, err := range []error{e.why, e.cause} {
		if err != nil {
			all = append(all, err)
		}
	}
	return all
}

// RetryWait is how long the identity endpoint wants to be left alone, or zero.
func (e *TokenError) RetryWait() time.Duration { return e.wait }

// EventCode is canceled or timeout when the caller's context ended, the code of the cause
// if it has one, else credential_unavailable.
func (e *TokenError) EventCode() event.Code {
	var coded interface{ EventCode() event.Code }
	switch {
	case errors.As(e.cause, &coded):
		return coded.EventCode()
	case errors.Is(e.cause, context.Canceled):
		return event.Canceled
	case errors.Is(e.cause, context.DeadlineExceeded):
		return event.Timeout
	default:
		return event.CredentialMissing
	}
}

// Safe marks the text as free of secrets.
func (*TokenError) Safe() {}

// An EndpointError names the variable that sends identity requests elsewhere, never its
// value: errors.Is(err, [ErrIdentityEndpoint]).
type EndpointError struct {
	// Variable is the name in the environment, or empty if none is to blame.
	Variable string
}

// Error names the variable.
func (e *EndpointError) Error() string {
	if e.Variable == "" {
		return ErrIdentityEndpoint.Error()
	}
	return ErrIdentityEndpoint.Error() + ": look at " + e.Variable
}

// Unwrap gives ErrIdentityEndpoint.
func (*EndpointError) Unwrap() error { return ErrIdentityEndpoint }

// EventCode is egress_blocked.
func (*EndpointError) EventCode() event.Code { return event.EgressBlocked }

// Safe marks the text as free of secrets.
func (*EndpointError) Safe() {}

// A GuardError says which rule of a [Guard] a token breaks: errors.Is(err, [ErrGuard]).
type GuardError struct {
	// Rule is a fixed sentence; it quotes nothing of the token.
	Rule string

	static, clock bool
}

// Error names the rule.
func (e *GuardError) Error() string { return ErrGuard.Error() + ": " + e.Rule }

// Unwrap gives ErrGuard, and ErrClock for a token that is not valid yet.
func (e *GuardError) Unwrap() []error {
	if e.clock {
		return []error{ErrGuard, ErrClock}
	}
	return []error{ErrGuard}
}

// EventCode is credential_static for a token that was had with a client secret, else
// credential_unavailable.
func (e *GuardError) EventCode() event.Code {
	if e.static {
		return event.CredentialStatic
	}
	return event.CredentialMissing
}

// Safe marks the text as free of secrets.
func (*GuardError) Safe() {}

// A UserError says why the token of a user may not be used: errors.Is(err, [ErrUser]).
type UserError struct {
	// Rule is a fixed sentence; it quotes nothing of the token.
	Rule string
}

// Error names the rule.
func (e *UserError) Error() string { return ErrUser.Error() + ": " + e.Rule }

// Unwrap gives ErrUser.
func (*UserError) Unwrap() error { return ErrUser }

// EventCode is credential_unavailable.
func (*UserError) EventCode() event.Code { return event.CredentialMissing }

// Safe marks the text as free of secrets.
func (*UserError) Safe() {}

// A ConfigError is one fault of a [Config]: errors.Is(err, [ErrConfig]).
type ConfigError struct {
	// Field is the name in Config.
	Field string
	// Reason is a fixed sentence; it holds no value.
	Reason string
}

// Error names field and reason.
func (e *ConfigError) Error() string { return "credentials: " + e.Field + ": " + e.Reason }

// Unwrap gives ErrConfig.
func (*ConfigError) Unwrap() error { return ErrConfig }

// EventCode is config_invalid.
func (*ConfigError) EventCode() event.Code { return event.ConfigInvalid }

// Safe marks the text as free of secrets.
func (*ConfigError) Safe() {}

// Code is the event code of an error of this package or of keyvault: that of the first
// error in the chain that has one, else credential_unavailable. It is empty for nil.
func Code(err error) event.Code {
	var coded interface{ EventCode() event.Code }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &coded):
		return coded.EventCode()
	default:
		return event.CredentialMissing
	}
}

// A CertificateError says why a certificate cannot be used: errors.Is(err,
// [ErrCertificate]).
type CertificateError struct {
	// Rule is a fixed sentence; it quotes nothing of the certificate.
	Rule string
}

// Error names the rule.
func (e *CertificateError) Error() string { return ErrCertificate.Error() + ": " + e.Rule }

// Unwrap gives ErrCertificate.
func (*CertificateError) Unwrap() error { return ErrCertificate }

// EventCode is credential_unavailable.
func (*CertificateError) EventCode() event.Code { return event.CredentialMissing }

// Safe marks the text as free of secrets.
func (*CertificateError) Safe() {}
