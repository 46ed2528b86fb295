package guardrail

import (
	"context"
	"errors"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Rule judges calls. Check must be safe for concurrent use, return soon after ctx is
// done, and keep nothing of x.
type Rule interface {
	Check(ctx context.Context, x *Exchange) Verdict
}

// A Func is a Rule made of one function. A nil Func denies.
type Func func(ctx context.Context, x *Exchange) Verdict

var _ Rule = Func(nil)

// Check calls f.
func (f Func) Check(ctx context.Context, x *Exchange) Verdict {
	if f == nil {
		return Verdict{}
	}
	return f(ctx, x)
}

// ErrDenied is that a rule did not allow a call.
var ErrDenied = errors.New("guardrail: denied")

// A DeniedError says which rule stopped a call: errors.Is(err, [ErrDenied]).
type DeniedError struct {
	// RuleID is the ID of the rule, or "unnamed".
	RuleID string
	// Reason is why.
	Reason Reason
}

// Error names rule and reason, and nothing of the call.
func (e *DeniedError) Error() string {
	return "guardrail: rule " + identifier(e.RuleID) + " denies: " + e.Reason.String()
}

// Unwrap gives ErrDenied.
func (*DeniedError) Unwrap() error { return ErrDenied }

// Safe marks the text as free of payload.
func (*DeniedError) Safe() {}

// Code is policy_denied, or policy_failed if the rule could not decide.
func (e *DeniedError) Code() event.Code {
	if e.Reason == RuleFailed || e.Reason == Unspecified {
		return event.PolicyFailed
	}
	return event.PolicyDenied
}

// Evaluate asks the rules in their order and returns nil if all of them allow the call,
// else a [*DeniedError] about the first that does not, or the error of ctx if it is done.
// Without rules nothing is denied.
func Evaluate(ctx context.Context, rules []Rule, x *Exchange) error {
	if x == nil {
		return &DeniedError{RuleID: "unnamed", Reason: RuleFailed}
	}
	for _, rule := range rules {
		if err := ctx.Err(); err != nil {
			return err
		}
		if v := check(ctx, rule, x); !v.allow {
			return &DeniedError{RuleID: v.RuleID(), Reason: v.reason}
		}
	}
	return ctx.Err()
}

// check asks one rule. What a rule panics with may quote the prompt, so it is dropped.
func check(ctx context.Context, rule Rule, x *Exchange) (v Verdict) {
	var id string
	defer func() {
		if recover() != nil {
			v = Deny(id, RuleFailed)
		}
	}()
	if named, ok := rule.(interface{ ID() string }); ok {
		id = named.ID()
	}
	v = rule.Check(ctx, x)
	if !v.allow && v.rule == "" {
		v.rule = id
	}
	return v
}
