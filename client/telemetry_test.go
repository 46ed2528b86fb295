package client_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
	"github.com/sallyport-go/sallyport/telemetry/watch"
)

// signals are what OpenTelemetry got of a client.
type signals struct {
	spans   *tracetest.InMemoryExporter
	metrics *sdkmetric.ManualReader

	mu   sync.Mutex
	logs []string // names of events
}

func (s *signals) OnEmit(_ context.Context, r *sdklog.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logs = append(s.logs, r.EventName())
	return nil
}

func (*signals) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }
func (*signals) Shutdown(context.Context) error                         { return nil }
func (*signals) ForceFlush(context.Context) error                       { return nil }

// observed is a change of a configuration so that these signals are kept.
func observed(s *signals) func(*client.Config) {
	s.spans, s.metrics = tracetest.NewInMemoryExporter(), sdkmetric.NewManualReader()
	return func(cfg *client.Config) {
		cfg.Telemetry.TracerProvider = sdktrace.NewTracerProvider(sdktrace.WithSyncer(s.spans))
		cfg.Telemetry.MeterProvider = sdkmetric.NewMeterProvider(sdkmetric.WithReader(s.metrics))
		cfg.Telemetry.LoggerProvider = sdklog.NewLoggerProvider(sdklog.WithProcessor(s))
		cfg.Telemetry.Prices = map[string]telemetry.Price{"gpt-4o": {Currency: "CHF", Input: 2.2, Output: 8.8}}
	}
}

// named is the first span of that name that ended.
func (s *signals) named(t testing.TB, name string) tracetest.SpanStub {
	t.Helper()
	spans := s.spans.GetSpans()
	i := slices.IndexFunc(spans, func(span tracetest.SpanStub) bool { return span.Name == name })
	testkit.True(t, i >= 0, "there is a span "+name)
	return spans[max(i, 0)]
}

// tree writes the spans, children below their parents, with some attributes; with those of
// policies that were merely slow if they are asked for.
func (s *signals) tree(slow bool, keys ...attribute.Key) string {
	spans := s.spans.GetSpans()
	slices.SortFunc(spans, func(a, b tracetest.SpanStub) int { return a.StartTime.Compare(b.StartTime) })
	var out []string
	for _, span := range spans {
		line := span.Name
		if strings.HasPrefix(line, "sallyport.policy ") && span.Status.Code == codes.Unset && !slow {
			continue // on a busy machine, any step may take a millisecond
		}
		if span.Parent.IsValid() {
			line = "- " + line
		}
		set := attribute.NewSet(span.Attributes...)
		for _, key := range keys {
			if v, ok := set.Value(key); ok {
				line += fmt.Sprintf(" %s=%s", key[strings.LastIndex(string(key), ".")+1:], v.String())
			}
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func (s *signals) names(t testing.TB) []string {
	t.Helper()
	var all metricdata.ResourceMetrics
	testkit.NoError(t, s.metrics.Collect(t.Context(), &all))
	var names []string
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			names = append(names, m.Name)
		}
	}
	slices.Sort(names)
	return names
}

// TestSpanTree checks the spans of a call that needs two attempts.
func TestSpanTree(t *testing.T) {
	t.Parallel()
	got := &signals{}
	s := newStand(t, clienttest.Config{}, observed(got))
	s.azure.Script(clienttest.Model, clienttest.Reply{Status: 503, Body: `{"error":{}}`, Header: http.Header{"Retry-After-Ms": {"20"}}})
	_, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, got.tree(false, "error.type", "sallyport.attempt", "http.request.resend_count", "sallyport.attempts", "sallyport.cost.currency"),
		"chat gpt-4o attempts=2 currency=CHF\n- sallyport.attempt type=503 attempt=1\n- sallyport.attempt attempt=2 resend_count=1")
	for _, span := range got.spans.GetSpans() {
		set := attribute.NewSet(span.Attributes...)
		if wait, ok := set.Value("sallyport.wait_ms"); ok {
			testkit.True(t, wait.AsInt64() >= 20, "it waited as long as it was told to")
			return
		}
	}
	t.Error("no attempt says how long it waited")
}

// TestStreamSignals checks what a stream tells: its usage, which nobody asked for, and the
// times of its chunks.
func TestStreamSignals(t *testing.T) {
	t.Parallel()
	got := &signals{}
	s := newStand(t, clienttest.Config{}, observed(got))
	_, answer, err := s.post(t, chat, ask("hello hello hello", streamed))
	testkit.NoError(t, err)
	testkit.True(t, !strings.Contains(answer, `"prompt_tokens"`), "the chunk of the usage is hidden")
	testkit.True(t, s.azure.Journal().Contains("include_usage"), "and was asked for")
	span := got.named(t, "chat gpt-4o")
	set := attribute.NewSet(span.Attributes...)
	for _, key := range []attribute.Key{"gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "gen_ai.response.time_to_first_chunk",
		"gen_ai.response.finish_reasons", "gen_ai.response.model", "gen_ai.request.stream", "sallyport.cost"} {
		testkit.True(t, set.HasValue(key), string(key)+" is told")
	}
	testkit.DeepEqual(t, got.names(t), []string{"gen_ai.client.operation.duration", "gen_ai.client.operation.time_per_output_chunk",
		"gen_ai.client.operation.time_to_first_chunk", "gen_ai.client.token.usage", "sallyport.cost", "sallyport.security.events"})
}

// TestSettings checks that the span says what the request asked for.
func TestSettings(t *testing.T) {
	t.Parallel()
	got := &signals{}
	s := newStand(t, clienttest.Config{}, observed(got), func(cfg *client.Config) { cfg.Telemetry.Convention = telemetry.GenAIMain })
	_, _, err := s.post(t, chat, ask("hello", `,"temperature":0,"seed":7,"service_tier":"flex","reasoning_effort":"low","response_format":{"type":"json_object"}`))
	testkit.NoError(t, err)
	set := attribute.NewSet(got.named(t, "chat gpt-4o").Attributes...)
	for key, want := range map[attribute.Key]string{
		"gen_ai.request.temperature": "0", "gen_ai.request.seed": "7", "openai.request.service_tier": "flex",
		"gen_ai.request.reasoning.level": "low", "gen_ai.output.type": "json",
	} {
		value, _ := set.Value(key)
		testkit.Equal(t, string(key)+"="+value.String(), string(key)+"="+want)
	}
}

// TestRefusalSignals checks that a refusal has the span of its policy, and is counted and
// logged as an event.
func TestRefusalSignals(t *testing.T) {
	t.Parallel()
	got := &signals{}
	slow := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		time.Sleep(5 * time.Millisecond)
		return next(req)
	})
	deny := policy.Func(func(*http.Request, policy.Next) (*http.Response, error) {
		return nil, policy.Refuse("house rule", event.PolicyDenied, nil)
	})
	s := newStand(t, clienttest.Config{}, observed(got), func(cfg *client.Config) { cfg.PerCall = []policy.Policy{slow, deny} })
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.PolicyDenied)
	tree := got.tree(true, "error.type")
	testkit.True(t, strings.HasPrefix(tree, "chat gpt-4o type=policy_denied\n"), tree)
	testkit.True(t, strings.Contains(tree, "\n- sallyport.policy Config.PerCall\n"), "the slow one has a span: "+tree)
	testkit.True(t, strings.HasSuffix(tree, "\n- sallyport.policy Config.PerCall type=policy_denied"), "the one that refuses has one: "+tree)
	testkit.True(t, slices.Contains(got.logs, "sallyport.policy.decision"), "there is an event")
}

// TestNoTraceLeaves checks that the service learns of a trace on demand only.
func TestNoTraceLeaves(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		t.Run(fmt.Sprint(asked), func(t *testing.T) {
			t.Parallel()
			got := &signals{}
			s := newStand(t, clienttest.Config{}, observed(got), func(cfg *client.Config) { cfg.Telemetry.Propagate = asked })
			req := s.request(t.Context(), t, chat, ask("hello"))
			req.Header.Set("Traceparent", "00-11111111111111111111111111111111-1111111111111111-01")
			req.Header.Set("Baggage", "user=max")
			_, _, err := do(s.client.HTTPClient(), req)
			testkit.NoError(t, err)
			header := s.azure.Journal().On(clienttest.Model)[0].Header
			testkit.Equal(t, header.Get("Baggage")+header.Get("Tracestate"), "")
			want := ""
			if asked {
				sc := got.named(t, "sallyport.attempt").SpanContext
				want = "00-" + sc.TraceID().String() + "-" + sc.SpanID().String() + "-01"
			}
			testkit.Equal(t, header.Get("Traceparent"), want)
		})
	}
}

// TestWatchHalts checks that a caller whose calls are refused again and again is halted,
// and nobody else is; and that it is told.
func TestWatchHalts(t *testing.T) {
	t.Parallel()
	got := &signals{}
	s := newStand(t, clienttest.Config{}, observed(got), func(cfg *client.Config) {
		cfg.Watch = watch.Config{Refusals: 3, HaltCaller: []watch.Rule{watch.Refusals}}
	})
	max, eva := policy.Caller{Tenant: "contoso", User: "max"}, policy.Caller{Tenant: "contoso", User: "eva"}
	tokens := `{"model":"gpt-4o","messages":[{"role":"user","content":[1,2,3]}]}`
	for range 3 {
		refused(t, s.postAs(t, max, tokens), event.BodyTokens)
	}
	refused(t, s.postAs(t, max, ask("hello")), event.KillSwitch)
	testkit.NoError(t, s.postAs(t, eva, ask("hello")))
	testkit.Equal(t, len(s.audit.named(event.AnomalyDetected)), 1)
	testkit.True(t, slices.Contains(got.logs, "sallyport.anomaly.detected"), "there is an event")
	switched := s.audit.named(event.KillSwitchChanged)
	testkit.Equal(t, len(switched), 1)
	testkit.True(t, !switched[0].Caller.User.IsZero(), "it says who")
	testkit.NoError(t, s.client.ResumeCaller(max))
	testkit.NoError(t, s.client.ResumeCaller(eva)) // was not halted
	testkit.NoError(t, s.postAs(t, max, ask("hello")))
	testkit.Equal(t, len(s.audit.named(event.KillSwitchChanged)), 2)
}

// TestWatchHaltsAll checks that failed authentications can halt the client.
func TestWatchHaltsAll(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
		cfg.Watch = watch.Config{AuthFailures: 2, HaltAll: []watch.Rule{watch.AuthFailures}}
		cfg.Retry.MaxAttempts = 1
	})
	s.azure.Script(clienttest.Model, clienttest.Reply{Status: 401, Body: `{"error":{}}`, Times: clienttest.Forever})
	for range 2 {
		_, _, _ = s.post(t, chat, ask("hello"))
	}
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.KillSwitch)
	testkit.Equal(t, len(s.audit.named(event.KillSwitchChanged)), 1)
}

// TestHaltCaller checks the switch of one caller, also when the log fails.
func TestHaltCaller(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	max := policy.Caller{User: "max"}
	testkit.NoError(t, s.client.HaltCaller(max, "on leave"))
	refused(t, s.postAs(t, max, ask("hello")), event.KillSwitch)
	testkit.NoError(t, s.postAs(t, policy.Caller{User: "max", App: "other"}, ask("hello"))) // another caller
	s.audit.failing.Store(true)
	refused(t, s.client.ResumeCaller(max), event.NotRecorded)
	s.audit.failing.Store(false)
	refused(t, s.postAs(t, max, ask("hello")), event.KillSwitch)
}

func TestWatchFaults(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	cfg.Watch = watch.Config{Refusals: -1, Next: s.audit}
	err := cfg.Validate()
	for _, field := range []string{"Watch.Refusals", "Watch.Next"} {
		testkit.True(t, err != nil && strings.Contains(err.Error(), field), fmt.Sprint(field, " is named: ", err))
	}
}

// TestEventDetails checks what events of refusals tell besides their code, and the summary
// of what was replaced.
func TestEventDetails(t *testing.T) {
	t.Parallel()
	got := &signals{}
	s := newStand(t, clienttest.Config{}, observed(got), func(cfg *client.Config) { cfg.Limits.Tenant.RequestsPerMinute = ratelimit.PerMinute(1) })
	testkit.NoError(t, s.postAs(t, policy.Caller{}, ask("write to max.muster@example.com", `,"max_tokens":1000`)))
	testkit.True(t, slices.Contains(got.logs, "sallyport.redaction.summary"), "the summary is told")
	refused(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":1000`)), event.LocalRateLimited)
	exceeded := s.audit.named(event.RateExceeded)
	testkit.Equal(t, len(exceeded), 1)
	told := map[string]string{}
	exceeded[0].Describe(func(d event.Detail) { told[d.Key()] = d.Word().String() })
	testkit.Equal(t, told["scope"]+" "+told["unit"]+" "+told["source"]+" "+told["result"], "tenant requests local rejected")
	_, waits := told["wait_ms"]
	testkit.True(t, waits, "it says how long to wait")

	s.azure.Unlink()
	other := s.with(t, s.config())
	_, _, err := other.post(t, chat, ask("hello"))
	refused(t, err, event.PrivateEndpoint)
	violations := s.audit.named(event.PrivateViolation)
	testkit.Equal(t, len(violations), 1)
	violations[0].Describe(func(d event.Detail) { told[d.Key()] = d.Word().String() })
	testkit.True(t, told["check"] != "" && told["ip_class"] != "", "it says which check failed")
}

// TestCircuitEvents checks that a circuit that opens, tries and closes is recorded.
func TestCircuitEvents(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var told []string
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
		cfg.Retry.MaxAttempts = 1
		cfg.Breaker = resilience.BreakerConfig{MinCalls: 2, OpenFor: 50 * time.Millisecond, Changed: func(c resilience.CircuitChange) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, c.From.String()+" "+c.To.String())
		}}
	})
	s.azure.Script(clienttest.Model, clienttest.Reply{Status: 500, Body: `{"error":{}}`, Times: 2})
	for range 2 {
		_, _, err := s.post(t, chat, ask("hello"))
		testkit.NoError(t, err)
	}
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.CircuitOpen)
	time.Sleep(100 * time.Millisecond)
	_, _, err = s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.DeepEqual(t, told, []string{"closed open", "open half_open", "half_open closed"})
	changes := s.audit.named(event.CircuitChanged)
	testkit.Equal(t, len(changes), 3)
	testkit.Equal(t, changes[0].State, event.Open)
	testkit.Equal(t, changes[0].Host.String(), s.azure.Host())
}
