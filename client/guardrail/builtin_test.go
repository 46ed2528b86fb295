package guardrail_test

import (
	"errors"
	"math"
	"testing"

	"github.com/sallyport-go/sallyport/client/guardrail"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestBuiltins(t *testing.T) {
	t.Parallel()
	const ok = guardrail.Reason(math.MaxUint8)
	type facts = guardrail.Facts
	type cases map[string]struct {
		facts facts
		want  guardrail.Reason
	}
	for _, group := range []struct {
		id    string
		rule  guardrail.Rule
		tests cases
	}{
		{"deployments", guardrail.Deployments("gpt-4o", "Embed"), cases{
			"listed":           {facts{Deployment: "gpt-4o"}, ok},
			"case":             {facts{Deployment: "GPT-4o"}, ok},
			"case of the list": {facts{Deployment: "embed"}, ok},
			"not listed":       {facts{Deployment: "gpt-5"}, guardrail.DeploymentNotListed},
			"prefix":           {facts{Deployment: "gpt-4"}, guardrail.DeploymentNotListed},
			"longer":           {facts{Deployment: "gpt-4o-mini"}, guardrail.DeploymentNotListed},
			"space":            {facts{Deployment: "gpt-4o "}, guardrail.DeploymentNotListed},
			"empty":            {facts{}, guardrail.DeploymentNotListed},
			"look-alike":       {facts{Deployment: "gpt-4о"}, guardrail.DeploymentNotListed}, // a Cyrillic o
		}},
		{"deployments", guardrail.Deployments("gpt-4k"), cases{"Kelvin sign": {facts{Deployment: "gpt-4\u212a"}, guardrail.DeploymentNotListed}}},
		{"deployments", guardrail.Deployments(), cases{"no list": {facts{Deployment: "gpt-4o"}, guardrail.DeploymentNotListed}, "no list, no name": {facts{}, guardrail.DeploymentNotListed}}},
		{"deployments", guardrail.Deployments(""), cases{"an empty name": {facts{}, guardrail.DeploymentNotListed}}},
		{"operations", guardrail.Operations("chat"), cases{
			"listed":     {facts{Operation: "chat"}, ok},
			"not listed": {facts{Operation: "responses"}, guardrail.OperationNotListed},
			"empty":      {facts{}, guardrail.OperationNotListed},
		}},
		{"max_output_tokens", guardrail.MaxOutputTokens(100), cases{
			"at the bound":      {facts{Operation: "chat", MaxOutput: 100}, ok},
			"over":              {facts{Operation: "chat", MaxOutput: 101}, guardrail.OutputTooLong},
			"choices":           {facts{Operation: "chat", MaxOutput: 50, Choices: 2}, ok},
			"too many choices":  {facts{Operation: "chat", MaxOutput: 50, Choices: 3}, guardrail.OutputTooLong},
			"overflow":          {facts{Operation: "chat", MaxOutput: math.MaxInt, Choices: math.MaxInt}, guardrail.OutputTooLong},
			"overflow to small": {facts{Operation: "chat", MaxOutput: 1 << 62, Choices: 4}, guardrail.OutputTooLong},
			"negative choices":  {facts{Operation: "chat", MaxOutput: 101, Choices: -1}, guardrail.OutputTooLong},
			"not set":           {facts{Operation: "chat"}, guardrail.OutputUnbounded},
			"negative":          {facts{Operation: "responses", MaxOutput: -1}, guardrail.OutputUnbounded},
			"unknown operation": {facts{}, guardrail.OutputUnbounded},
			"embeddings":        {facts{Operation: "embeddings"}, ok},
			"embeddings, set":   {facts{Operation: "embeddings", MaxOutput: 101}, guardrail.OutputTooLong},
			"models":            {facts{Operation: "models"}, ok},
		}},
		{"max_output_tokens", guardrail.MaxOutputTokens(0), cases{"none": {facts{Operation: "chat", MaxOutput: 1}, guardrail.OutputTooLong}}},
		{"max_prompt_tokens", guardrail.MaxPromptTokens(100), cases{
			"at the bound": {facts{PromptTokens: 100}, ok},
			"nothing":      {facts{}, ok},
			"over":         {facts{PromptTokens: 101}, guardrail.PromptTooLong},
			"not known":    {facts{PromptTokens: -1}, guardrail.PromptTooLong},
			"most":         {facts{PromptTokens: math.MaxInt}, guardrail.PromptTooLong},
		}},
		{"max_prompt_tokens", guardrail.MaxPromptTokens(-1), cases{"negative bound": {facts{}, guardrail.PromptTooLong}, "negative both": {facts{PromptTokens: -1}, guardrail.PromptTooLong}}},
	} {
		for name, test := range group.tests {
			t.Run(group.id+" "+name, func(t *testing.T) {
				t.Parallel()
				err := guardrail.Evaluate(t.Context(), []guardrail.Rule{group.rule}, guardrail.NewExchange(test.facts))
				if test.want == ok {
					testkit.NoError(t, err)
					return
				}
				var denied *guardrail.DeniedError
				if !errors.As(err, &denied) {
					t.Fatalf("allowed: %v", err)
				}
				testkit.Equal(t, *denied, guardrail.DeniedError{RuleID: group.id, Reason: test.want})
			})
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	rules := []guardrail.Rule{
		guardrail.Deployments("gpt-4o"), guardrail.Operations("chat"), guardrail.MaxOutputTokens(1000), guardrail.MaxPromptTokens(1000),
	}
	x := exchange()
	b.ReportAllocs()
	for b.Loop() {
		if err := guardrail.Evaluate(b.Context(), rules, x); err != nil {
			b.Fatal(err)
		}
	}
}
