package guardrail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/guardrail"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func exchange() *guardrail.Exchange {
	return guardrail.NewExchange(guardrail.Facts{Operation: "chat", Deployment: "gpt-4o", MaxOutput: 100, PromptTokens: 50})
}

func allow(context.Context, *guardrail.Exchange) guardrail.Verdict { return guardrail.Allow() }

// pointer is a rule that cannot be called when it is nil.
type pointer struct{ verdict guardrail.Verdict }

func (p *pointer) Check(context.Context, *guardrail.Exchange) guardrail.Verdict { return p.verdict }
func (*pointer) ID() string                                                     { return "pointer" }

func TestEvaluate(t *testing.T) {
	t.Parallel()
	const secret = "the prompt in a panic"
	denies := func(id string, reason guardrail.Reason) guardrail.Rule {
		return guardrail.Func(func(context.Context, *guardrail.Exchange) guardrail.Verdict { return guardrail.Deny(id, reason) })
	}
	for _, test := range []struct {
		name   string
		rules  []guardrail.Rule
		want   guardrail.DeniedError
		code   event.Code
		passes bool
	}{
		{name: "no rules", passes: true},
		{name: "all allow", rules: []guardrail.Rule{guardrail.Func(allow), guardrail.Func(allow)}, passes: true},
		{"the first to deny", []guardrail.Rule{guardrail.Func(allow), denies("one", guardrail.Custom), denies("two", guardrail.Custom)}, guardrail.DeniedError{RuleID: "one", Reason: guardrail.Custom}, event.PolicyDenied, false},
		{"a forgotten verdict", []guardrail.Rule{guardrail.Func(func(context.Context, *guardrail.Exchange) (v guardrail.Verdict) { return v })}, guardrail.DeniedError{RuleID: "unnamed", Reason: guardrail.Unspecified}, event.PolicyFailed, false},
		{"a forgotten verdict of a named rule", []guardrail.Rule{&pointer{}}, guardrail.DeniedError{RuleID: "pointer", Reason: guardrail.Unspecified}, event.PolicyFailed, false},
		{"a panic", []guardrail.Rule{guardrail.Func(func(context.Context, *guardrail.Exchange) guardrail.Verdict { panic(secret) })}, guardrail.DeniedError{RuleID: "unnamed", Reason: guardrail.RuleFailed}, event.PolicyFailed, false},
		{"nil", []guardrail.Rule{nil}, guardrail.DeniedError{RuleID: "unnamed", Reason: guardrail.RuleFailed}, event.PolicyFailed, false},
		{"a nil pointer", []guardrail.Rule{(*pointer)(nil)}, guardrail.DeniedError{RuleID: "pointer", Reason: guardrail.RuleFailed}, event.PolicyFailed, false},
		{"a nil func", []guardrail.Rule{guardrail.Func(nil)}, guardrail.DeniedError{RuleID: "unnamed", Reason: guardrail.Unspecified}, event.PolicyFailed, false},
		{"an ID that quotes", []guardrail.Rule{denies(secret, guardrail.Custom)}, guardrail.DeniedError{RuleID: "unnamed", Reason: guardrail.Custom}, event.PolicyDenied, false},
		{"an ID that is long", []guardrail.Rule{denies(strings.Repeat("a", 65), guardrail.Custom)}, guardrail.DeniedError{RuleID: "unnamed", Reason: guardrail.Custom}, event.PolicyDenied, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := guardrail.Evaluate(t.Context(), test.rules, exchange())
			if test.passes {
				testkit.NoError(t, err)
				return
			}
			var denied *guardrail.DeniedError
			testkit.ErrorIs(t, err, guardrail.ErrDenied)
			if !errors.As(err, &denied) {
				t.Fatal("no DeniedError")
			}
			testkit.Equal(t, *denied, test.want)
			testkit.Equal(t, denied.Code(), test.code)
			testkit.Equal(t, err.Error(), "guardrail: rule "+test.want.RuleID+" denies: "+test.want.Reason.String())
			testkit.True(t, !strings.Contains(fmt.Sprintf("%#v", err), secret), "no secret")
		})
	}
}

func TestEvaluateStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	leave := guardrail.Func(func(context.Context, *guardrail.Exchange) guardrail.Verdict {
		asked++
		cancel()
		return guardrail.Allow()
	})
	testkit.ErrorIs(t, guardrail.Evaluate(ctx, []guardrail.Rule{leave, leave}, exchange()), context.Canceled)
	testkit.Equal(t, asked, 1)
	testkit.ErrorIs(t, guardrail.Evaluate(t.Context(), []guardrail.Rule{guardrail.Func(allow)}, nil), guardrail.ErrDenied)
}

func TestExchangeIsImmutable(t *testing.T) {
	t.Parallel()
	counts := []guardrail.Count{{Kind: "IBAN_CODE", N: 1}}
	caller := policy.Caller{Tenant: "contoso", User: "ann"}
	x := guardrail.NewExchange(guardrail.Facts{Stream: true, Caller: caller, Redactions: counts})
	counts[0].N = 2
	x.Redactions()[0].N = 3
	testkit.DeepEqual(t, x.Redactions(), []guardrail.Count{{Kind: "IBAN_CODE", N: 1}})
	testkit.Equal(t, x.Caller(), caller)
	testkit.True(t, x.Stream(), "a stream")
	testkit.Equal(t, x.Choices(), 1)
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	testkit.True(t, guardrail.Allow().Allowed(), "allowed")
	testkit.True(t, !(guardrail.Verdict{}).Allowed(), "the zero Verdict denies")
	v := guardrail.Deny("a.rule_1-b", guardrail.PromptTooLong)
	testkit.True(t, !v.Allowed(), "denied")
	testkit.Equal(t, v.RuleID(), "a.rule_1-b")
	testkit.Equal(t, v.Reason().String(), "prompt_too_long")
	testkit.Equal(t, guardrail.Reason(200).String(), "unspecified")
}
