package stage

import (
	"errors"
	"net/http"

	"github.com/sallyport-go/sallyport/client/guardrail"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// NewGuard returns the stage that asks the rules. They see facts and counts, never text.
func NewGuard(rules []guardrail.Rule) policy.Policy { return &guard{rules} }

type guard struct{ rules []guardrail.Rule }

func (s *guard) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	if len(s.rules) == 0 {
		return next(req)
	}
	if err := guardrail.Evaluate(req.Context(), s.rules, exchangeOf(req).facts(req)); err != nil {
		var denied *guardrail.DeniedError
		if errors.As(err, &denied) {
			return nil, policy.Refuse("guardrail", denied.Code(), err)
		}
		return nil, refuseCause(req.Context(), "guardrail", err, event.PolicyFailed)
	}
	return next(req)
}

func (x *Exchange) facts(req *http.Request) *guardrail.Exchange {
	facts := guardrail.Facts{
		Operation: x.call.Operation, Deployment: x.call.Deployment, Stream: x.call.Stream, Caller: x.call.Caller,
		PromptTokens: -1,
	}
	if x.request != nil {
		facts.MaxOutput, facts.Choices = x.request.MaxOutput, x.request.Choices
		facts.PromptTokens = int(estimatePrompt(req, x))
	}
	for _, count := range x.counts {
		facts.Redactions = append(facts.Redactions, guardrail.Count{Kind: string(count.Kind), N: count.N})
	}
	return guardrail.NewExchange(facts)
}
