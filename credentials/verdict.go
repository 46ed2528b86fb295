package credentials

import (
	"encoding/json"
	"net/http"
	"strings"
)

// A Verdict says what a service's refusal of a credential means. The zero Verdict is that
// the credential was not refused. The list is closed.
type Verdict uint8

// The verdicts.
const (
	Accepted      Verdict = iota
	TokenInvalid          // 401: the token has ended, was revoked, or is for another audience
	ClaimsMissing         // 401 with a claims challenge: a token with these claims is wanted
	KeyInvalid            // 401: the service does not know the key
	RoleMissing           // 401 or 403: the identity is known and may not do this
	WrongTenant           // 400: the token is of another tenant than the resource
	KeysDisabled          // 403: the service takes no keys
	PublicDoor            // 403: the request came by the public address
	WrongEndpoint         // 403: the private endpoint is not approved for this resource
	Suspended             // 403: the resource is blocked, because of suspected abuse
	QuotaSpent            // 403 of API Management: a quota is used up
	Refused               // 401 or 403 for a reason without a name
)

// String is the name that stands in reports.
func (v Verdict) String() string {
	return name(v, "accepted", "token invalid", "claims missing", "key invalid", "role missing", "wrong tenant", "keys disabled",
		"public door", "wrong endpoint", "suspended", "quota spent", "refused")
}

// Renewable reports whether a newer credential may help, once. Nothing else may: to ask
// again with the same rights is a loop, and a missing role looks like a bad token by its
// status alone.
func (v Verdict) Renewable() bool {
	return v == TokenInvalid || v == ClaimsMissing || v == KeyInvalid
}

// Advice is a fixed sentence on what to do.
func (v Verdict) Advice() string {
	return name(v, "",
		"is the scope that of the endpoint, and is the resource in the identity's tenant?",
		"a policy of conditional access wants more than this identity shows",
		"is it the key of this resource, and has it been regenerated?",
		"give the identity the role Cognitive Services OpenAI User on the resource; it takes minutes to work",
		"use an identity of the resource's tenant",
		"keys are turned off, as they should be: use an identity",
		"the traffic left the private path: look at the private DNS zone and its link",
		"the private endpoint belongs to another resource or was not approved",
		"the resource was blocked: do not try again, ask Microsoft's support",
		"the gateway's quota is used up until it is renewed",
		"the service gives no reason that is known")
}

// maxRefusal bounds what is read of an answer's body.
const maxRefusal = 16 << 10

// texts are words of answers, in lower case, that tell one refusal from another. Microsoft
// Learn, "Azure OpenAI error codes" and "Configure Azure AI services virtual networks",
// 2026-11-23; and the issues arbs-io/vscode-openai#321, microsoft/TabularEditor3#1557.
var texts = []struct {
	words   string
	verdict Verdict
}{
	{"lacks the required data action", RoleMissing},
	{"does not have access to api", RoleMissing},
	{"token tenant", WrongTenant},
	{"public access is disabled", PublicDoor},
	{"not from an approved private endpoint", WrongEndpoint},
	{"temporarily blocked", Suspended},
	{"key based authentication is disabled", KeysDisabled},
	{"invalid subscription key", KeyInvalid},
	{"missing subscription key", KeyInvalid},
	{"token quota is exceeded", QuotaSpent},
	{"out of call volume quota", QuotaSpent},
}

var codes = map[string]Verdict{
	"permissiondenied":           RoleMissing,
	"authenticationtypedisabled": KeysDisabled,
	"invalid_api_key":            KeyInvalid,
}

// Judge says what an answer of the model's service, or of a gateway before it, means for
// the credential. Body is the start of the answer's body; more than 16 KB of it are not
// read. For [ClaimsMissing] it returns the claims, which are not to be printed.
//
// Of a WWW-Authenticate header nothing is used but the claims: where else it may point to,
// no token is asked for there.
func Judge(status int, header http.Header, body []byte) (Verdict, Secret) {
	if status != http.StatusBadRequest && status != http.StatusUnauthorized && status != http.StatusForbidden {
		return Accepted, Secret{}
	}
	code, message := refusalOf(body)
	named := codes[code]
	for _, t := range texts {
		if strings.Contains(message, t.words) {
			named = t.verdict
			break
		}
	}
	switch {
	case status == http.StatusBadRequest:
		if named != WrongTenant {
			named = Accepted
		}
		return named, Secret{}
	case named != Accepted:
		return named, Secret{}
	case status == http.StatusForbidden:
		return Refused, Secret{}
	}
	if claims := claimsWanted(header.Values("Www-Authenticate")); !claims.IsZero() {
		return ClaimsMissing, claims
	}
	return TokenInvalid, Secret{}
}

// refusalOf takes code and message, in lower case, from either form of error object.
func refusalOf(body []byte) (code, message string) {
	if len(body) > maxRefusal {
		return "", ""
	}
	var said struct {
		Message string `json:"message"`
		Error   struct {
			Code    any    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil {
		return "", ""
	}
	code, _ = said.Error.Code.(string)
	return strings.ToLower(code), strings.ToLower(said.Error.Message + said.Message)
}
