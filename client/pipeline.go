package client

import (
	"slices"

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
	limits := wire.Limits{MaxBytes: p.cfg.MaxBodyBytes, MaxLine: p.cfg.MaxLineBytes, MaxEvent: p.cfg.MaxEventBytes}
	return []step{
		{"observe call", one(stage.NewObserve(p.observe))},
		{"gate", one(stage.NewGate(p.gate))},
		{"identify", one(stage.NewIdentify(stage.Identify{Limits: limits, APIVersion: p.apiVersion, Waivers: p.cfg.Waivers}))},
		{"redact/restore", one(stage.NewRedact(stage.Redact{Redactor: p.redactor, Sessions: p.sessions, Limits: limits, Waivers: p.cfg.Waivers}))},
		{"guardrails", one(stage.NewGuard(p.cfg.Rules))},
		{"Config.PerCall", p.cfg.PerCall},
		{"limit caller", one(stage.NewLimitCaller(p.limit))},
		{"retry", one(resilience.Retry(p.cfg.Retry))},
		{"breaker", one(resilience.Breaker(p.breaker()))},
		{"Config.PerAttempt", p.cfg.PerAttempt},
		{"limit deployment", one(stage.NewLimitDeployment(p.limit))},
		{"authenticate", one(stage.NewAuthenticate(p.authenticate))},
		{"observe attempt", one(stage.NewAttempt())},
	}
}

func one(p policy.Policy) []policy.Policy { return []policy.Policy{p} }

// timed are the steps that decide about a call that has its span. The others stand above
// the span, or make the attempts, which have spans of their own.
var timed = []string{"redact/restore", "guardrails", "Config.PerCall", "limit caller", "Config.PerAttempt", "limit deployment", "authenticate"}

// policies are those of all steps, in order.
func policies(steps []step) []policy.Policy {
	var all []policy.Policy
	for _, s := range steps {
		for _, p := range s.policies {
			if p != nil && slices.Contains(timed, s.name) {
				p = stage.Timed(s.name, p)
			}
			all = append(all, p)
		}
	}
	return all
}
