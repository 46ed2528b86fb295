package guardrail_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/sallyport-go/sallyport/client/guardrail"
)

// A rule of the application: only the back office may use the large model.
func ExampleEvaluate() {
	backOffice := guardrail.Func(func(_ context.Context, x *guardrail.Exchange) guardrail.Verdict {
		if x.Deployment() == "gpt-5" && x.Caller().App != "back-office" {
			return guardrail.Deny("acme.large-model", guardrail.Custom)
		}
		return guardrail.Allow()
	})
	rules := []guardrail.Rule{guardrail.Deployments("gpt-4o", "gpt-5"), backOffice, guardrail.MaxOutputTokens(4000)}

	x := guardrail.NewExchange(guardrail.Facts{Operation: "chat", Deployment: "gpt-5", MaxOutput: 1000})
	err := guardrail.Evaluate(context.Background(), rules, x)
	fmt.Println(errors.Is(err, guardrail.ErrDenied))
	fmt.Println(err)
	// Output:
	// true
	// guardrail: rule acme.large-model denies: custom
}

func ExampleDeployments() {
	show(guardrail.Deployments("gpt-4o"), guardrail.Facts{Deployment: "gpt-5"})
	// Output: guardrail: rule deployments denies: deployment_not_listed
}

func ExampleOperations() {
	show(guardrail.Operations("chat"), guardrail.Facts{Operation: "responses"})
	// Output: guardrail: rule operations denies: operation_not_listed
}

func ExampleMaxOutputTokens() {
	show(guardrail.MaxOutputTokens(1000), guardrail.Facts{Operation: "chat"})
	// Output: guardrail: rule max_output_tokens denies: output_unbounded
}

func ExampleMaxPromptTokens() {
	show(guardrail.MaxPromptTokens(1000), guardrail.Facts{PromptTokens: 1001})
	// Output: guardrail: rule max_prompt_tokens denies: prompt_too_long
}

func show(rule guardrail.Rule, facts guardrail.Facts) {
	fmt.Println(guardrail.Evaluate(context.Background(), []guardrail.Rule{rule}, guardrail.NewExchange(facts)))
}
