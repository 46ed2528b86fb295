package telemetry_test

import (
	"crypto/tls"
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A house is a Telemetry with the real SDK behind it.
type house struct {
	*telemetry.Telemetry

	spans   *tracetest.InMemoryExporter
	metrics *sdkmetric.ManualReader
	logs    *keptLogs
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{spans: tracetest.NewInMemoryExporter(), metrics: sdkmetric.NewManualReader(), logs: &keptLogs{}}
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSyncer(h.spans))
	meters := sdkmetric.NewMeterProvider(sdkmetric.WithReader(h.metrics))
	tel, err := telemetry.New(telemetry.Config{
		TracerProvider: tracers, MeterProvider: meters, LoggerProvider: h.logs.provider(), Server: "contoso.openai.azure.com"})
	testkit.NoError(t, err)
	h.Telemetry = tel
	return h
}

// collect returns what was measured, by name.
func (h *house) collect(t testing.TB) map[string]metricdata.Metrics {
	t.Helper()
	var all metricdata.ResourceMetrics
	testkit.NoError(t, h.metrics.Collect(t.Context(), &all))
	found := map[string]metricdata.Metrics{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			found[m.Name] = m
		}
	}
	return found
}

// span returns the one span of that name.
func (h *house) span(t testing.TB, name string) tracetest.SpanStub {
	t.Helper()
	var found []tracetest.SpanStub
	for _, s := range h.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d spans %q", len(found), name)
	}
	return found[0]
}

func attributesOf(all []attribute.KeyValue) string {
	var lines []string
	for _, a := range all {
		value := a.Value.String()
		if strings.Contains(string(a.Key), "time_to") || a.Key == "sallyport.wait_ms" {
			value = "*"
		}
		lines = append(lines, fmt.Sprintf("%s=%s", a.Key, value))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n    ")
}

// print writes the span tree and the metrics, without what differs from run to run.
func (h *house) print(t testing.TB) []byte {
	t.Helper()
	var out strings.Builder
	spans := h.spans.GetSpans()
	slices.SortStableFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
	names := map[trace.SpanID]string{}
	for _, s := range spans {
		names[s.SpanContext.SpanID()] = s.Name
	}
	for _, s := range spans {
		fmt.Fprintf(&out, "span %q kind=%v parent=%q status=%v %q events=%d links=%d\n    %s\n",
			s.Name, s.SpanKind, names[s.Parent.SpanID()], s.Status.Code, s.Status.Description, len(s.Events), len(s.Links), attributesOf(s.Attributes))
	}
	metrics := h.collect(t)
	var order []string
	for name := range metrics {
		order = append(order, name)
	}
	slices.Sort(order)
	for _, name := range order {
		m := metrics[name]
		fmt.Fprintf(&out, "metric %s unit=%s %T\n", name, m.Unit, m.Data)
		switch data := m.Data.(type) {
		case metricdata.Histogram[float64]:
			points(&out, data.DataPoints, true)
		case metricdata.Histogram[int64]:
			points(&out, data.DataPoints, false)
		case metricdata.Sum[int64]:
			for _, p := range sorted(data.DataPoints, func(p metricdata.DataPoint[int64]) attribute.Set { return p.Attributes }) {
				fmt.Fprintf(&out, "  value=%d\n    %s\n", p.Value, attributesOf(p.Attributes.ToSlice()))
			}
		}
	}
	return []byte(out.String())
}

func sorted[P any](points []P, set func(P) attribute.Set) []P {
	return slices.SortedFunc(slices.Values(points), func(a, b P) int {
		x, y := set(a), set(b)
		return strings.Compare(x.Encoded(attribute.DefaultEncoder()), y.Encoded(attribute.DefaultEncoder()))
	})
}

func points[N int64 | float64](out *strings.Builder, all []metricdata.HistogramDataPoint[N], masked bool) {
	for _, p := range sorted(all, func(p metricdata.HistogramDataPoint[N]) attribute.Set { return p.Attributes }) {
		sum := fmt.Sprint(p.Sum)
		if masked {
			sum = "*"
		}
		fmt.Fprintf(out, "  count=%d sum=%s buckets=%v exemplars=%d\n    %s\n", p.Count, sum, p.Bounds, len(p.Exemplars), attributesOf(p.Attributes.ToSlice()))
	}
}

func call(t testing.TB, stream bool) telemetry.Call {
	t.Helper()
	p, err := event.NewPseudonymizer([]byte(strings.Repeat("k", 32)))
	testkit.NoError(t, err)
	return telemetry.Call{
		Operation: event.Chat, Deployment: event.NewToken("gpt-4o"), Stream: stream, ID: event.NewToken("01JD"),
		Caller: p.Caller("contoso", "max", "letters"), Choices: 2, MaxOutput: 100,
	}
}

func result() telemetry.Result {
	return telemetry.Result{
		Status: 200, Model: event.NewModel("gpt-4o-2024-08-06"), ResponseID: event.NewResponseID("chatcmpl-1"),
		Finish: []event.Finish{"stop", "tool_calls"}, Tokens: event.Tokens{Input: 12, Output: 34, Cached: 5, Reasoning: 6, Known: true},
		Attempts: 2, Counts: []event.Count{{Kind: event.NewToken("EMAIL_ADDRESS"), N: 2}, {Kind: event.NewToken("IBAN_CODE"), N: 1}},
		Found: []event.Count{{Kind: event.NewToken("IBAN_CODE"), N: 4}}, Restored: 3, Region: event.NewRegion("Sweden Central"), RequestID: event.NewRequestID("9c858901-8a57-4791-81fe-4c455b099bc9"), Network: network(),
	}
}

// network is a proof with every field set.
func network() event.Network {
	return event.Network{
		Mode: event.NewToken("strict"), Level: event.NewToken("connect"), AddressClass: event.NewToken("private"), Zone: event.NewToken("privatelink.openai.azure.com"),
		Dialled: netip.MustParseAddrPort("10.0.0.4:443"), Resolver: netip.MustParseAddrPort("10.0.0.2:53"), TLSVersion: tls.VersionTLS13, Suite: tls.TLS_AES_128_GCM_SHA256,
		Group: uint16(tls.X25519MLKEM768), ALPN: event.NewToken("h2"), Resumed: true, PinUse: event.NewToken("backup"), Staple: event.NewToken("good"),
	}
}

// TestGolden pins spans and metrics of one streamed call with a retry, against the tables
// of the conventions.
func TestGolden(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, span := h.StartCall(t.Context(), call(t, true))
	start := time.Now()
	h.Policy(ctx, telemetry.Decision{Policy: event.NewToken("slow"), Start: start, End: start.Add(2 * time.Millisecond)})
	h.Policy(ctx, telemetry.Decision{Policy: event.NewToken("quick"), Start: start, End: start.Add(time.Microsecond)})
	_, first := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
	first.End(telemetry.AttemptResult{Code: event.RateLimited, Status: 429})
	_, second := span.StartAttempt(ctx, telemetry.Attempt{Number: 2, Wait: time.Second, Host: event.NewHost("other.openai.azure.com")})
	second.End(telemetry.AttemptResult{Status: 200, Network: network()})
	for range 3 {
		span.Chunk(time.Now())
	}
	span.End(result())
	testkit.NoError(t, h.Record(ctx, event.Event{Name: event.RateExceeded, Outcome: event.Failure}))
	testkit.NoError(t, h.Record(ctx, event.Event{Name: event.RequestCompleted}))
	testkit.Golden(t, "testdata/call.golden", h.print(t))
}

// TestNumbersOfRequests checks that a number that may identify a person is not told.
func TestNumbersOfRequests(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	large := telemetry.Setting{Value: 12345678, Set: true}
	_, span := h.StartCall(t.Context(), telemetry.Call{Operation: event.Chat, Choices: 12345678, MaxOutput: 12345678, Settings: &telemetry.Settings{
		Seed: large, Temperature: large, TopP: telemetry.Setting{Value: math.NaN(), Set: true}, Dimensions: 12345678, Stops: 12345678}})
	span.End(telemetry.Result{})
	told := attributesOf(h.span(t, "chat").Attributes)
	testkit.True(t, !strings.Contains(told, "1234567") && !strings.Contains(told, "NaN") && !strings.Contains(told, "e+07"), told)
}

// TestEmbeddings checks that no output tokens are counted where there are none.
func TestEmbeddings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, span := h.StartCall(t.Context(), telemetry.Call{Operation: event.Embeddings})
	span.End(telemetry.Result{Tokens: event.Tokens{Input: 5, Known: true}})
	points := h.collect(t)["gen_ai.client.token.usage"].Data.(metricdata.Histogram[int64]).DataPoints
	testkit.Equal(t, len(points), 1)
	testkit.Equal(t, points[0].Sum, 5)
}

func TestErrorType(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		code   event.Code
		status int
		want   string
	}{
		"success":             {"", 200, ""},
		"refusal":             {event.PIIBlocked, 0, "pii_blocked"},
		"code before status":  {event.RateLimited, 429, "rate_limit_exceeded"},
		"status without code": {event.Other, 503, "503"},
		"status alone":        {"", 500, "500"},
		"nothing known":       {event.Other, 0, "_OTHER"},
		"odd status":          {event.Other, 999, "_OTHER"},
		"made up":             {"canary", 0, "_OTHER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			ctx, span := h.StartCall(t.Context(), call(t, false))
			_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
			attempt.End(telemetry.AttemptResult{Code: test.code, Status: test.status})
			span.End(telemetry.Result{Code: test.code, Status: test.status, ResponseID: event.NewResponseID("chatcmpl-1")})
			for _, name := range []string{"chat gpt-4o", "sallyport.attempt"} {
				s := h.span(t, name)
				set := attribute.NewSet(s.Attributes...)
				got, found := set.Value("error.type")
				testkit.Equal(t, found, test.want != "")
				testkit.Equal(t, got.AsString(), test.want)
				want := codes.Unset
				if test.want != "" {
					want = codes.Error
				}
				testkit.Equal(t, s.Status, sdktrace.Status{Code: want})
				testkit.Equal(t, len(s.Events), 0)
			}
			durations := h.collect(t)["gen_ai.client.operation.duration"].Data.(metricdata.Histogram[float64]).DataPoints
			testkit.Equal(t, len(durations), 1)
			got, _ := durations[0].Attributes.Value("error.type")
			testkit.Equal(t, got.AsString(), test.want)
		})
	}
}

// TestEndsOnce checks that only the first End counts, and that nothing counts after it.
func TestEndsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, span := h.StartCall(t.Context(), call(t, true))
	_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
	for range 3 {
		attempt.End(telemetry.AttemptResult{})
		span.End(telemetry.Result{})
		span.Chunk(time.Now())
	}
	testkit.Equal(t, len(h.spans.GetSpans()), 2)
	metrics := h.collect(t)
	testkit.Equal(t, metrics["gen_ai.client.operation.duration"].Data.(metricdata.Histogram[float64]).DataPoints[0].Count, 1)
	for _, name := range []string{"gen_ai.client.token.usage", "gen_ai.client.operation.time_to_first_chunk", "gen_ai.client.operation.time_per_output_chunk"} {
		_, found := metrics[name]
		testkit.True(t, !found, "there is no "+name+" without tokens and chunks")
	}
}

// TestChunks checks the times of a stream; a clock that goes back counts as none at all.
func TestChunks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	before := time.Now()
	_, span := h.StartCall(t.Context(), call(t, true))
	span.Answered(event.NewModel("gpt-4o-2024-08-06"))
	first := before.Add(time.Hour)
	for _, at := range []time.Time{first, first.Add(2 * time.Second), first.Add(time.Second)} {
		span.Chunk(at)
	}
	testkit.True(t, span.FirstChunk() > 59*time.Minute && span.FirstChunk() <= time.Hour, "the first chunk came after an hour")
	testkit.True(t, span.Duration() >= 0, "time passes")
	span.End(result())
	gaps := h.collect(t)["gen_ai.client.operation.time_per_output_chunk"].Data.(metricdata.Histogram[float64]).DataPoints[0]
	testkit.Equal(t, gaps.Count, 2)
	testkit.Equal(t, gaps.Sum, 2)
	model, _ := gaps.Attributes.Value("gen_ai.response.model")
	testkit.Equal(t, model.AsString(), "gpt-4o-2024-08-06")
}

// TestNothing checks that a nil span does nothing, so that a call that was refused before
// its span began needs no special case.
func TestNothing(t *testing.T) {
	t.Parallel()
	var span *telemetry.CallSpan
	ctx, attempt := span.StartAttempt(t.Context(), telemetry.Attempt{})
	testkit.Equal(t, ctx, t.Context())
	attempt.End(telemetry.AttemptResult{})
	span.Chunk(time.Now())
	span.Answered(event.NewModel("gpt-4o"))
	span.End(telemetry.Result{})
	testkit.Equal(t, span.Trace(), event.Trace{})
	testkit.Equal(t, span.FirstChunk()+span.Duration(), 0)
}

func TestTrace(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, span := h.StartCall(t.Context(), call(t, false))
	span.End(telemetry.Result{})
	sc := h.span(t, "chat gpt-4o").SpanContext
	testkit.Equal(t, span.Trace(), event.Trace{TraceID: sc.TraceID(), SpanID: sc.SpanID()})
	testkit.True(t, !span.Trace().IsZero(), "there is a trace")
	testkit.Equal(t, h.span(t, "chat gpt-4o").InstrumentationScope, instrumentation.Scope{
		Name: "github.com/sallyport-go/sallyport/telemetry", SchemaURL: "https://opentelemetry.io/schemas/1.41.0"})
}

// TestTraceparent checks that the service learns of the trace only if that is asked for.
func TestTraceparent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		propagate bool
		sampler   sdktrace.Sampler
		want      string
	}{
		"by default":  {false, sdktrace.AlwaysSample(), `^$`},
		"asked for":   {true, sdktrace.AlwaysSample(), `^00-[0-9a-f]{32}-[0-9a-f]{16}-01$`},
		"not sampled": {true, sdktrace.NeverSample(), `^00-[0-9a-f]{32}-[0-9a-f]{16}-00$`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spans := tracetest.NewInMemoryExporter()
			tel, err := telemetry.New(telemetry.Config{Propagate: test.propagate,
				TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans), sdktrace.WithSampler(test.sampler))})
			testkit.NoError(t, err)
			ctx, span := tel.StartCall(t.Context(), call(t, false))
			_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
			header := attempt.Traceparent()
			testkit.True(t, regexp.MustCompile(test.want).MatchString(header), "the header is "+header)
			attempt.End(telemetry.AttemptResult{})
			for _, s := range spans.GetSpans() {
				testkit.True(t, header == "" || strings.Contains(header, s.SpanContext.SpanID().String()), "it names the attempt")
			}
			span.End(telemetry.Result{})
		})
	}
	quiet, err := telemetry.New(telemetry.Config{Propagate: true, TracerProvider: noop.NewTracerProvider()})
	testkit.NoError(t, err)
	ctx, span := quiet.StartCall(t.Context(), call(t, false))
	_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
	testkit.Equal(t, attempt.Traceparent(), "")
	testkit.True(t, !span.Recording(), "nobody reads it")
}

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	_, err := telemetry.New(telemetry.Config{Convention: 9, Server: "a b", Port: 70_000, Provider: "x y"})
	testkit.ErrorIs(t, err, telemetry.ErrConfig)
	for _, field := range []string{"Convention", "Server", "Port", "Provider"} {
		testkit.True(t, strings.Contains(err.Error(), field), field+" is named")
	}
	_, err = telemetry.New(telemetry.Config{})
	testkit.NoError(t, err)
}

// TestManySeries checks that the caches forget and the numbers stay right.
func TestManySeries(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i := range 1500 {
		_, span := h.StartCall(t.Context(), telemetry.Call{Operation: event.Chat, Deployment: event.NewToken(fmt.Sprint("d", i%1200))})
		span.End(telemetry.Result{})
	}
	points := h.collect(t)["gen_ai.client.operation.duration"].Data.(metricdata.Histogram[float64]).DataPoints
	testkit.Equal(t, len(points), 1200)
}

// TestConcurrent runs under the race detector: a stream is read on one goroutine and
// closed on another.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, span := h.StartCall(t.Context(), call(t, true))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 100 {
			span.Chunk(time.Now())
			_ = span.FirstChunk()
			span.Answered(event.NewModel("gpt-4o"))
			_, attempt := span.StartAttempt(ctx, telemetry.Attempt{})
			attempt.End(telemetry.AttemptResult{})
		}
	}()
	span.End(result())
	span.End(result())
	<-done
}
