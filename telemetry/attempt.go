package telemetry

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Attempt is one sending of a call.
type Attempt struct {
	// Number counts from 1.
	Number int
	// Host is where it goes, if not to the host of the configuration.
	Host event.Token
	// Wait is how long it was held back before.
	Wait time.Duration
}

// An AttemptResult is how an attempt ended. Zero fields are not told.
type AttemptResult struct {
	// Code is why it failed; empty on success.
	Code   event.Code
	Status int
	// Network is the proof of the connection that was used.
	Network   event.Network
	RequestID event.Token
}

// An AttemptSpan is the span of an attempt in progress. [AttemptSpan.End] ends it. A nil
// AttemptSpan does nothing. It is safe for concurrent use.
type AttemptSpan struct {
	t         *Telemetry
	span      trace.Span
	propagate bool
	foreign   bool // the span is the call's, which is not recorded
	ended     atomic.Bool
}

// StartAttempt starts the span of an attempt below that of the call. An attempt of a call
// that is not recorded has none.
func (s *CallSpan) StartAttempt(ctx context.Context, a Attempt) (context.Context, *AttemptSpan) {
	if s == nil {
		return ctx, nil
	}
	if !s.span.IsRecording() {
		if s.t.propagate && s.span.SpanContext().IsValid() {
			return ctx, &AttemptSpan{span: s.span, propagate: true, foreign: true}
		}
		return ctx, nil
	}
	ctx, span := s.t.tracer.Start(ctx, attemptName) // INTERNAL is the default kind
	if span.IsRecording() {
		at := make(attributes, 0, 8)
		at.number(keyAttempt, a.Number)
		if a.Number > 1 {
			at.number(keyResend, a.Number-1)
		}
		at.positive(keyWait, int(a.Wait.Milliseconds()))
		if a.Host.IsZero() {
			at.server(s.t)
		} else {
			at.token(keyServer, a.Host)
		}
		span.SetAttributes(at...)
	}
	return ctx, &AttemptSpan{t: s.t, span: span, propagate: s.t.propagate}
}

// Traceparent is the header of W3C Trace Context that continues the trace at the service;
// empty unless [Config].Propagate asks for it. It tells two random numbers and whether the
// trace is kept.
func (s *AttemptSpan) Traceparent() string {
	if s == nil || !s.propagate {
		return ""
	}
	sc := s.span.SpanContext()
	if !sc.IsValid() {
		return ""
	}
	return "00-" + sc.TraceID().String() + "-" + sc.SpanID().String() + "-" + sc.TraceFlags().String()
}

// End ends the span. Only the first End counts.
func (s *AttemptSpan) End(r AttemptResult) {
	if s == nil || s.foreign || s.ended.Swap(true) {
		return
	}
	if s.span.IsRecording() {
		at := make(attributes, 0, 16)
		failure := errorType(r.Code, r.Status)
		at.text(keyError, failure)
		at.positive(keyStatus, r.Status)
		at.network(&r.Network, s.t.suites)
		at.token(keyServiceRequest, r.RequestID)
		s.span.SetAttributes(at...)
		if failure != "" {
			s.span.SetStatus(codes.Error, "")
		}
	}
	s.span.End()
}
