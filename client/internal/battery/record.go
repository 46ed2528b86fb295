package battery

import (
	"context"
	"sync"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// events is an audit log that remembers.
type events struct {
	mu  sync.Mutex
	all []event.Event
}

// Record takes an event.
func (r *events) Record(_ context.Context, e event.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, e)
	return nil
}

// Findings are what the audit log says of the process itself.
func (b *Bench) Findings() (names []string) {
	b.events.mu.Lock()
	defer b.events.mu.Unlock()
	for _, e := range b.events.all {
		if e.Name == event.PostureFinding {
			names = append(names, e.Policy.String())
		}
	}
	return names
}

// split tells the records of calls from the security events among them.
func (r *events) split() (calls, security []event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.all {
		switch e.Name {
		case event.RequestCompleted:
			calls = append(calls, e)
		case event.ConfigChanged, event.ProfileWeakened, event.PostureFinding, event.KillSwitchChanged, event.AnomalyDetected:
		default:
			security = append(security, e)
		}
	}
	return calls, security
}
