package telemetry_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A conventionTable is what the conventions say, written from their pages.
type conventionTable struct {
	Never []string
	V141  vocabulary `json:"v1.41"`
	Main  vocabulary `json:"genai-main"`
}

type vocabulary struct {
	Schema                string
	Inference, Embeddings map[string][2]string
	Metrics               map[string]struct {
		Kind, Unit        string
		Buckets           []float64
		Required, Allowed []string
	}
}

func readConvention(t testing.TB) *conventionTable {
	t.Helper()
	data, err := os.ReadFile("testdata/convention.json")
	testkit.NoError(t, err)
	table := &conventionTable{}
	testkit.NoError(t, json.Unmarshal(data, table))
	return table
}

func houseOf(t testing.TB, c telemetry.Convention) *house {
	t.Helper()
	h := &house{spans: tracetest.NewInMemoryExporter(), metrics: sdkmetric.NewManualReader()}
	tel, err := telemetry.New(telemetry.Config{
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSyncer(h.spans)),
		MeterProvider:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(h.metrics)),
		Convention:     c, Server: "contoso.openai.azure.com",
		Prices: map[string]telemetry.Price{"gpt-4o": {Currency: "CHF", Input: 2.2, Cached: 1.1, Output: 8.8}},
	})
	testkit.NoError(t, err)
	h.Telemetry = tel
	return h
}

// fullCall asks for all that can be asked for.
func fullCall(t testing.TB, o event.Operation, stream bool) telemetry.Call {
	t.Helper()
	set := func(v float64) telemetry.Setting { return telemetry.Setting{Value: v, Set: true} }
	c := call(t, stream)
	c.Operation = o
	if o == event.Embeddings {
		c.Choices, c.MaxOutput = 0, 0
		c.Settings = &telemetry.Settings{Dimensions: 256, Encoding: event.NewEncoding("base64")}
		return c
	}
	c.Settings = &telemetry.Settings{
		Temperature: set(0), TopP: set(.5), FrequencyPenalty: set(.25), PresencePenalty: set(-1), Seed: set(7), Stops: 2,
		Output: telemetry.OutputJSON, ServiceTier: event.NewTier("priority"), Effort: event.NewEffort("low"), Previous: event.NewResponseID("resp_1"),
	}
	return c
}

// fullResult has all that an answer can tell.
func fullResult(o event.Operation) telemetry.Result {
	r := result()
	if o == event.Embeddings {
		r.Finish, r.ResponseID, r.Tokens = nil, event.Token{}, event.Tokens{Input: 12, Known: true}
		return r
	}
	r.ServiceTier, r.Fingerprint = event.NewTier("default"), event.NewFingerprint("fp_44709d6fcb")
	return r
}

// everyCall makes one good call of the operation, one that failed, and, of those that
// stream, one stream.
func everyCall(t testing.TB, h *house, o event.Operation) {
	t.Helper()
	_, good := h.StartCall(t.Context(), fullCall(t, o, false))
	good.End(fullResult(o))
	ctx, failed := h.StartCall(t.Context(), telemetry.Call{Operation: o, Deployment: event.NewToken("gpt-4o")})
	_, attempt := failed.StartAttempt(ctx, telemetry.Attempt{Number: 2, Wait: time.Second})
	attempt.End(telemetry.AttemptResult{Code: event.RateLimited, Status: 429, Network: network()})
	h.Policy(ctx, telemetry.Decision{Policy: event.NewToken("pii"), Code: event.PIIBlocked})
	failed.End(telemetry.Result{Code: event.Canceled})
	if slices.Contains([]event.Operation{event.Chat, event.Completions, event.Responses}, o) {
		_, stream := h.StartCall(t.Context(), fullCall(t, o, true))
		for range 3 {
			stream.Chunk(time.Now())
		}
		stream.End(fullResult(o))
	}
}

// TestEveryOperation holds the spans and metrics of every operation, in both vocabularies,
// against the table of the conventions and the registry, and keeps them in golden files.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	table, keys := readConvention(t), readRegistry(t)
	for convention, words := range map[telemetry.Convention]*vocabulary{telemetry.V141: &table.V141, telemetry.GenAIMain: &table.Main} {
		t.Run(convention.String(), func(t *testing.T) {
			t.Parallel()
			var told grouped
			for _, o := range event.Operations() {
				h := houseOf(t, convention)
				everyCall(t, h, o)
				told.add(o, h.brief(t))
				for _, s := range h.spans.GetSpans() {
					testkit.Equal(t, s.InstrumentationScope.SchemaURL, words.Schema)
					place := placeOf(s)
					for _, a := range s.Attributes {
						if fault := keys.fault(a, place, convention.String()); fault != "" {
							t.Errorf("%s: %s on %q %s", o, a.Key, s.Name, fault)
						}
						testkit.True(t, !slices.Contains(table.Never, string(a.Key)), string(a.Key)+" is never told")
					}
					if place == "call" {
						words.checkSpan(t, o, s)
					}
				}
				for name, m := range h.collect(t) {
					words.checkMetric(t, keys, convention.String(), name, m)
				}
			}
			testkit.Golden(t, "testdata/operations."+convention.String()+".golden", told.bytes())
		})
	}
}

// grouped is what was told of each operation. Operations that differ by their name alone
// share one entry.
type grouped struct {
	order []string
	names map[string][]string
}

func (g *grouped) add(o event.Operation, lines string) {
	for _, around := range []string{`"%s gpt-4o"`, "gen_ai.operation.name=%s "} {
		lines = strings.ReplaceAll(lines, fmt.Sprintf(around, o), fmt.Sprintf(around, "{operation}"))
	}
	if g.names == nil {
		g.names = map[string][]string{}
	}
	if g.names[lines] == nil {
		g.order = append(g.order, lines)
	}
	g.names[lines] = append(g.names[lines], string(o))
}

func (g *grouped) bytes() []byte {
	var out strings.Builder
	for _, lines := range g.order {
		fmt.Fprintf(&out, "== %s\n%s", strings.Join(g.names[lines], " "), lines)
	}
	return []byte(out.String())
}

func placeOf(s tracetest.SpanStub) string {
	switch {
	case s.SpanKind == trace.SpanKindClient:
		return "call"
	case strings.HasPrefix(s.Name, "sallyport.policy "):
		return "policy"
	default:
		return "attempt"
	}
}

// checkSpan holds the span of a call against the table.
func (v *vocabulary) checkSpan(t testing.TB, o event.Operation, s tracetest.SpanStub) {
	t.Helper()
	set := attribute.NewSet(s.Attributes...)
	word := func(key attribute.Key) string { value, _ := set.Value(key); return value.AsString() }
	want := v.Inference
	if o == event.Embeddings {
		want = v.Embeddings
	}
	failed := s.Status.Code != 0
	operation := word("gen_ai.operation.name")
	full := !failed
	conditions := map[string]bool{
		"R": true, "C:failed": failed, "C:deployment": true, "C:address": set.HasValue("server.address"), "C:stream": word("gen_ai.request.stream") == "true",
		"C:output": full || word("gen_ai.output.type") != "", "C:choices": full, "C:seed": full, "C:tier": full, "C:answertier": full,
	}
	value, _ := set.Value("gen_ai.request.stream")
	conditions["C:stream"] = value.AsBool()
	for key, row := range want {
		value, found := set.Value(attribute.Key(key))
		if found {
			testkit.Equal(t, typeOf(value), row[0])
		}
		if needed, ok := conditions[row[1]]; ok && needed != found {
			t.Errorf("%s: %s is there: %t, by the conventions: %t", o, key, found, needed)
		}
	}
	for _, a := range s.Attributes {
		_, known := want[string(a.Key)]
		own := strings.HasPrefix(string(a.Key), "sallyport.") || strings.HasPrefix(string(a.Key), "http.") || a.Key == "enduser.pseudo.id"
		testkit.True(t, known || own, string(a.Key)+" on "+operation+" is of the conventions")
	}
	testkit.Equal(t, s.Name, operation+" "+word("gen_ai.request.model"))
	testkit.Equal(t, s.Status.Description, "")
}

// checkMetric holds a metric against the table and the registry.
func (v *vocabulary) checkMetric(t testing.TB, keys *registry, vocabulary, name string, m metricdata.Metrics) {
	t.Helper()
	want, theirs := v.Metrics[name]
	testkit.True(t, theirs || strings.HasPrefix(name, "sallyport."), name+" is of the conventions")
	registered := slices.IndexFunc(keys.Metrics, func(k struct {
		Name, Instrument, Unit, Buckets, Note string
		Vocabularies, Attributes              []string
	}) bool {
		return k.Name == name && (k.Vocabularies == nil || slices.Contains(k.Vocabularies, vocabulary))
	})
	if registered < 0 {
		t.Errorf("%s is not in the registry for %s", name, vocabulary)
		return
	}
	entry := keys.Metrics[registered]
	kind, sets, bounds := shapeOf(m)
	testkit.Equal(t, kind, entry.Instrument)
	testkit.Equal(t, m.Unit, entry.Unit)
	testkit.DeepEqual(t, bounds, keys.Buckets[entry.Buckets])
	for _, set := range sets {
		for _, a := range set.ToSlice() {
			testkit.True(t, slices.Contains(entry.Attributes, string(a.Key)), string(a.Key)+" is registered for "+name)
			if fault := keys.fault(a, "metric", vocabulary); fault != "" {
				t.Errorf("%s on %s %s", a.Key, name, fault)
			}
		}
		if !theirs {
			continue
		}
		testkit.Equal(t, m.Unit, want.Unit)
		testkit.Equal(t, kind, want.Kind)
		if kind == "histogram" {
			testkit.DeepEqual(t, bounds, want.Buckets)
		}
		for _, key := range want.Required {
			testkit.True(t, set.HasValue(attribute.Key(key)), key+" is on "+name)
		}
		for _, a := range set.ToSlice() {
			testkit.True(t, slices.Contains(append(want.Allowed, want.Required...), string(a.Key)), string(a.Key)+" may stand on "+name)
		}
	}
}

func shapeOf(m metricdata.Metrics) (kind string, sets []attribute.Set, bounds []float64) {
	switch data := m.Data.(type) {
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			sets, bounds = append(sets, p.Attributes), p.Bounds
		}
		return "histogram", sets, bounds
	case metricdata.Histogram[int64]:
		for _, p := range data.DataPoints {
			sets, bounds = append(sets, p.Attributes), p.Bounds
		}
		return "histogram", sets, bounds
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			sets = append(sets, p.Attributes)
		}
	case metricdata.Sum[float64]:
		for _, p := range data.DataPoints {
			sets = append(sets, p.Attributes)
		}
	}
	return "counter", sets, nil
}

// brief writes spans and metrics, one to a line.
func (h *house) brief(t testing.TB) string {
	t.Helper()
	var lines []string
	join := func(all []attribute.KeyValue) string { return strings.ReplaceAll(attributesOf(all), "\n    ", " ") }
	for _, s := range h.spans.GetSpans() {
		lines = append(lines, fmt.Sprintf("%s %q %s: %s\n", s.SpanKind, s.Name, s.Status.Code, join(s.Attributes)))
	}
	slices.Sort(lines)
	spans := len(lines)
	for name, m := range h.collect(t) {
		_, sets, _ := shapeOf(m)
		for _, set := range sets {
			lines = append(lines, fmt.Sprintf("%s %s: %s\n", name, m.Unit, join(set.ToSlice())))
		}
	}
	slices.Sort(lines[spans:])
	return strings.Join(lines, "")
}

// TestServiceTier checks that a tier is told if it was sent and is not auto.
func TestServiceTier(t *testing.T) {
	t.Parallel()
	for sent, want := range map[string]string{"": "", "auto": "", "flex": "flex", "canary": "_OTHER"} {
		h := newHouse(t)
		_, span := h.StartCall(t.Context(), telemetry.Call{Operation: event.Chat, Settings: &telemetry.Settings{ServiceTier: event.NewTier(sent)}})
		span.End(telemetry.Result{})
		set := attribute.NewSet(h.span(t, "chat").Attributes...)
		got, _ := set.Value("openai.request.service_tier")
		testkit.Equal(t, got.AsString(), want)
	}
}

func TestConventionOf(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]telemetry.Convention{
		"": telemetry.V141, "http,gen_ai_latest_experimental": telemetry.GenAIMain, " gen_ai_latest_experimental ": telemetry.GenAIMain,
		"gen_ai_latest_experimental_2": telemetry.V141, "database": telemetry.V141,
	} {
		testkit.Equal(t, telemetry.ConventionOf(value), want)
	}
	testkit.Equal(t, telemetry.Convention(9).String(), "unknown")
}
