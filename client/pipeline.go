package client

import (
	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/resilience"
)

// A step is one policy of the pipeline and its name.
type step struct {
	name     string
	policies []policy.Policy
}

// pipeline is the one place where the order of a request's life stands, outermost first.
// doc.go of the root package draws it.
func (p *parts) pipeline() []step {
	limits := wire.Limits{MaxBytes: p.cfg.MaxBodyBytes}
	return []step{
		{"observe call", one(stage.NewObserve(p.observe))},
		{"gate", one(stage.NewGate(p.gate))},
		{"identify", one(stage.NewIdentify(stage.Identify{Limits: limits, APIVersion: p.apiVersion, Waivers: p.cfg.Waivers}))},
		{"redact/restore", one(stage.NewRedact(stage.Redact{Redactor: p.redactor, Sessions: p.sessions, Limits: limits, Waivers: p.cfg.Waivers}))},
		{"guardrails", one(stage.NewGuard(p.cfg.Rules))},
		{"Config.PerCall", p.cfg.PerCall},
		{"limit caller", one(stage.NewLimitCaller(p.limit))},
		{"retry", one(resilience.Retry(p.cfg.Retry))},
		{"breaker", one(resilience.Breaker(p.cfg.Breaker))},
		{"Config.PerAttempt", p.cfg.PerAttempt},
		{"limit deployment", one(stage.NewLimitDeployment(p.limit))},
		{"authenticate", one(stage.NewAuthenticate(p.authenticate))},
		{"observe attempt", one(stage.NewAttempt())},
	}
}

func one(p policy.Policy) []policy.Policy { return []policy.Policy{p} }

// policies are those of all steps, in order.
func policies(steps []step) []policy.Policy {
	var all []policy.Policy
	for _, s := range steps {
		all = append(all, s.policies...)
	}
	return all
}
