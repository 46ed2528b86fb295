package keyvault

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

var (
	// ErrKey is that the vault gave no key that may be used. It is also
	// [credentials.ErrUnavailable].
	ErrKey = errors.New("keyvault: no key could be had")
	// ErrStale is that there was a key, that its time is over, and that the vault gives no
	// newer one. It is also ErrKey.
	ErrStale = errors.New("keyvault: the key that was held is too old")
	// ErrChallenge is that the vault asked for a token in a way, or for a party, that is
	// not accepted. The rules: exactly one challenge, of the scheme Bearer; its
	// authorization is an https URL of a login host of the configured cloud and one tenant;
	// its resource or scope is the domain that the vault's host is directly under.
	ErrChallenge = errors.New("keyvault: the vault's challenge is not acceptable")
	// ErrHost is that a request would go elsewhere than to the vault.
	ErrHost = errors.New("keyvault: the request is not for the vault")
	// ErrConfig is that the configuration is not valid.
	ErrConfig = errors.New("keyvault: the configuration is not valid")
)

// A Reason says why there is no key. The list is closed.
type Reason string

// The reasons.
const (
	Unreachable Reason = "unreachable"           // the vault did not answer, or not in time
	NoToken     Reason = "no_token"              // the credential gave no token for the vault
	Challenge   Reason = "challenge"             // the vault's challenge is not acceptable
	Denied      Reason = "denied"                // 401 or 403: the identity may not read the secret
	Door        Reason = "wrong_door"            // 403: the vault's firewall, so the path is not the private one
	Disabled    Reason = "disabled"              // the secret is disabled
	Missing     Reason = "missing"               // 404: no such secret
	Throttled   Reason = "throttled"             // 429
	NotYet      Reason = "not_yet_valid"         // nbf lies ahead
	Expired     Reason = "expired"               // exp lies behind
	Invalid     Reason = "answer_not_understood" // anything else
)

var advice = map[Reason]string{
	Unreachable: "is the vault's private endpoint up, and its name resolved in this network?",
	NoToken:     "see the cause",
	Challenge:   "is Config.Vault a vault of Config.Cloud?",
	Denied:      "give the identity the role Key Vault Secrets User on the secret or the vault",
	Door:        "look at the vault's private endpoint, its DNS zone and the zone's link",
	Disabled:    "enable the newest version or set another one",
	Missing:     "is the name right, and the secret not deleted?",
	Throttled:   "the vault is read too often by too many",
	NotYet:      "compare its activation date and this machine's clock",
	Expired:     "rotate the key",
	Invalid:     "the vault answered with something that is no secret of this kind",
}

// An Error is a key that could not be had: errors.Is(err, [ErrKey]),
// [credentials.ErrUnavailable], [ErrStale] where Stale is set, and the cause where it is an
// error of this library or the end of the caller's context.
//
// It is made from closed parts. The errors of azcore are not in its chain, because their
// texts quote the vault's answer.
type Error struct {
	// Reason says why.
	Reason Reason
	// Status is the HTTP status of the last answer, or zero if there was none.
	Status int
	// RetryAfter is the wait that the vault asked for, or zero.
	RetryAfter time.Duration
	// Stale is that an earlier version was held until its time was over.
	Stale bool

	cause error
}

// Error names reason, status and a fixed advice.
func (e *Error) Error() string {
	text := ErrKey.Error() + ": " + string(e.Reason)
	if e.Stale {
		text = ErrStale.Error() + ": " + string(e.Reason)
	}
	if e.Status != 0 {
		text += ", status " + strconv.Itoa(e.Status)
	}
	if e.RetryAfter > 0 {
		text += ", retry after " + e.RetryAfter.String()
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	if hint := advice[e.Reason]; hint != "" {
		text += "; " + hint
	}
	return text
}

// Unwrap gives ErrKey, credentials.ErrUnavailable, ErrStale and the cause.
func (e *Error) Unwrap() []error {
	all := []error{ErrKey, credentials.ErrUnavailable}
	if e.Stale {
		all = append(all, ErrStale)
	}
	if e.cause != nil {
		all = append(all, e.cause)
	}
	return all
}

// RetryWait is RetryAfter, for whoever asks again.
func (e *Error) RetryWait() time.Duration { return e.RetryAfter }

// EventCode is canceled or timeout when the caller's context ended, the code of the cause
// if it has one, private_endpoint_violation for [Door], else credential_unavailable.
func (e *Error) EventCode() event.Code {
	var coded interface{ EventCode() event.Code }
	switch {
	case e.Reason == Door:
		return event.PrivateEndpoint
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
func (*Error) Safe() {}

// A ChallengeError says which rule a challenge breaks: errors.Is(err, [ErrChallenge]).
type ChallengeError struct {
	// Rule is a fixed sentence; it quotes nothing of the challenge.
	Rule string
}

// Error names the rule.
func (e *ChallengeError) Error() string { return ErrChallenge.Error() + ": " + e.Rule }

// Unwrap gives ErrChallenge.
func (*ChallengeError) Unwrap() error { return ErrChallenge }

// EventCode is credential_unavailable.
func (*ChallengeError) EventCode() event.Code { return event.CredentialMissing }

// Safe marks the text as free of secrets.
func (*ChallengeError) Safe() {}

// A hostError is ErrHost in a form that is safe to print.
type hostError struct{}

func (hostError) Error() string         { return ErrHost.Error() }
func (hostError) Unwrap() error         { return ErrHost }
func (hostError) EventCode() event.Code { return event.EgressBlocked }
func (hostError) Safe()                 {}

// A ConfigError is one fault of a [Config]: errors.Is(err, [ErrConfig]).
type ConfigError struct {
	// Field is the name in Config.
	Field string
	// Reason is a fixed sentence; it holds no value.
	Reason string
}

// Error names field and reason.
func (e *ConfigError) Error() string { return "keyvault: " + e.Field + ": " + e.Reason }

// Unwrap gives ErrConfig.
func (*ConfigError) Unwrap() error { return ErrConfig }

// EventCode is config_invalid.
func (*ConfigError) EventCode() event.Code { return event.ConfigInvalid }

// Safe marks the text as free of secrets.
func (*ConfigError) Safe() {}
