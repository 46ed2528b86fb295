package clienttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
)

// object is a JSON object.
type object = map[string]any

// errorBody is the form of all errors of the account.
func errorBody(code, message string, more object) object {
	inner := object{"code": code, "message": message}
	for name, value := range more {
		inner[name] = value
	}
	return object{"error": inner}
}

// errorReply is a whole answer with an error.
func errorReply(status int, code, message string, more object) Reply {
	body, err := json.Marshal(errorBody(code, message, more))
	if err != nil {
		return Reply{Status: http.StatusInternalServerError}
	}
	return Reply{Status: status, Body: string(body)}
}

// Throttled is the answer of a deployment whose quota is used up for some seconds
// (learn.microsoft.com, "Azure OpenAI quota", 2026-05-06).
func Throttled(seconds int) Reply {
	r := errorReply(http.StatusTooManyRequests, "429", fmt.Sprintf("Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after %d seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.", seconds), nil)
	r.Header = http.Header{
		"Retry-After":                    {strconv.Itoa(seconds)},
		"Retry-After-Ms":                 {strconv.Itoa(seconds * 1000)},
		"X-Ratelimit-Remaining-Requests": {"0"},
		"X-Ratelimit-Remaining-Tokens":   {"0"},
		"X-Ratelimit-Reset-Requests":     {strconv.Itoa(seconds) + "s"},
		"X-Ratelimit-Reset-Tokens":       {strconv.Itoa(seconds) + "s"},
	}
	return r
}

// Overloaded is the 429 of a model that lacks capacity, whatever the quota.
func Overloaded() Reply {
	return errorReply(http.StatusTooManyRequests, "NoCapacity", "The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load.", nil)
}

// ContentFiltered is the answer to a prompt that the content filter stopped
// (learn.microsoft.com, "Content filtering").
func ContentFiltered() Reply {
	result := object{"hate": object{"filtered": true, "severity": "high"}, "jailbreak": object{"detected": false, "filtered": false}}
	for _, category := range []string{"self_harm", "sexual", "violence"} {
		result[category] = object{"filtered": false, "severity": "safe"}
	}
	return errorReply(http.StatusBadRequest, "content_filter", "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry. To learn more about our content filtering policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766", object{
		"param": "prompt", "type": nil, "status": 400,
		"innererror": object{"code": "ResponsibleAIPolicyViolation", "content_filter_result": result},
	})
}

// ContextTooLong is the answer to a prompt that does not fit the model.
func ContextTooLong() Reply {
	return errorReply(http.StatusBadRequest, "context_length_exceeded", "This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. Please reduce the length of the messages.", object{"param": "messages", "type": "invalid_request_error"})
}

// PermissionDenied is the 401 to an identity that has no role on the account.
func PermissionDenied() Reply {
	return errorReply(http.StatusUnauthorized, "PermissionDenied", "The principal lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.", nil)
}

// Unauthorized is the 401 to a token or key that is not valid.
func Unauthorized() Reply {
	return errorReply(http.StatusUnauthorized, "401", "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired.", nil)
}

// KeysDisabled is the 403 to an API key where keys are turned off.
func KeysDisabled() Reply {
	return errorReply(http.StatusForbidden, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.", nil)
}

// DeploymentNotFound is the 404 to the name of a deployment that is not there.
func DeploymentNotFound() Reply {
	return errorReply(http.StatusNotFound, "DeploymentNotFound", "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.", nil)
}

// PublicAccessDisabled is the 403 to a request that came by the public address. It means
// that traffic has left the private path.
func PublicAccessDisabled() Reply {
	r := errorReply(http.StatusForbidden, "AccessDenied", "Public access is disabled. Please configure private endpoint.", nil)
	r.Header = http.Header{"Policy-Id": {"ThrowExceptionDueToTrafficDenied"}}
	return r
}

// NotApproved is the 403 to a request that came by a private endpoint which is another
// account's, or which nobody has approved.
func NotApproved() Reply {
	return errorReply(http.StatusForbidden, "403", "Traffic is not from an approved private endpoint.", nil)
}

// SelectedNetworks is the 403 to a request that came by the public address while public
// access is left on for some networks.
func SelectedNetworks() Reply {
	return errorReply(http.StatusForbidden, "AccessDenied", "Access denied due to Virtual Network/Firewall rules.", nil)
}

// NoSubdomain is the 404 to a host name that belongs to no account.
func NoSubdomain() Reply {
	return errorReply(http.StatusNotFound, "404", "Subdomain does not map to a resource.", nil)
}

// ServerError is a failure of the service with a status of 500 and above.
func ServerError(status int) Reply {
	return errorReply(status, strconv.Itoa(status), http.StatusText(status), nil)
}

// Redirect sends the client to another URL.
func Redirect(status int, url string) Reply {
	return Reply{Status: status, Header: http.Header{"Location": {url}}}
}

// Says is an answer of the model with this text.
func Says(text string) Reply { return Reply{Text: text} }

// Calls is an answer of the model that wants functions to be called.
func Calls(calls ...ToolCall) Reply { return Reply{ToolCalls: calls} }

// Broken is a usual answer that breaks after some events. See [Reply].
func Broken(fault Fault, after int) Reply { return Reply{Fault: fault, After: after} }

// Challenge is a 401 with this WWW-Authenticate header, for [Vault].
func Challenge(header string) Reply {
	r := errorReply(http.StatusUnauthorized, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.", nil)
	r.Header = http.Header{"Www-Authenticate": {header}}
	return r
}

// unreadable is the answer to a body that is too large or ends early.
func unreadable(err error) Reply {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return errorReply(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The request body is too large.", nil)
	}
	return badRequest("The request body ends early.")
}

// answer gives a prepared reply as that of a service, so that a script can break it.
func (v *visit) answer(r Reply) {
	for name, values := range r.Header {
		v.w.Header()[name] = values
	}
	v.w.Header().Set("Content-Type", "application/json")
	v.whole(r.Status, []byte(r.Body))
}
