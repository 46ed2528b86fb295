package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// prefix makes the name of an event of ours one that no other library has.
const prefix = "sallyport."

// emit makes a log event of e: its name, its severity and attributes. It has no body and
// no error, which are where texts would be.
func (t *Telemetry) emit(ctx context.Context, e *event.Event) {
	severity, text := severityOf(e.Severity)
	name := t.logNames[e.Name.Checked()]
	if !t.logger.Enabled(ctx, log.EnabledParameters{Severity: severity, EventName: name}) {
		return
	}
	at := e.Time
	if at.IsZero() {
		at = time.Now()
	}
	var r log.Record
	r.SetTimestamp(at)
	r.SetEventName(name)
	r.SetSeverity(severity)
	r.SetSeverityText(text)
	r.AddAttributes(eventAttributes(e)...)
	t.logger.Emit(inSpan(ctx, e.Trace), r)
}

// inSpan returns ctx with the span of the call, unless it has one: the event of a call is
// told when the call is over.
func inSpan(ctx context.Context, t event.Trace) context.Context {
	if t.IsZero() || trace.SpanContextFromContext(ctx).IsValid() {
		return ctx
	}
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: t.TraceID, SpanID: t.SpanID}))
}

func severityOf(s event.Severity) (log.Severity, string) {
	switch s {
	case event.Error:
		return log.SeverityError, s.String()
	case event.Warn:
		return log.SeverityWarn, s.String()
	case event.Info:
		return log.SeverityInfo, s.String()
	default:
		return log.SeverityUndefined, ""
	}
}

// eventAttributes are the envelope of an event and what its kind tells.
func eventAttributes(e *event.Event) []attribute.KeyValue {
	a := make(attributes, 0, 32)
	a.text("audit.outcome", e.Outcome.String())
	a.text("audit.action", e.Name.Action())
	actor, kind := e.Actor()
	a.pseudonym("audit.actor.id", actor)
	a.text("audit.actor.type", kind)
	target, kind := e.Target()
	a.token("audit.target.id", target)
	a.text("audit.target.type", kind)
	a.text(keyError, string(e.Code.Checked()))
	a.token(keyCallID, e.CallID)
	a.pseudonym(keyTenant, e.Caller.Tenant)
	a.pseudonym(keyApp, e.Caller.App)
	a.token(keyServiceRequest, e.RequestID)
	a.text("sallyport.config.hash", e.Config.String())
	e.Describe(func(d event.Detail) {
		key := attribute.Key(prefix + d.Key())
		if word := d.Word(); !word.IsZero() {
			a.token(key, word)
		} else {
			a = append(a, key.Int64(d.Number()))
		}
	})
	return a
}
