package stage

import (
	"net/http"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// learn takes from an answer, or from one event of a stream, what the record and the
// limiter need. What a later event brings wins.
func (x *Exchange) learn(a *wire.Answer) {
	facts := &x.answer
	if a.Model != "" && facts.model != a.Model {
		facts.model = a.Model
		x.span.Answered(event.NewModel(a.Model, x.call.Deployment))
	}
	if a.ID != "" {
		facts.id = a.ID
	}
	for _, reason := range a.FinishReasons {
		if len(facts.finish) < maxFinish {
			facts.finish = append(facts.finish, reason)
		}
	}
	if a.Usage.Known {
		facts.usage = a.Usage
	}
	if a.Tier != "" {
		facts.tier = a.Tier
	}
	if a.Fingerprint != "" {
		facts.fingerprint = a.Fingerprint
	}
	facts.outBytes += a.TextBytes
}

// maxFinish is how many finish reasons are kept: one for each choice that a call may ask
// for (128, Azure OpenAI REST API reference, parameter n).
const maxFinish = 128

// learnHeaders takes the facts that the headers of an answer tell.
func (x *Exchange) learnHeaders(resp *http.Response) {
	facts := &x.answer
	facts.status = resp.StatusCode
	facts.region = resp.Header.Get("X-Ms-Region")
	facts.requestID = resp.Header.Get("Apim-Request-Id")
	if facts.requestID == "" {
		facts.requestID = resp.Header.Get("X-Request-Id")
	}
}

// learnError finds the code of an error that the service reports.
func (x *Exchange) learnError(status int, a *wire.Answer) {
	x.answer.code = serviceCode(status, a)
}

// serviceCodes are the codes of error objects that say more than the status (Azure OpenAI
// REST API reference and content filter pages on Microsoft Learn, 2026-11).
var serviceCodes = map[string]event.Code{
	"content_filter":                event.ContentFilter,
	"ResponsibleAIPolicyViolation":  event.ContentFilter,
	"context_length_exceeded":       event.ContextLength,
	"insufficient_quota":            event.Quota,
	"rate_limit_exceeded":           event.RateLimited,
	"DeploymentNotFound":            event.DeploymentMissing,
	"AuthenticationTypeDisabled":    event.CredentialRejected,
	"PermissionDenied":              event.CredentialRejected,
	"invalid_api_key":               event.CredentialRejected,
	"operation_timeout":             event.Timeout,
	"model_context_length_exceeded": event.ContextLength,
}

func serviceCode(status int, a *wire.Answer) event.Code {
	if a.PrivatePath {
		return event.PrivateEndpoint
	}
	for _, code := range []string{a.ErrorCode, a.InnerCode, a.ErrorType} {
		if known, ok := serviceCodes[code]; ok {
			return known
		}
	}
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return event.CredentialRejected
	case http.StatusTooManyRequests:
		return event.RateLimited
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return event.Timeout
	default:
		return event.Other
	}
}
