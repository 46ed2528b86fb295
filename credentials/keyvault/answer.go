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
)

// held is a key with what the vault says about it.
type held struct {
	key     credentials.Key
	expires time.Time // zero: never
}

// judge says what the vault's answer is worth.
func judge(secret azsecrets.Secret, now time.Time) (held, Reason) {
	if secret.Value == nil || !usable(*secret.Value) || secret.ID == nil || secret.ID.Version() == "" {
		return held{}, Invalid
	}
	h := held{key: credentials.Key{Value: credentials.NewSecret(*secret.Value), Version: secret.ID.Version()}}
	if a := secret.Attributes; a != nil {
		switch {
		case a.Enabled != nil && !*a.Enabled:
			return held{}, Disabled
		case a.NotBefore != nil && now.Add(skew).Before(*a.NotBefore):
			return held{}, NotYet
		case a.Expires != nil && !now.Before(*a.Expires):
			return held{}, Expired
		case a.Expires != nil:
			h.expires = *a.Expires
		}
	}
	return h, ""
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
	case ctx.Err() != nil:
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
