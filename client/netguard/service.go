package netguard

import (
	"encoding/json"
	"net/http"
	"strings"
)

// A Service is how the service answered a probe.
type Service struct {
	Status  int     `json:"status"`
	Verdict Verdict `json:"verdict"`
	Rule    Rule    `json:"rule"`
	// Region is where the service says that it is. [JudgeService] does not see it.
	Region string `json:"region,omitempty"`
}

// Err is the [*ServiceError] of an answer that failed, and nil for all others.
func (s Service) Err(host string) error {
	if s.Verdict != Fail {
		return nil
	}
	return &ServiceError{host, s.Status, s.Rule}
}

// MaxServiceBody is how much of the body of an answer [JudgeService] looks at.
const MaxServiceBody = 4 << 10

// refusals are the texts by which Azure AI services refuse because of the way a request
// came, seen in public reports (TabularEditor3 #1557, azure-search-openai-demo #1157, and
// others, read 2026-11-25). They come as 403 or 404, and the second once as 401, so the
// text decides. An API Management in front hands on those of the service behind it, which
// then was reached by its public door.
var refusals = []struct {
	text string
	rule Rule
}{
	{"public access is disabled", RulePublicDoor},
	{"due to virtual network/firewall rules", RuleFirewall},
	{"not from an approved private endpoint", RuleUnapproved},
	{"subdomain does not map to a resource", RuleNoResource},
}

// JudgeService judges the answer to a probe that carried neither token nor prompt: a GET
// of [Mode.ProbePath]. Given such a request a service that was reached the private way
// asks for a credential (401) or says that it has no such route (404 in its own words).
// Anything that it does not understand is Unknown, never a pass. It keeps nothing of the
// body, of which it reads the first [MaxServiceBody] bytes.
func JudgeService(mode Mode, status int, body []byte) Service {
	body = body[:min(len(body), MaxServiceBody)]
	lower := strings.ToLower(string(body))
	for _, r := range refusals {
		if status >= http.StatusBadRequest && strings.Contains(lower, r.text) {
			return Service{Status: status, Verdict: Fail, Rule: r.rule}
		}
	}
	switch {
	case status == http.StatusUnauthorized:
		return Service{Status: status, Verdict: Pass, Rule: RuleAskedCredential}
	case status == http.StatusNotFound && isRoute404(body):
		return Service{Status: status, Verdict: Pass, Rule: RuleNoRoute}
	case status == http.StatusOK && mode == PrivateLink:
		return Service{Status: status, Verdict: Pass, Rule: RuleHealthy}
	case status >= http.StatusOK && status < http.StatusMultipleChoices:
		return Service{Status: status, Verdict: Unknown, Rule: RuleNoCredential}
	default:
		return Service{Status: status, Verdict: Unknown, Rule: RuleUnclear}
	}
}

// isRoute404 reports whether body is the error of an Azure AI service for a path that it
// does not have: {"error":{"code":"404","message":"Resource not found"}}. A page of some
// proxy is not.
func isRoute404(body []byte) bool {
	var answer struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if json.Unmarshal(body, &answer) != nil {
		return false
	}
	return answer.Error.Code == "404" && strings.EqualFold(strings.TrimSuffix(answer.Error.Message, "."), "resource not found")
}
