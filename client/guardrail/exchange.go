package guardrail

import (
	"slices"

	"github.com/sallyport-go/sallyport/client/policy"
)

// A Count is how many values of a kind were redacted from the prompt.
type Count struct {
	Kind string
	N    int
}

// Facts is what an [Exchange] is made of.
type Facts struct {
	// Operation is the kind of call, such as "chat" or "embeddings".
	Operation string
	// Deployment is the model deployment that is asked.
	Deployment string
	// Stream says that the answer comes as server-sent events.
	Stream bool
	// Caller is who the call is made for.
	Caller policy.Caller
	// MaxOutput is the most tokens that one answer may have. Zero means that the call sets
	// no limit.
	MaxOutput int
	// Choices is how many answers are asked for. Zero means one.
	Choices int
	// PromptTokens is an estimate. A negative number means that it is not known.
	PromptTokens int
	// Redactions is what was replaced in the prompt.
	Redactions []Count
}

// An Exchange is what rules see of a call. It cannot be changed, so one Exchange may be
// shown to any number of rules at once. The zero Exchange is a call about which nothing is
// known.
type Exchange struct{ facts Facts }

// NewExchange returns the view of the facts. It keeps a copy.
func NewExchange(f Facts) *Exchange {
	f.Redactions = slices.Clone(f.Redactions)
	return &Exchange{facts: f}
}

// Operation is the kind of call, such as "chat" or "embeddings".
func (x *Exchange) Operation() string { return x.facts.Operation }

// Deployment is the model deployment that is asked.
func (x *Exchange) Deployment() string { return x.facts.Deployment }

// Stream reports whether the answer comes as server-sent events.
func (x *Exchange) Stream() bool { return x.facts.Stream }

// Caller is who the call is made for.
func (x *Exchange) Caller() policy.Caller { return x.facts.Caller }

// MaxOutput is the most tokens that one answer may have. Zero means that the call sets no
// limit.
func (x *Exchange) MaxOutput() int { return x.facts.MaxOutput }

// Choices is how many answers are asked for, at least 1.
func (x *Exchange) Choices() int { return max(1, x.facts.Choices) }

// PromptTokens is an estimate of the prompt's tokens. A negative number means that it is
// not known.
func (x *Exchange) PromptTokens() int { return x.facts.PromptTokens }

// Redactions is what was replaced in the prompt. The slice is a copy.
func (x *Exchange) Redactions() []Count { return slices.Clone(x.facts.Redactions) }
