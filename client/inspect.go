package client

import (
	"github.com/sallyport-go/sallyport/client/internal/process"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Weakness is a setting of the process that weakens it, or other code in it, such as
// GODEBUG, SSL_CERT_FILE or a proxy variable. It never holds a value of the environment.
// Severity says what is done about it: "note" and "warn" are recorded and reported, with
// "refuse" no client starts in [Production].
type Weakness = process.Weakness

// inspect looks at the process as it is now: most of GODEBUG can change while it runs.
func (p *parts) inspect() []Weakness { return process.Current(ownTrust(&p.cfg.TLS)).Inspect() }

// checkProcess looks at what the process was started with.
func (p *parts) checkProcess() {
	p.weaknesses = p.inspect()
	p.faults = append(p.faults, p.forbidden(p.weaknesses)...)
}

// forbidden are the faults that weaknesses are in the profile.
func (p *parts) forbidden(weaknesses []Weakness) (f faults) {
	for _, w := range weaknesses {
		if p.cfg.Profile == Production && w.Severity == process.Refuse {
			f.add("environment: "+w.Setting, w.Text+"; "+w.Fix)
		}
	}
	return f
}

// refuseProcess refuses a process that was weakened after its start.
func (p *parts) refuseProcess(weaknesses []Weakness) error {
	if f := p.forbidden(weaknesses); len(f) > 0 {
		return policy.Refuse("check", event.ConfigInvalid, &ConfigError{Faults: f})
	}
	return nil
}

// found is the event about a weakness.
func found(base event.Event, w Weakness) event.Event {
	base.Name, base.Policy = event.PostureFinding, event.NewToken(w.Setting)
	if w.Severity == process.Refuse {
		base.Outcome = event.Failure
	}
	base.Severity = event.SeverityFor(base.Name, base.Outcome)
	return base
}
