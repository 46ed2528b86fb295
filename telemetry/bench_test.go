package telemetry_test

import (
	"context"
	"testing"
	"time"

	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func noop(t testing.TB) *telemetry.Telemetry {
	t.Helper()
	tel, err := telemetry.New(telemetry.Config{
		TracerProvider: tracenoop.NewTracerProvider(), MeterProvider: metricnoop.NewMeterProvider(), Server: "contoso.openai.azure.com"})
	testkit.NoError(t, err)
	return tel
}

// real has the SDK, sampling everything, and an exporter that drops it.
func real(t testing.TB) *telemetry.Telemetry {
	t.Helper()
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(dropped{}))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	t.Cleanup(func() { _ = tracers.Shutdown(context.WithoutCancel(t.Context())) })
	tel, err := telemetry.New(telemetry.Config{TracerProvider: tracers, MeterProvider: meters, Server: "contoso.openai.azure.com"})
	testkit.NoError(t, err)
	return tel
}

type dropped struct{}

func (dropped) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (dropped) Shutdown(context.Context) error                             { return nil }

// oneCall is a call with one attempt.
func oneCall(ctx context.Context, t *telemetry.Telemetry, c telemetry.Call, r telemetry.Result) {
	ctx, span := t.StartCall(ctx, c)
	_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
	attempt.End(telemetry.AttemptResult{Status: 200})
	span.End(r)
}

func BenchmarkCall(b *testing.B) {
	global, err := telemetry.New(telemetry.Config{Server: "contoso.openai.azure.com"})
	testkit.NoError(b, err)
	for name, tel := range map[string]*telemetry.Telemetry{"noop": noop(b), "unset": global, "sdk": real(b)} {
		b.Run(name, func(b *testing.B) {
			ctx, c, r := b.Context(), call(b, false), result()
			b.ReportAllocs()
			for b.Loop() {
				oneCall(ctx, tel, c, r)
			}
		})
	}
}

func BenchmarkChunk(b *testing.B) {
	for name, tel := range map[string]*telemetry.Telemetry{"noop": noop(b), "sdk": real(b)} {
		b.Run(name, func(b *testing.B) {
			_, span := tel.StartCall(b.Context(), call(b, true))
			at := time.Now()
			b.ReportAllocs()
			for b.Loop() {
				span.Chunk(at)
			}
		})
	}
}

func BenchmarkRecord(b *testing.B) {
	tel, e := real(b), event.Event{Name: event.PolicyDecision, Outcome: event.Failure}
	b.ReportAllocs()
	for b.Loop() {
		_ = tel.Record(b.Context(), e)
	}
}

// TestBudget pins the allocations of a call and of a chunk.
func TestBudget(t *testing.T) { //nolint:paralleltest // counts allocations
	quiet, loud := noop(t), real(t)
	ctx, c, r := t.Context(), call(t, false), result()
	testkit.Allocs(t, 5, func() { oneCall(ctx, quiet, c, r) })
	testkit.Allocs(t, 22, func() { oneCall(ctx, loud, c, r) })
	_, span := loud.StartCall(ctx, call(t, true))
	testkit.Allocs(t, 0, func() { span.Chunk(time.Now()) })
}
