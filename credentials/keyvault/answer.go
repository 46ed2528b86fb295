package keyvault

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/internal/fence"
	"github.com/sallyport-go/sallyport/credentials/internal/refresh"
)

// held is what a secret is good for, with what the vault says about it.
type held struct {
	key         credentials.Key
	certificate credentials.Certificate
	facts       Facts
}

// sameValue reports whether two versions hold the same text: then a newer one is no reason
// to try again.
func sameValue(old, new held) bool { return old.key.Value.Equal(new.key.Value) }

// judge says what the vault's answer is worth, whatever it is used for.
func judge(secret azsecrets.Secret, now time.Time) (held, Reason) {
	if secret.Value == nil || *secret.Value == "" || secret.ID == nil || secret.ID.Version() == "" {
		return held{}, Invalid
	}
	h := held{
		key:   credentials.Key{Value: credentials.NewSecret(*secret.Value), Version: secret.ID.Version()},
		facts: factsOf(secret, now),
	}
	switch a := secret.Attributes; {
	case a == nil:
		return h, ""
	case a.Enabled != nil && !*a.Enabled:
		return held{}, Disabled
	case a.NotBefore != nil && now.Add(skew).Before(*a.NotBefore):
		return held{}, NotYet
	case a.Expires != nil && !now.Before(*a.Expires):
		return held{}, Expired
	default:
		return h, ""
	}
}

// asKey judges a secret that is to be a key in a header.
func asKey(secret azsecrets.Secret, now time.Time) (held, Reason, error) {
	h, reason := judge(secret, now)
	if reason == "" && !usable(h.key.Value.Cleartext()) {
		return held{}, Invalid, nil
	}
	return h, reason, nil
}

// asCertificate judges a secret that is a certificate with its key. Its own dates count
// beside those of the secret.
func asCertificate(secret azsecrets.Secret, now time.Time) (held, Reason, error) {
	h, reason := judge(secret, now)
	if reason != "" {
		return held{}, reason, nil
	}
	certificate, err := credentials.ParseCertificate(h.key.Value, h.key.Version)
	if err != nil {
		return held{}, Invalid, err
	}
	h.certificate = certificate
	if end := certificate.Expires(); h.facts.Expires.IsZero() || end.Before(h.facts.Expires) {
		h.facts.Expires = end
	}
	return h, "", nil
}

// usable reports whether a value can stand in a header: RFC 9110, section 5.5, without
// spaces, which a secret that was pasted with its line end would have.
func usable(value string) bool {
	for i := range len(value) {
		if value[i] <= ' ' || value[i] > '~' {
			return false
		}
	}
	return value != ""
}

// failure says what happened without quoting err.
func failure(ctx context.Context, trace *fence.Trace, err error) *Error {
	e := &Error{Reason: Unreachable, Status: trace.Status(), RetryAfter: trace.RetryAfter(), cause: trace.Cause()}
	var token *credentials.TokenError
	var answer *azcore.ResponseError
	switch {
	case refresh.GaveUp(ctx):
		e.cause = ctx.Err()
	case errors.Is(e.cause, ErrChallenge):
		e.Reason = Challenge
	case errors.As(err, &token):
		e.Reason, e.Status, e.cause = NoToken, 0, token
	case errors.As(err, &answer):
		e.Reason = reasonOf(answer.StatusCode, innerCode(answer))
	case e.Status >= http.StatusTooManyRequests: // the deadline came between two tries
		e.Reason = reasonOf(e.Status, "")
	case e.Status == http.StatusOK:
		e.Reason = Invalid
	}
	return e
}

// reasonOf classifies an answer by status and, for 403, by the vault's inner code.
// Microsoft Learn, "Azure Key Vault REST API error codes", 2026-11-23.
func reasonOf(status int, inner string) Reason {
	switch {
	case status == http.StatusForbidden && inner == "SecretDisabled":
		return Disabled
	case status == http.StatusForbidden && inner == "SecretExpired":
		return Expired
	case status == http.StatusForbidden && inner == "SecretNotYetValid":
		return NotYet
	case status == http.StatusForbidden && (inner == "ForbiddenByFirewall" || inner == "ForbiddenByConnection"):
		return Door
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return Denied
	case status == http.StatusNotFound:
		return Missing
	case status == http.StatusTooManyRequests:
		return Throttled
	case status >= http.StatusInternalServerError:
		return Unreachable
	default:
		return Invalid
	}
}

func innerCode(answer *azcore.ResponseError) string {
	var body struct {
		Error struct {
			Inner struct {
				Code string `json:"code"`
			} `json:"innererror"`
		} `json:"error"`
	}
	payload, err := runtime.Payload(answer.RawResponse)
	if err != nil || json.Unmarshal(payload, &body) != nil {
		return ""
	}
	return body.Error.Inner.Code
}

// final reports whether the vault's word is that the key is gone, so that the old one must
// not serve any more.
func final(err error) bool {
	var own *Error
	return errors.As(err, &own) && (own.Reason == Disabled || own.Reason == Missing || own.Reason == Expired)
}
