package telemetry

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Call is what is known of a call before it is sent.
type Call struct {
	Operation  event.Operation
	Deployment event.Token
	Stream     bool
	// ID joins the span with audit records and refusals.
	ID event.Token
	// Caller is told on the span alone.
	Caller event.Caller
	// Choices is how many answers are asked for, MaxOutput the most tokens of one. Zero is
	// not said.
	Choices, MaxOutput int
}

// A Result is what is known of a call at its end. Zero fields are not told.
type Result struct {
	// Code is why it was refused or failed; empty on success.
	Code event.Code
	// Status is the HTTP status of the final answer.
	Status     int
	Model      event.Token
	ResponseID event.Token
	Finish     []event.Finish
	Tokens     event.Tokens
	Attempts   int
	// Counts says what was replaced, Restored how many values came back, Found what the
	// answer brought.
	Counts    []event.Count
	Restored  int
	Found     []event.Count
	Region    event.Token
	RequestID event.Token
	// Network is the proof of the connection of the last attempt.
	Network event.Network
}

// A CallSpan is the span of a call in progress. [CallSpan.End] ends it. A nil CallSpan does
// nothing. It is safe for concurrent use.
type CallSpan struct {
	t       *Telemetry
	span    trace.Span
	ctx     context.Context //nolint:containedctx // metrics need the span's context for exemplars
	started time.Time
	call    Call
	key     seriesKey

	mu    sync.Mutex
	first time.Duration // to the first chunk
	last  time.Time     // of the latest chunk; zero before the first
	chunk *series       // where chunks are counted
	ended bool
}

// StartCall starts the span of a call. The returned context holds it.
func (t *Telemetry) StartCall(ctx context.Context, c Call) (context.Context, *CallSpan) {
	s := &CallSpan{t: t, started: time.Now(), call: c, key: seriesKey{operation: c.Operation, deployment: c.Deployment}}
	begin := t.start(startKey{c.Operation, c.Deployment, c.Stream})
	ctx, s.span = t.tracer.Start(ctx, begin.name, begin.options...)
	s.ctx = ctx
	return ctx, s
}

// Trace names the span, for audit records. It is zero if nothing traces.
func (s *CallSpan) Trace() event.Trace {
	if s == nil {
		return event.Trace{}
	}
	sc := s.span.SpanContext()
	return event.Trace{TraceID: sc.TraceID(), SpanID: sc.SpanID()}
}

// Answered says which model answers, as soon as a stream tells. Without it, the times
// between chunks are counted without gen_ai.response.model.
func (s *CallSpan) Answered(model event.Token) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended && s.key.model != model {
		s.key.model, s.chunk = model, nil
	}
}

// Chunk says that a part of the answer with content arrived, at the given time. The first
// one is the time to first chunk; each later one is counted with its distance.
func (s *CallSpan) Chunk(at time.Time) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	if s.last.IsZero() {
		s.first, s.last = max(at.Sub(s.started), 0), at
		return
	}
	gap := max(at.Sub(s.last), 0)
	s.last = at
	if !s.t.perChunk.Enabled(s.ctx) {
		return
	}
	if s.chunk == nil {
		s.chunk = s.t.seriesOf(s.key)
	}
	s.t.perChunk.Record(s.ctx, gap.Seconds(), s.chunk.plain...)
}

// FirstChunk is the time from the start to the first chunk, or zero.
func (s *CallSpan) FirstChunk() time.Duration {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// Duration is the time since the start.
func (s *CallSpan) Duration() time.Duration {
	if s == nil {
		return 0
	}
	return time.Since(s.started)
}

// End ends the span and records the metrics. Only the first End counts.
func (s *CallSpan) End(r Result) {
	if s == nil || !s.end() {
		return
	}
	took := time.Since(s.started)
	failure := errorType(r.Code, r.Status)
	s.record(r, took, failure)
	if s.span.IsRecording() {
		s.span.SetAttributes(s.attributes(r, failure)...)
		if failure != "" {
			s.span.SetStatus(codes.Error, "")
		}
	}
	s.span.End()
}

func (s *CallSpan) end() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := !s.ended
	s.ended = true
	return first
}

// record records the metrics of the call. After end, nobody else writes to s.
func (s *CallSpan) record(r Result, took time.Duration, failure string) {
	t, ctx := s.t, s.ctx
	t.redacted(ctx, r.Counts)
	duration := t.duration.Enabled(ctx)
	chunks := !s.last.IsZero() && t.firstChunk.Enabled(ctx)
	tokens := r.Tokens.Known && t.tokens.Enabled(ctx)
	if !duration && !chunks && !tokens {
		return
	}
	key := s.key
	key.err = failure
	if !r.Model.IsZero() {
		key.model = r.Model
	}
	of := t.seriesOf(key)
	if duration {
		t.duration.Record(ctx, took.Seconds(), of.duration...)
	}
	if chunks {
		t.firstChunk.Record(ctx, s.first.Seconds(), of.plain...)
	}
	if tokens {
		t.tokens.Record(ctx, int64(r.Tokens.Input), of.input...)
		if s.writes() {
			t.tokens.Record(ctx, int64(r.Tokens.Output), of.output...)
		}
	}
}

// writes reports whether the model writes tokens. Embeddings have none to count.
func (s *CallSpan) writes() bool { return s.key.operation != event.Embeddings }

func (s *CallSpan) attributes(r Result, failure string) []attribute.KeyValue {
	a := make(attributes, 0, 36)
	s.call.describe(&a)
	a.text(keyError, failure)
	a.token(keyResponseModel, r.Model)
	a.token(keyResponseID, r.ResponseID)
	a.token(keyServiceRequest, r.RequestID)
	a.token(keyRegion, r.Region)
	a.network(&r.Network, s.t.suites)
	if len(r.Finish) > 0 {
		finish := make([]string, len(r.Finish))
		for i, f := range r.Finish {
			finish[i] = string(f.Checked())
		}
		a = append(a, keyFinish.StringSlice(finish))
	}
	if !s.last.IsZero() {
		a = append(a, keyFirstChunk.Float64(s.first.Seconds()))
	}
	if r.Tokens.Known {
		a.number(keyInputTokens, r.Tokens.Input)
		if s.writes() {
			a.number(keyOutputTokens, r.Tokens.Output)
		}
		a.positive(keyCachedTokens, r.Tokens.Cached)
		a.positive(keyReasonTokens, r.Tokens.Reasoning)
	}
	a.positive(keyStatus, r.Status)
	a.positive(keyAttempts, r.Attempts)
	a.positive(keyRedactions, sum(r.Counts))
	a.positive(keyRestored, r.Restored)
	a.positive(keyFound, sum(r.Found))
	return a
}

func sum(counts []event.Count) int {
	total := 0
	for _, c := range counts {
		total += c.N
	}
	return total
}

// describe adds what samplers need not know and hence waits for the end: setting
// attributes once costs least.
func (c *Call) describe(a *attributes) {
	a.token(keyCallID, c.ID)
	a.pseudonym(keyPseudoUser, c.Caller.User)
	a.pseudonym(keyTenant, c.Caller.Tenant)
	a.pseudonym(keyApp, c.Caller.App)
	if c.Choices > 1 {
		a.number(keyChoices, c.Choices)
	}
	a.positive(keyMaxTokens, c.MaxOutput)
}
