package detect

import "errors"

// ErrRule means that a [Rule] cannot be made of what was given.
var ErrRule = errors.New("detect: unusable rule")

// A RuleError says what is wrong with a rule. It unwraps to [ErrRule], and its text holds
// neither words nor patterns.
type RuleError struct {
	Field  string // Kind, Words, Literal or Pattern
	Reason string
}

// Error names the field and the fault.
func (e *RuleError) Error() string { return ErrRule.Error() + ": " + e.Field + ": " + e.Reason }

// Unwrap returns [ErrRule].
func (e *RuleError) Unwrap() error { return ErrRule }

// Safe marks the text as one that holds no payload.
func (e *RuleError) Safe() {}
