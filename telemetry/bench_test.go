package telemetry_test

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	lognoop "go.opentelemetry.io/otel/log/noop"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// providers are those of one way to run: with nothing behind them, or with the SDK that
// samples everything and exports in batches to nowhere.
type providers struct {
	tracers trace.TracerProvider
	meters  metric.MeterProvider
}

func quiet() providers {
	return providers{tracenoop.NewTracerProvider(), metricnoop.NewMeterProvider()}
}

func sampled(t testing.TB) providers {
	t.Helper()
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(dropped{}))
	t.Cleanup(func() { _ = tracers.Shutdown(context.WithoutCancel(t.Context())) })
	return providers{tracers, sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))}
}

func (p providers) telemetry(t testing.TB) *telemetry.Telemetry {
	t.Helper()
	tel, err := telemetry.New(telemetry.Config{
		TracerProvider: p.tracers, MeterProvider: p.meters, LoggerProvider: lognoop.NewLoggerProvider(), Server: "contoso.openai.azure.com"})
	testkit.NoError(t, err)
	return tel
}

type dropped struct{}

func (dropped) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (dropped) Export(context.Context, []sdklog.Record) error              { return nil }
func (dropped) ForceFlush(context.Context) error                           { return nil }
func (dropped) Shutdown(context.Context) error                             { return nil }

// oneCall is a call with one attempt.
func oneCall(ctx context.Context, t *telemetry.Telemetry, c telemetry.Call, r telemetry.Result) {
	ctx, span := t.StartCall(ctx, c)
	_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
	attempt.End(telemetry.AttemptResult{Status: 200})
	span.End(r)
}

// A bare is the same call by OpenTelemetry alone, as frugally as it can be done: the same
// spans with as many attributes, and the same metrics, all of them made before. What
// BenchmarkCall takes more than this is the price of this package.
type bare struct {
	tracer   trace.Tracer
	duration metric.Float64Histogram
	tokens   metric.Int64Histogram
	start    []trace.SpanStartOption
	end      []attribute.KeyValue
	record   []metric.RecordOption
}

func (p providers) bare(t testing.TB) *bare {
	t.Helper()
	meter := p.meters.Meter("bare")
	b := &bare{tracer: p.tracers.Tracer("bare")}
	var err error
	b.duration, err = meter.Float64Histogram("duration", metric.WithExplicitBucketBoundaries(.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92))
	testkit.NoError(t, err)
	b.tokens, err = meter.Int64Histogram("tokens", metric.WithExplicitBucketBoundaries(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144))
	testkit.NoError(t, err)
	var start []attribute.KeyValue
	for i := range 28 {
		a := attribute.String(string(rune('a'+i))+".some.key", "some-value")
		if i < 8 {
			start = append(start, a)
		} else {
			b.end = append(b.end, a)
		}
	}
	b.start = []trace.SpanStartOption{trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(start...)}
	b.record = []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(start...))}
	return b
}

func (b *bare) call(ctx context.Context) {
	ctx, span := b.tracer.Start(ctx, "chat gpt-4o", b.start...)
	if span.IsRecording() {
		_, attempt := b.tracer.Start(ctx, "attempt")
		attempt.SetAttributes(append([]attribute.KeyValue(nil), b.end[:4]...)...)
		attempt.End()
	}
	if b.duration.Enabled(ctx) {
		b.duration.Record(ctx, 1, b.record...)
		b.tokens.Record(ctx, 1, b.record...)
		b.tokens.Record(ctx, 1, b.record...)
	}
	if span.IsRecording() {
		span.SetAttributes(append([]attribute.KeyValue(nil), b.end...)...)
	}
	span.End()
}

func BenchmarkCall(b *testing.B) {
	global, err := telemetry.New(telemetry.Config{Server: "contoso.openai.azure.com"})
	testkit.NoError(b, err)
	for name, p := range map[string]providers{"noop": quiet(), "sdk": sampled(b)} {
		base, tel := p.bare(b), p.telemetry(b)
		b.Run(name+"/baseline", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				base.call(b.Context())
			}
		})
		b.Run(name+"/sallyport", func(b *testing.B) {
			ctx, c, r := b.Context(), call(b, false), result()
			b.ReportAllocs()
			for b.Loop() {
				oneCall(ctx, tel, c, r)
			}
		})
	}
	b.Run("unset/sallyport", func(b *testing.B) {
		ctx, c, r := b.Context(), call(b, false), result()
		b.ReportAllocs()
		for b.Loop() {
			oneCall(ctx, global, c, r)
		}
	})
}

func BenchmarkChunk(b *testing.B) {
	for name, p := range map[string]providers{"noop": quiet(), "sdk": sampled(b)} {
		base, tel := p.bare(b), p.telemetry(b)
		ctx, root := base.tracer.Start(b.Context(), "chat")
		b.Run(name+"/baseline", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if base.duration.Enabled(ctx) {
					base.duration.Record(ctx, 1, base.record...)
				}
			}
		})
		root.End()
		b.Run(name+"/sallyport", func(b *testing.B) {
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
	loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(dropped{})))
	b.Cleanup(func() { _ = loggers.Shutdown(context.WithoutCancel(b.Context())) })
	p := sampled(b)
	logs, err := telemetry.New(telemetry.Config{TracerProvider: p.tracers, MeterProvider: p.meters, LoggerProvider: loggers})
	testkit.NoError(b, err)
	for name, tel := range map[string]*telemetry.Telemetry{"noop": quiet().telemetry(b), "counted": sampled(b).telemetry(b), "logs": logs} {
		b.Run(name, func(b *testing.B) {
			e := event.Event{Name: event.PolicyDecision, Outcome: event.Failure, Code: event.PIIBlocked, Time: time.Now()}
			b.ReportAllocs()
			for b.Loop() {
				_ = tel.Record(b.Context(), e)
			}
		})
	}
}

// TestBudget pins the allocations of a call, of a chunk and of an event.
func TestBudget(t *testing.T) { //nolint:paralleltest // counts allocations
	none, all := quiet().telemetry(t), sampled(t).telemetry(t)
	ctx, c, r := t.Context(), call(t, false), result()
	testkit.Allocs(t, 2, func() { oneCall(ctx, none, c, r) })
	testkit.Allocs(t, 22, func() { oneCall(ctx, all, c, r) })
	_, span := all.StartCall(ctx, call(t, true))
	testkit.Allocs(t, 0, func() { span.Chunk(time.Now()) })
	e := event.Event{Name: event.PolicyDecision, Outcome: event.Failure, Code: event.PIIBlocked}
	testkit.Allocs(t, 0, func() { _ = none.Record(ctx, e) })
	testkit.Allocs(t, 0, func() { _ = all.Record(ctx, e) })
}
