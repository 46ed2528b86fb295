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
	t     *Telemetry
	span  trace.Span
	ended atomic.Bool
}

// StartAttempt starts the span of an attempt below that of the call.
func (s *CallSpan) StartAttempt(ctx context.Context, a Attempt) (context.Context, *AttemptSpan) {
	if s == nil {
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
	return ctx, &AttemptSpan{t: s.t, span: span}
}

// End ends the span. Only the first End counts.
func (s *AttemptSpan) End(r AttemptResult) {
	if s == nil || s.ended.Swap(true) {
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
