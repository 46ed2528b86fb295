package guardrail

// A Reason is why a rule denies. The list is closed, so that a reason can stand in metrics
// and audit records and can never hold data of the call.
type Reason uint8

// The reasons.
const (
	Unspecified         Reason = iota // the rule returned the zero Verdict
	RuleFailed                        // the rule panicked, or there was nothing to judge
	DeploymentNotListed               // the deployment is not one of those allowed
	OperationNotListed                // the operation is not one of those allowed
	OutputUnbounded                   // the call sets no limit on its answer
	OutputTooLong                     // the answer may be longer than allowed
	PromptTooLong                     // the prompt is longer than allowed
	Custom                            // a reason of the application's own; the rule's ID says which
)

var reasons = [...]string{"unspecified", "rule_failed", "deployment_not_listed", "operation_not_listed",
	"output_unbounded", "output_too_long", "prompt_too_long", "custom"}

// String is the name that stands in errors and audit records.
func (r Reason) String() string {
	if int(r) < len(reasons) {
		return reasons[r]
	}
	return reasons[Unspecified]
}

// A Verdict is what a rule decides. The zero Verdict denies, so a forgotten return does.
type Verdict struct {
	allow  bool
	rule   string
	reason Reason
}

// Allow lets the call pass this rule.
func Allow() Verdict { return Verdict{allow: true} }

// Deny stops the call. The rule's ID names the rule in errors and audit records: letters,
// digits, '.', '_' and '-', at most 64; any other ID is written as "unnamed", because a
// text of another kind could quote a prompt.
func Deny(rule string, reason Reason) Verdict { return Verdict{rule: rule, reason: reason} }

// Allowed reports whether the call may pass.
func (v Verdict) Allowed() bool { return v.allow }

// RuleID is the ID given to [Deny], or "unnamed".
func (v Verdict) RuleID() string { return identifier(v.rule) }

// Reason is the reason given to [Deny].
func (v Verdict) Reason() Reason { return v.reason }

func identifier(id string) string {
	const most = 64
	if id == "" || len(id) > most {
		return "unnamed"
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '.', c == '_', c == '-':
		default:
			return "unnamed"
		}
	}
	return id
}
