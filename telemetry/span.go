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

// A CallSpan is the span of a call in progress. [CallSpan.End] ends it. A nil CallSpan does
// nothing. It is safe for concurrent use.
type CallSpan struct {
	t       *Telemetry
	span    trace.Span
	ctx     context.Context //nolint:containedctx // metrics need the span's context for exemplars
	started time.Time
	call    Call

	mu    sync.Mutex
	model event.Token   // that answers, if the stream has told
	first time.Duration // to the first chunk
	last  time.Time     // of the latest chunk; zero before the first
	chunk *series       // where chunks are counted
	ended bool
}

// StartCall starts the span of a call. The returned context holds it.
func (t *Telemetry) StartCall(ctx context.Context, c Call) (context.Context, *CallSpan) {
	s := &CallSpan{t: t, started: time.Now(), call: c}
	begin := t.start(startKey{c.Operation, c.Deployment, c.Stream})
	ctx, s.span = t.tracer.Start(ctx, begin.name, begin.options...)
	s.ctx = ctx
	return ctx, s
}

// Recording reports whether anybody will read the span, and those below it.
func (s *CallSpan) Recording() bool { return s != nil && s.span.IsRecording() }

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
	if !s.ended && s.model != model {
		s.model, s.chunk = model, nil
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
		s.chunk = s.t.seriesOf(s.key())
	}
	s.t.perChunk.Record(s.ctx, gap.Seconds(), s.chunk.plain...)
}

// key names the series of the call, as far as they are known before it ends.
func (s *CallSpan) key() seriesKey {
	return seriesKey{operation: s.call.Operation, deployment: s.call.Deployment, model: s.model}
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
	failure := errorType(r.Code, r.Status)
	s.record(&r, failure)
	if s.span.IsRecording() {
		s.span.SetAttributes(s.attributes(&r, failure)...)
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

func (s *CallSpan) attributes(r *Result, failure string) []attribute.KeyValue {
	a := make(attributes, 0, 48)
	s.call.describe(&a, s.t.convention)
	a.text(keyError, failure)
	a.token(keyResponseModel, r.Model)
	a.token(keyResponseID, r.ResponseID)
	a.token(keyResponseTier, r.ServiceTier)
	a.token(keyFingerprint, r.Fingerprint)
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
	if cost, currency, ok := s.costOf(r); ok {
		a = append(a, keyCost.Float64(cost))
		a.text(keyCurrency, currency)
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
