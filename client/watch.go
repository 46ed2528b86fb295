package client

import (
	"context"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
	"github.com/sallyport-go/sallyport/telemetry/watch"
)

// watched puts the watch of the configuration before sink. What it raises is recorded there
// and told by telemetry. Rules that halt do so by this client, unless the application has a
// function of its own.
func (p *parts) watched(sink event.Sink, tel *telemetry.Telemetry) event.Sink {
	cfg := p.cfg.Watch
	if cfg.Next != nil {
		p.faults.add("Watch.Next", "is the client's own")
	}
	cfg.Next = event.Sinks(sink, anomalies{tel})
	if cfg.Halt == nil {
		cfg.Halt = p.haltFor
	}
	w, err := watch.New(cfg)
	p.faults.wrap("Watch", err)
	if w == nil {
		return sink
	}
	return w
}

// anomalies gives telemetry what the watch raises; of everything else it hears by itself.
type anomalies struct{ tel *telemetry.Telemetry }

func (a anomalies) Record(ctx context.Context, e event.Event) error {
	if e.Name != event.AnomalyDetected || a.tel == nil {
		return nil
	}
	return a.tel.Record(ctx, e)
}

// haltFor halts what the watch wants halted.
func (p *parts) haltFor(_ context.Context, s watch.Stop) error {
	reason := "anomaly: " + s.Rule.String()
	if s.All {
		return p.halt(reason)
	}
	if err := p.callers.Halt(s.Caller); err != nil {
		return p.halt(reason) // rather all than not this one
	}
	return p.switchedCaller(event.On, s.Caller, reason)
}

// HaltCaller refuses the calls of one caller from now on, with the code kill_switch: those
// made in its name by [policy.WithCaller], tenant, user and application all alike. What runs
// already comes to its end; [Client.Halt] stops that too. The reason is recorded in the
// audit log and told nowhere else.
//
// The error is that of the audit log, and the caller is halted all the same; or it says
// that 65536 callers are halted already, and this one is not.
func (c *Client) HaltCaller(caller policy.Caller, reason string) error {
	who := c.parts.observe.Pseudonyms.Caller(caller.Tenant, caller.User, caller.App)
	if err := c.parts.callers.Halt(who); err != nil {
		return policy.Refuse("halt", event.PolicyFailed, err)
	}
	return c.parts.switchedCaller(event.On, who, reason)
}

// ResumeCaller lets the calls of a caller pass again, if the audit log takes the record. A
// caller that is not halted stays as it is.
func (c *Client) ResumeCaller(caller policy.Caller) error {
	who := c.parts.observe.Pseudonyms.Caller(caller.Tenant, caller.User, caller.App)
	if !c.parts.callers.Resume(who) {
		return nil
	}
	if err := c.parts.switchedCaller(event.Off, who, ""); err != nil {
		_ = c.parts.callers.Halt(who) // there was room for it
		return policy.Refuse("resume", event.NotRecorded, err)
	}
	return nil
}

func (p *parts) switchedCaller(to event.State, who event.Caller, reason string) error {
	return p.record(context.Background(), event.Event{
		Time: time.Now(), Name: event.KillSwitchChanged, Severity: event.SeverityFor(event.KillSwitchChanged, event.Success),
		Outcome: event.Success, Host: p.observe.Host, Config: p.observe.Config, State: to, Caller: who,
		Waiver:  event.Waiver{Reason: event.NewOperatorText(reason)},
		Details: []event.Detail{event.Word(event.KeyScope, "caller"), event.Word(event.KeySource, "code")},
	})
}
