package scrub_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
	"github.com/sallyport-go/sallyport/telemetry/scrub"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A wire is exporters that write all they get, in every form that it has.
type wire struct {
	bytes.Buffer

	metricsOnly
}

// metricsOnly are the methods that a metric exporter has besides.
type metricsOnly struct{}

func (metricsOnly) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return sdkmetric.DefaultTemporalitySelector(k)
}

func (metricsOnly) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func (metricsOnly) ForceFlush(context.Context) error { return nil }
func (metricsOnly) Shutdown(context.Context) error   { return nil }

func (w *wire) write(v any) {
	text, _ := json.Marshal(v)
	w.Write(text)
	fmt.Fprintf(w, "%+v\n", v)
}

func (w *wire) ExportSpans(_ context.Context, all []sdktrace.ReadOnlySpan) error {
	for _, s := range all {
		w.write([]any{s.Name(), s.SpanContext(), s.Parent(), s.Attributes(), s.Events(), s.Links(), s.Status(), s.InstrumentationScope(), s.Resource().Attributes()})
	}
	return nil
}

type logWire struct{ *wire }

func (w logWire) Export(_ context.Context, all []sdklog.Record) error {
	for i := range all {
		r := &all[i]
		w.write([]any{r.EventName(), r.SeverityText(), r.Body().String()})
		r.WalkAttributes(func(a attribute.KeyValue) bool { w.write(a); return true })
	}
	return nil
}

type metricWire struct{ *wire }

func (w metricWire) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	w.write(rm)
	w.write(rm.Resource.Attributes())
	return nil
}

// A leaky application has other libraries that write what they know to the providers.
type leaky struct {
	tracers *sdktrace.TracerProvider
	loggers *sdklog.LoggerProvider
	meters  *sdkmetric.MeterProvider
}

func newLeaky(t testing.TB, r *resource.Resource, spans sdktrace.SpanExporter, logs sdklog.Exporter, metrics sdkmetric.Exporter) *leaky {
	t.Helper()
	view := sdkmetric.NewView(sdkmetric.Instrument{Name: "app.viewed"}, sdkmetric.Stream{AttributeFilter: attribute.NewDenyKeysFilter("user")})
	l := &leaky{
		tracers: sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans), sdktrace.WithResource(r)),
		loggers: sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(logs)), sdklog.WithResource(r)),
		meters:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewPeriodicReader(metrics)), sdkmetric.WithView(view), sdkmetric.WithResource(r)),
	}
	t.Cleanup(func() { _ = l.meters.Shutdown(context.WithoutCancel(t.Context())) })
	return l
}

// run does what such libraries do, with a canary in each place.
func (l *leaky) run(t testing.TB, plant func(string) string) {
	t.Helper()
	state, err := trace.ParseTraceState("vendor=" + strings.ReplaceAll(plant("state"), "@", "-"))
	testkit.NoError(t, err)
	remote := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceState: state, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithRemoteSpanContext(t.Context(), remote)
	tracer := l.tracers.Tracer("app", trace.WithInstrumentationAttributes(attribute.String("scope.note", plant("scope"))))
	ctx, span := tracer.Start(ctx, "say "+plant("name")+" to the whole world", trace.WithLinks(trace.Link{SpanContext: remote, Attributes: []attribute.KeyValue{attribute.String("note", plant("link"))}}))
	span.SetAttributes(
		attribute.String("gen_ai.input.messages", plant("prompt")), attribute.StringSlice("gen_ai.response.finish_reasons", []string{"stop", plant("finish") + " !"}),
		attribute.String("url.full", "https://x/?q="+plant("query")), attribute.String("enduser.pseudo.id", plant("pseudonym")),
		attribute.String("http.route", "/x?q="+plant("route")), attribute.String("openai.api.type", plant("enum")), attribute.Int("http.response.status_code", 200),
		attribute.String("gen_ai.response.id", plant("id")))
	span.RecordError(errors.New(plant("error")))
	span.AddEvent("because " + plant("event") + " was said today")
	span.SetStatus(codes.Error, plant("status"))

	var r log.Record
	r.SetBody(attribute.StringValue(plant("body")))
	r.SetErr(errors.New(plant("log error")))
	r.SetEventName("it was " + plant("event name") + " that did it")
	r.SetSeverityText("very " + plant("severity") + " indeed it is")
	r.AddAttributes(attribute.String("note", plant("note")), attribute.Map("error.type", attribute.String("x", plant("map"))))
	l.loggers.Logger("app").Emit(ctx, r)

	meter := l.meters.Meter("app", metric.WithInstrumentationAttributes(attribute.String("scope.note", plant("meter"))))
	user := metric.WithAttributes(attribute.String("user", plant("user")), attribute.String("http.request.method", "GET"))
	viewed, err := meter.Int64Counter("app.viewed")
	testkit.NoError(t, err)
	viewed.Add(ctx, 1, user)
	plainly, err := meter.Float64Counter("app.plain")
	testkit.NoError(t, err)
	plainly.Add(ctx, 1, user)
	histogram, err := meter.Int64Histogram("app.histogram")
	testkit.NoError(t, err)
	histogram.Record(ctx, 1, user)
	gauge, err := meter.Float64Gauge("app.gauge")
	testkit.NoError(t, err)
	gauge.Record(ctx, 1, user)
	span.End()
	testkit.NoError(t, l.meters.ForceFlush(t.Context()))
}

func appResource(plant func(string) string) *resource.Resource {
	return resource.NewSchemaless(attribute.String("service.name", "letters"), attribute.String("process.command_args", plant("args")))
}

// TestCanaries checks that nothing of what a leaky application writes comes through, and
// that all of it does without the decorators.
func TestCanaries(t *testing.T) {
	t.Parallel()
	s, err := scrub.New(scrub.Config{})
	testkit.NoError(t, err)
	set, out := testkit.Canaries(), &wire{}
	app := newLeaky(t, appResource(set.Text), s.Spans(out), s.Logs(logWire{out}), s.Metrics(metricWire{out}))
	app.run(t, set.Text)
	testkit.Equal(t, strings.Join(set.Find(out.Bytes()), ", "), "")
	for _, kept := range []string{"http.response.status_code", "letters", "app.viewed", "GET", "exception.type", "_OTHER"} {
		testkit.True(t, strings.Contains(out.String(), kept), kept+" comes through")
	}
	for what, want := range map[scrub.What]int{
		scrub.Statuses: 1, scrub.Names: 4, scrub.States: 3, scrub.Bodies: 1, scrub.Points: 3, scrub.Exemplars: 1,
	} {
		testkit.Equal(t, fmt.Sprint(what, s.Dropped(what)), fmt.Sprint(what, want))
	}
	testkit.True(t, s.Dropped(scrub.Attributes) > 10, "attributes are counted")
	testkit.Equal(t, s.Dropped(99), 0)

	set, out = testkit.Canaries(), &wire{}
	app = newLeaky(t, appResource(set.Text), out, logWire{out}, metricWire{out})
	app.run(t, set.Text)
	found := strings.Join(set.Find(out.Bytes()), ", ")
	for _, kind := range []string{
		"state", "scope", "name", "link", "prompt", "finish", "query", "pseudonym", "route", "enum", "id", "error", "event", "status",
		"body", "log error", "event name", "severity", "note", "map", "meter", "user", "args",
	} {
		testkit.True(t, strings.Contains(found, kind), "without decorators there is the canary in "+kind)
	}
}

// TestOwnSignals checks that what package telemetry emits comes through whole.
func TestOwnSignals(t *testing.T) {
	t.Parallel()
	s, err := scrub.New(scrub.Config{})
	testkit.NoError(t, err)
	out := &wire{}
	app := newLeaky(t, resource.Empty(), s.Spans(out), s.Logs(logWire{out}), s.Metrics(metricWire{out}))
	tel, err := telemetry.New(telemetry.Config{TracerProvider: app.tracers, LoggerProvider: app.loggers, MeterProvider: app.meters, Server: "contoso.openai.azure.com",
		Prices: map[string]telemetry.Price{"gpt-4o": {Currency: "CHF", Input: 1}}})
	testkit.NoError(t, err)
	p, err := event.NewPseudonymizer(nil)
	testkit.NoError(t, err)
	caller := p.Caller("contoso", "max", "letters")
	ctx, span := tel.StartCall(t.Context(), telemetry.Call{Operation: event.Chat, Deployment: event.NewToken("gpt-4o"), Stream: true, Caller: caller, ID: event.NewToken("01JD"), Choices: 2})
	_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 2, Wait: time.Second})
	attempt.End(telemetry.AttemptResult{Status: 429, Code: event.RateLimited, Network: event.Network{
		Mode: event.NewToken("strict"), AddressClass: event.NewToken("private"), Zone: event.NewToken("privatelink.openai.azure.com"), Resolver: netip.MustParseAddrPort("[fd00::2]:53"),
		TLSVersion: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256, Group: uint16(tls.X25519MLKEM768), ALPN: event.NewToken("h2"), Resumed: true}, RequestID: event.NewRequestID("9c858901-8a57-4791-81fe-4c455b099bc9")})
	tel.Policy(ctx, telemetry.Decision{Policy: event.NewToken("pii"), Code: event.PIIBlocked})
	span.Chunk(time.Now())
	span.Chunk(time.Now())
	span.End(telemetry.Result{Status: 200, Model: event.NewModel("other"), ResponseID: event.NewResponseID("chatcmpl-1"), Finish: []event.Finish{"stop"},
		Tokens: event.Tokens{Known: true, Input: 5}, Counts: []event.Count{{Kind: event.NewToken("IBAN_CODE"), N: 1}}, Fingerprint: event.NewFingerprint("no"), RequestID: event.NewRequestID("no")})
	for _, name := range []event.Name{event.ConfigChanged, event.PrivateViolation, event.RedactionSummary, event.AuthFailed} {
		testkit.NoError(t, tel.Record(ctx, event.Event{Name: name, Code: event.TLSPin, Caller: caller, Host: event.NewHost("10.0.0.4"), Config: event.Digest{1},
			Counts: []event.Count{{Kind: event.NewToken("IBAN_CODE"), N: 1}}, Status: 401, Severity: event.Error}))
	}
	testkit.NoError(t, app.meters.ForceFlush(t.Context()))
	for what := range scrub.Exemplars + 1 {
		testkit.Equal(t, fmt.Sprint(what, s.Dropped(what)), fmt.Sprint(what, 0))
	}
	for _, kept := range []string{"chat gpt-4o", "sallyport.attempt", "sallyport.policy pii", "sallyport.config.changed", "sallyport.cost", "gen_ai.client.operation.time_per_output_chunk"} {
		testkit.True(t, strings.Contains(out.String(), kept), kept+" comes through")
	}
}

// TestConfig checks what the application allows.
func TestConfig(t *testing.T) {
	t.Parallel()
	counts := sdkmetric.NewManualReader()
	s, err := scrub.New(scrub.Config{Keys: []string{"note", "app.*"}, Bodies: []string{"chatty"}, MeterProvider: sdkmetric.NewMeterProvider(sdkmetric.WithReader(counts))})
	testkit.NoError(t, err)
	out := &wire{}
	processor := s.LogProcessor(sdklog.NewSimpleProcessor(logWire{out}))
	loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(processor))
	for _, scope := range []string{"chatty", "quiet"} {
		var r log.Record
		r.SetBody(attribute.StringValue("body of " + scope))
		r.AddAttributes(attribute.String("note", "a note"), attribute.String("app.x", "an x"), attribute.String("other", "a thing"))
		loggers.Logger(scope).Emit(t.Context(), r)
	}
	for text, want := range map[string]bool{"body of chatty": true, "body of quiet": false, "a note": true, "an x": true, "a thing": false} {
		testkit.Equal(t, fmt.Sprint(text, strings.Contains(out.String(), text)), fmt.Sprint(text, want))
	}
	var all metricdata.ResourceMetrics
	testkit.NoError(t, counts.Collect(t.Context(), &all))
	sums := map[string]int64{}
	for _, p := range all.ScopeMetrics[0].Metrics[0].Data.(metricdata.Sum[int64]).DataPoints {
		signal, _ := p.Attributes.Value("signal")
		what, _ := p.Attributes.Value("what")
		sums[signal.AsString()+" "+what.AsString()] = p.Value
	}
	testkit.DeepEqual(t, sums, map[string]int64{"log attributes": 2, "log bodies": 1})

	for _, key := range []string{"", "*", "a*b"} {
		_, err := scrub.New(scrub.Config{Keys: []string{key}})
		testkit.ErrorIs(t, err, scrub.ErrConfig)
	}
}

// TestOriginalStays checks that others who hold the same span, record or data see them
// unchanged.
func TestOriginalStays(t *testing.T) {
	t.Parallel()
	s, err := scrub.New(scrub.Config{})
	testkit.NoError(t, err)
	dirty := []attribute.KeyValue{attribute.String("a", "secret"), attribute.Int("http.response.status_code", 200), attribute.String("b", "secret")}
	exemplar := metricdata.Exemplar[int64]{FilteredAttributes: dirty}
	data := metricdata.ResourceMetrics{Resource: resource.Empty(), ScopeMetrics: []metricdata.ScopeMetrics{{Metrics: []metricdata.Metrics{
		{Name: "a", Data: metricdata.ExponentialHistogram[int64]{DataPoints: []metricdata.ExponentialHistogramDataPoint[int64]{{Exemplars: []metricdata.Exemplar[int64]{exemplar}}}}},
		{Name: "b", Data: metricdata.Summary{DataPoints: []metricdata.SummaryDataPoint{{Attributes: attribute.NewSet(dirty...)}}}},
		{Name: "c", Data: nil},
	}}}}
	out := &wire{}
	testkit.NoError(t, s.Metrics(metricWire{out}).Export(t.Context(), &data))
	testkit.True(t, !strings.Contains(out.String(), "secret"), "the copy is clean")
	testkit.Equal(t, len(data.ScopeMetrics[0].Metrics), 3)
	testkit.Equal(t, len(data.ScopeMetrics[0].Metrics[0].Data.(metricdata.ExponentialHistogram[int64]).DataPoints[0].Exemplars[0].FilteredAttributes), 3)
	testkit.Equal(t, s.Dropped(scrub.Points), 2)
	testkit.True(t, s.Resource(nil) == nil, "no resource stays none")

	kept := &keeper{}
	loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(kept))
	var r log.Record
	r.SetBody(attribute.StringValue("secret"))
	for i := range 9 { // more than a record holds in itself
		r.AddAttributes(attribute.String(fmt.Sprint("note", i), "secret"), attribute.Int("http.response.status_code", 200+i))
	}
	loggers.Logger("app").Emit(t.Context(), r)
	testkit.NoError(t, s.Logs(logWire{out}).Export(t.Context(), kept.records))
	testkit.NoError(t, s.LogProcessor(&keeper{}).OnEmit(t.Context(), &kept.records[0]))
	testkit.True(t, !strings.Contains(out.String(), "secret"), "the copy is clean")
	testkit.Equal(t, kept.records[0].Body().AsString(), "secret")
	testkit.Equal(t, kept.records[0].AttributesLen(), 10) // the SDK keeps the last of a key
	kept.records[0].WalkAttributes(func(a attribute.KeyValue) bool {
		testkit.True(t, a.Value.AsString() == "secret" || a.Value.AsInt64() == 208, "the original is as it was")
		return true
	})
}

// A keeper is a processor that keeps its records.
type keeper struct{ records []sdklog.Record }

func (k *keeper) OnEmit(_ context.Context, r *sdklog.Record) error {
	k.records = append(k.records, *r)
	return nil
}

func (*keeper) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (*keeper) Shutdown(context.Context) error                         { return nil }
func (*keeper) ForceFlush(context.Context) error                       { return nil }

func Example() {
	clean, err := scrub.New(scrub.Config{Keys: []string{"app.tenant"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	out := &wire{} // in earnest, an OTLP exporter
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSyncer(clean.Spans(out)))
	_, span := tracers.Tracer("app").Start(context.Background(), "GET /letters")
	span.SetStatus(codes.Error, "no letter for max@example.com")
	span.End()
	fmt.Println(strings.Contains(out.String(), "max"), clean.Dropped(scrub.Statuses))
	// Output: false 1
}
