package guardrail

import (
	"context"
	"math"
	"strings"
)

// A builtin is a rule of this package: a test, and what its failure means.
type builtin struct {
	id    string
	check func(x *Exchange) Reason
}

var _ Rule = builtin{}

// passed is what a builtin's test returns for a call that may pass. It is no Reason.
const passed Reason = math.MaxUint8

// ID is the rule's name in errors and audit records.
func (b builtin) ID() string { return b.id }

// Check implements [Rule].
func (b builtin) Check(_ context.Context, x *Exchange) Verdict {
	if reason := b.check(x); reason != passed {
		return Deny(b.id, reason)
	}
	return Allow()
}

// Deployments allows only calls to the deployments named, without regard to case, as the
// service compares them. Without names it allows none. Its ID is "deployments".
func Deployments(names ...string) Rule {
	return listed("deployments", names, DeploymentNotListed, (*Exchange).Deployment)
}

// Operations allows only the operations named, such as "chat" or "embeddings". Without
// names it allows none. Its ID is "operations".
func Operations(names ...string) Rule {
	return listed("operations", names, OperationNotListed, (*Exchange).Operation)
}

func listed(id string, names []string, reason Reason, value func(*Exchange) string) Rule {
	list := make(map[string]bool, len(names))
	for _, name := range names {
		if name != "" {
			list[lower(name)] = true
		}
	}
	return builtin{id, func(x *Exchange) Reason {
		if list[lower(value(x))] {
			return passed
		}
		return reason
	}}
}

// lower folds ASCII alone: under Unicode's rules the Kelvin sign would pass for a k.
func lower(name string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, name)
}

// MaxOutputTokens allows only calls whose answers, all choices together, have at most n
// tokens. A call that sets no limit is denied, unless its operation has no answer in
// tokens: embeddings, models and moderations. Its ID is "max_output_tokens".
func MaxOutputTokens(n int) Rule {
	return builtin{"max_output_tokens", func(x *Exchange) Reason {
		switch each := x.MaxOutput(); {
		case each <= 0 && silent(x.Operation()):
			return passed
		case each <= 0:
			return OutputUnbounded
		case each > n/x.Choices():
			return OutputTooLong
		}
		return passed
	}}
}

func silent(operation string) bool {
	return operation == "embeddings" || operation == "models" || operation == "moderations"
}

// MaxPromptTokens allows only calls whose prompt is estimated to have at most n tokens. Its
// ID is "max_prompt_tokens".
func MaxPromptTokens(n int) Rule {
	return builtin{"max_prompt_tokens", func(x *Exchange) Reason {
		if t := x.PromptTokens(); t < 0 || t > n {
			return PromptTooLong
		}
		return passed
	}}
}
