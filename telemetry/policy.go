package telemetry

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// slow is from when on a policy that denied nothing is worth a span.
const slow = time.Millisecond

// A Decision is what a policy said, and how long it took.
type Decision struct {
	Policy event.Token
	// Code is why the policy denied; empty if it allowed.
	Code       event.Code
	Start, End time.Time
}

// Policy makes a span of a decision that is over, below the span of ctx. A decision that
// denied nothing within 1 ms makes none.
func (t *Telemetry) Policy(ctx context.Context, d Decision) {
	if d.Code == "" && d.End.Sub(d.Start) < slow || !trace.SpanFromContext(ctx).IsRecording() {
		return
	}
	_, span := t.tracer.Start(ctx, policyName+" "+d.Policy.String(), trace.WithTimestamp(d.Start))
	at := make(attributes, 0, 2)
	at.token(keyPolicy, d.Policy)
	at.text(keyError, errorType(d.Code, 0))
	span.SetAttributes(at...)
	if d.Code != "" {
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(d.End))
}
