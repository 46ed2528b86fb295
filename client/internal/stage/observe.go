package stage

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Observe holds what [NewObserve] needs.
type Observe struct {
	// Telemetry makes spans and metrics.
	Telemetry *telemetry.Telemetry
	// Audit takes one record per call, and the security events.
	Audit event.Sink
	// Pseudonyms hides who a call is made for.
	Pseudonyms *event.Pseudonymizer
	// Host is that of the endpoint, Config the hash of the configuration.
	Host   event.Token
	Config event.Digest
	// Halted are the callers whose calls are refused.
	Halted *Callers
	// Waivers may let calls go on while the audit log fails.
	Waivers []waiver.Waiver
}

// NewObserve returns the outermost stage. It makes the Exchange of a call and sees its end,
// which is the end of the answer's body: only then is the call recorded.
//
// When a record cannot be written, the end of the body becomes an error, and calls are
// refused from then on, until a record could be written again; each refusal tries.
func NewObserve(cfg Observe) policy.Policy { return &observe{Observe: cfg} }

type observe struct {
	Observe

	lost atomic.Int64 // records that were not taken, since the last one that was
}

var errNotRecorded error = safeError("stage: the last record was not taken")

func (s *observe) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := &Exchange{observe: s, started: time.Now()}
	x.call.ID, x.call.Caller = newID(), policy.CallerOf(req.Context())
	x.caller = s.Pseudonyms.Caller(x.call.Caller.Tenant, x.call.Caller.User, x.call.Caller.App)
	req = x.with(req)
	if s.refuses() {
		err := policy.Refuse("observe", event.NotRecorded, errNotRecorded)
		_ = s.finish(req.Context(), x, err) // it tries to record; the refusal stands anyway
		return nil, err
	}
	if s.Halted.has(x.caller) {
		err := policy.Refuse("observe", event.KillSwitch, nil)
		_ = s.finish(req.Context(), x, err) // the refusal stands anyway
		return nil, err
	}
	resp, err := next(req)
	if err != nil {
		x.drop()
		_ = s.finish(req.Context(), x, err) // the call has failed already
		return nil, err
	}
	x.body.body, x.body.ctx, x.body.x = resp.Body, req.Context(), x
	resp.Body = &x.body
	return resp, nil
}

// refuses reports whether calls wait for the audit log.
func (s *observe) refuses() bool {
	return s.lost.Load() > 0 && !waiver.Allows(s.Waivers, waiver.UnrecordedCalls, time.Now())
}

// begin starts the span, as soon as it is known what the call is.
func (x *Exchange) begin(req *http.Request) *http.Request {
	s := x.observe
	call := telemetry.Call{
		Operation:  event.OperationOf(x.call.Operation),
		Deployment: event.NewToken(x.call.Deployment),
		Stream:     x.call.Stream,
		ID:         event.NewToken(x.call.ID),
		Caller:     x.caller,
	}
	if x.request != nil {
		call.Choices, call.MaxOutput = x.request.Choices, x.request.MaxOutput
		x.asked = settings(x.request)
		call.Settings = &x.asked
	}
	ctx, span := s.Telemetry.StartCall(req.Context(), call)
	x.span = span
	return req.WithContext(ctx)
}

// settings are what a request asks of the model, for its span.
func settings(q *wire.Request) telemetry.Settings {
	t := &q.Tuning
	s := telemetry.Settings{
		Temperature: telemetry.Setting(t.Temperature), TopP: telemetry.Setting(t.TopP), Seed: telemetry.Setting(t.Seed),
		FrequencyPenalty: telemetry.Setting(t.FrequencyPenalty), PresencePenalty: telemetry.Setting(t.PresencePenalty),
		Dimensions: t.Dimensions, ServiceTier: event.NewTier(t.Tier), Encoding: event.NewEncoding(t.Encoding), Effort: event.NewEffort(t.Effort),
	}
	if t.JSON {
		s.Output = telemetry.OutputJSON
	}
	for _, ref := range q.Refs {
		if strings.HasPrefix(ref, "resp_") {
			s.Previous = event.NewResponseID(ref)
		}
	}
	return s
}

// finish ends the call once: the stages' own ends, the span, the record.
func (s *observe) finish(ctx context.Context, x *Exchange, err error) (result error) {
	x.once.Do(func() {
		x.settle()
		code := policy.CodeOf(err)
		x.sever(err)
		if code == "" {
			code = x.answer.code
		}
		record := s.record(x, code)
		record.Policy = policyOf(err)
		if x.span == nil {
			_, x.span = s.Telemetry.StartCall(ctx, telemetry.Call{Operation: record.Operation, ID: record.CallID, Caller: record.Caller})
			record.Trace = x.span.Trace()
		}
		x.span.End(telemetry.Result{
			Code: code, Status: record.Status, Model: record.Model, ResponseID: record.ResponseID, Finish: record.Finish,
			Tokens: record.Tokens, Attempts: record.Attempts, Counts: record.Counts, Restored: record.Restored, Found: record.Found,
			Region: record.Region, RequestID: record.RequestID, Network: record.Network,
			ServiceTier: event.NewTier(x.answer.tier), Fingerprint: event.NewFingerprint(x.answer.fingerprint),
		})
		result = s.write(ctx, record, err)
	})
	return result
}

// write gives the record, and the security event that its code calls for, to the audit log.
// It works also when the caller has given up: what happened has happened.
func (s *observe) write(ctx context.Context, record event.Event, cause error) error {
	ctx = context.WithoutCancel(ctx)
	err := s.Audit.Record(ctx, record)
	if security, ok := s.security(&record, cause); ok {
		err = errors.Join(err, s.Telemetry.Record(ctx, security), s.Audit.Record(ctx, security))
	}
	if summary, ok := redactions(&record); ok {
		_ = s.Telemetry.Record(ctx, summary) // telling never fails
	}
	if err == nil {
		s.lost.Store(0)
		return nil
	}
	s.lost.Add(1)
	if waiver.Allows(s.Waivers, waiver.UnrecordedCalls, time.Now()) {
		return nil
	}
	return policy.Refuse("observe", event.NotRecorded, err)
}

// policyOf names the step that refused, or is zero. A name is the text of whoever wrote the
// policy; spaces are all that a Token has not.
func policyOf(err error) event.Token {
	if err == nil {
		return event.Token{}
	}
	var refusal *policy.RefusalError
	if !errors.As(err, &refusal) {
		return event.Token{}
	}
	return policyToken(refusal.Policy)
}

func policyToken(name string) event.Token {
	return event.NewToken(strings.NewReplacer(" ", "_", "/", "_").Replace(name))
}

// record is what is known of a call at its end. Nothing in it comes from prompt or answer
// but numbers and names that are checked against closed lists.
func (s *observe) record(x *Exchange, code event.Code) event.Event {
	facts := &x.answer
	outcome := event.OutcomeOf(code)
	e := event.Event{
		Time: time.Now(), Name: event.RequestCompleted, Outcome: outcome, Code: code,
		Severity:  event.SeverityFor(event.RequestCompleted, outcome),
		CallID:    event.NewToken(x.call.ID),
		Trace:     x.span.Trace(),
		Caller:    x.caller,
		Host:      s.Host,
		Operation: event.OperationOf(x.call.Operation), Deployment: event.NewToken(x.call.Deployment), Stream: x.call.Stream,
		Model: event.NewModel(facts.model, x.call.Deployment), ResponseID: event.NewResponseID(facts.id), Status: facts.status,
		Attempts: int(x.sends.Load()),
		Duration: time.Since(x.started), FirstChunk: x.span.FirstChunk(),
		Tokens: event.Tokens{Input: facts.usage.Input, Output: facts.usage.Output, Cached: facts.usage.Cached,
			Reasoning: facts.usage.Reasoning, Known: facts.usage.Known},
		Network: networkOf(&x.proof),
		Region:  event.NewRegion(facts.region), RequestID: event.NewRequestID(facts.requestID),
		Config: s.Config,
	}
	for _, reason := range facts.finish {
		e.Finish = append(e.Finish, event.FinishOf(reason))
	}
	if x.session != nil {
		e.Counts, e.Found = countsOf(x.counts), countsOf(x.session.Found())
		e.Restored, e.Withheld = x.session.Restored(), x.session.Withheld()
		e.Failures = x.session.Failures() + x.failed
	}
	return e
}

func countsOf(counts []redact.Count) []event.Count {
	var all []event.Count
	for _, count := range counts {
		all = append(all, event.Count{Kind: event.NewToken(string(count.Kind)), N: count.N})
	}
	return all
}

// newID is 128 random bits in hexadecimal.
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, see crypto/rand
	var text [32]byte
	hex.Encode(text[:], id[:])
	return string(text[:])
}
