package audit

import (
	"crypto/tls"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// schema is the version of the record's keys.
const schema = "1"

// valueKey opens the seal of a record. Within a JSON string no quote stands without a
// backslash before it, so these bytes are nowhere else.
const valueKey = `,"audit.integrity.value":"`

// line appends the record of e in canonical form (RFC 8785): keys in the order of their
// bytes, hence the order of the calls below.
func (s *sealer) line(dst []byte, e *event.Event, now time.Time, next State, previous event.Digest) []byte {
	at := e.Time
	if at.IsZero() {
		at = now
	}
	start := len(dst)
	o := object{append(dst, '{')}
	o.text("audit.action", action(e.Name))
	actor, kind := actor(e.Caller)
	o.text("audit.actor.id", actor)
	o.text("audit.actor.type", kind)
	o.text("audit.integrity.algorithm", s.algorithm)
	o.text("audit.integrity.canonicalization", "jcs")
	split := len(o.buf)
	o.text("audit.outcome", e.Outcome.String())
	o.id("audit.record.id", now)
	o.text("audit.schema.version", schema)
	if e.Name == event.AuditStreamEnd {
		o.flag("audit.sequence.end", true)
	}
	o.number("audit.sequence.number", next.Number)
	o.digest("audit.sequence.previous_hash", previous)
	o.text("audit.sequence.stream_id", next.StreamID.String())
	target, kind := target(e)
	o.text("audit.target.id", target)
	o.text("audit.target.type", kind)
	o.facts(e, s.suites)
	o.time("timestamp", at)
	o.trace(e.Trace)
	line := append(o.buf, '}')

	value := s.value(line[start:split], line[split:])
	seal := append(append(append(s.scratch[:0], valueKey...), value...), '"')
	s.scratch = seal
	return slices.Insert(line, split, seal...)
}

// facts appends what the event says.
func (o *object) facts(e *event.Event, suites map[uint16]string) {
	o.text("event_name", string(e.Name.Checked()))
	o.duration("sallyport.age_us", e.Age)
	o.count("sallyport.attempts", e.Attempts)
	o.text("sallyport.call.id", e.CallID.String())
	o.text("sallyport.caller.app", e.Caller.App.String())
	o.text("sallyport.caller.tenant", e.Caller.Tenant.String())
	o.text("sallyport.caller.user", e.Caller.User.String())
	o.text("sallyport.code", string(e.Code.Checked()))
	o.digest("sallyport.config.hash", e.Config)
	o.text("sallyport.deployment", e.Deployment.String())
	o.duration("sallyport.duration_us", e.Duration)
	o.finish("sallyport.finish_reasons", e.Finish)
	o.duration("sallyport.first_chunk_us", e.FirstChunk)
	o.text("sallyport.host", e.Host.String())
	if e.Name == event.AuditGap {
		o.number("sallyport.lost", uint64(max(e.Lost, 0)))
	}
	o.network(&e.Network, suites)
	o.text("sallyport.operation", string(e.Operation.Checked()))
	o.text("sallyport.policy.id", e.Policy.String())
	o.counts("sallyport.redaction.count.", e.Counts)
	o.count("sallyport.redaction.failures", e.Failures)
	o.counts("sallyport.redaction.found.", e.Found)
	o.count("sallyport.redaction.restored", e.Restored)
	o.count("sallyport.redaction.withheld", e.Withheld)
	o.text("sallyport.region", e.Region.String())
	o.text("sallyport.request.id", e.RequestID.String())
	o.text("sallyport.response.id", e.ResponseID.String())
	o.text("sallyport.response.model", e.Model.String())
	o.text("sallyport.state", e.State.String())
	o.count("sallyport.status", e.Status)
	if e.Stream {
		o.flag("sallyport.stream", true)
	}
	if e.Tokens.Known {
		o.number("sallyport.tokens.cached", uint64(max(e.Tokens.Cached, 0)))
		o.number("sallyport.tokens.input", uint64(max(e.Tokens.Input, 0)))
		o.number("sallyport.tokens.output", uint64(max(e.Tokens.Output, 0)))
		o.number("sallyport.tokens.reasoning", uint64(max(e.Tokens.Reasoning, 0)))
	}
	o.text("sallyport.version", e.Version.String())
	o.text("sallyport.waiver.kind", e.Waiver.Kind.String())
	o.text("sallyport.waiver.reason", e.Waiver.Reason.Audit())
	if !e.Waiver.Until.IsZero() {
		o.time("sallyport.waiver.until", e.Waiver.Until)
	}
}

// network appends the proof of the connection.
func (o *object) network(n *event.Network, suites map[uint16]string) {
	o.text("sallyport.network.address_class", n.AddressClass.String())
	o.text("sallyport.network.alpn", n.ALPN.String())
	o.address("sallyport.network.dialled", n.Dialled)
	o.text("sallyport.network.level", n.Level.String())
	o.text("sallyport.network.mode", n.Mode.String())
	o.text("sallyport.network.pin_use", n.PinUse.String())
	o.address("sallyport.network.resolver", n.Resolver)
	if n.TLSVersion != 0 {
		o.session(n, suites)
	}
	o.text("sallyport.network.zone", n.Zone.String())
}

// session appends what the TLS handshake agreed on.
func (o *object) session(n *event.Network, suites map[uint16]string) {
	if n.Resumed {
		o.flag("sallyport.network.resumed", true)
	}
	o.text("sallyport.network.staple", n.Staple.String())
	if n.Group != 0 {
		o.text("sallyport.network.tls_group", tls.CurveID(n.Group).String())
	}
	o.text("sallyport.network.tls_suite", suites[n.Suite])
	o.text("sallyport.network.tls_version", tls.VersionName(n.TLSVersion))
}

func (o *object) trace(t event.Trace) {
	if t.IsZero() {
		return
	}
	o.hex("trace.span_id", t.SpanID[:])
	o.hex("trace.trace_id", t.TraceID[:])
}

// action is the kind of deed, by the OpenTelemetry draft on audit logs.
func action(n event.Name) string {
	switch n {
	case event.AuthFailed:
		return "LOGIN"
	case event.PrivateViolation, event.TLSFailed, event.PinMissed, event.RedirectStopped, event.EgressStopped:
		return "CONNECT"
	case event.PostureFinding:
		return "READ"
	case event.RedactionSummary, event.CredentialRotated, event.KillSwitchChanged, event.CircuitChanged,
		event.Failover, event.ConfigChanged, event.ProfileWeakened:
		return "UPDATE"
	case event.AuditGap, event.AuditStreamEnd:
		return ""
	default:
		return "EXECUTE"
	}
}

// actor is who did it: the user, else the application, else the library itself.
func actor(c event.Caller) (id, kind string) {
	switch {
	case !c.User.IsZero():
		return c.User.String(), "user"
	case !c.App.IsZero():
		return c.App.String(), "service"
	default:
		return "", "system"
	}
}

// target is what it was done to: the deployment, else the host.
func target(e *event.Event) (id, kind string) {
	switch {
	case !e.Deployment.IsZero():
		return e.Deployment.String(), "deployment"
	case !e.Host.IsZero():
		return e.Host.String(), "host"
	default:
		return "", ""
	}
}
