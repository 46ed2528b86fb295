package telemetry

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ErrConfig is what every fault of a [Config] is.
var ErrConfig = errors.New("telemetry: wrong configuration")

// A Convention is a version of the GenAI vocabulary. Exactly one is emitted.
type Convention uint8

// V141 is the conventions v1.41, the last that were released with gen_ai names (2026-05).
const V141 Convention = 0

// A Config says where spans and metrics go and what they are about.
type Config struct {
	// TracerProvider and MeterProvider take spans and metrics. Nil is the provider that the
	// process has set with package otel, then or later; by default that one does nothing.
	TracerProvider trace.TracerProvider
	MeterProvider  metric.MeterProvider
	// Convention is the vocabulary.
	Convention Convention
	// Server is the host of the endpoint, Port its port; 0 is 443.
	Server string
	Port   int
	// Provider is the gen_ai.provider.name; empty is "azure.ai.openai".
	Provider string
}

// A Telemetry makes spans and metrics of calls. Use [New]. It starts no goroutine, needs
// no closing, and is safe for concurrent use.
//
// It is an [event.Sink] that counts security events, and never fails.
type Telemetry struct {
	tracer     trace.Tracer
	duration   metric.Float64Histogram
	tokens     metric.Int64Histogram
	firstChunk metric.Float64Histogram
	perChunk   metric.Float64Histogram
	security   metric.Int64Counter
	redactions metric.Int64Counter

	provider event.Token
	server   event.Token
	port     int
	suites   map[uint16]string

	starts *cache[startKey, start]
	series *cache[seriesKey, series]
	counts *cache[countKey, []metric.AddOption]
}

var _ event.Sink = (*Telemetry)(nil)

// New returns a Telemetry. Its errors are [ErrConfig], and what the meter provider says of
// an instrument.
func New(cfg Config) (*Telemetry, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	t := &Telemetry{
		provider: event.NewToken(cfg.Provider),
		server:   event.NewHost(cfg.Server),
		port:     cfg.Port,
		suites:   suiteNames(),
		starts:   newCache[startKey, start](),
		series:   newCache[seriesKey, series](),
		counts:   newCache[countKey, []metric.AddOption](),
	}
	if t.port == 0 {
		t.port = 443
	}
	if cfg.Provider == "" {
		t.provider = event.NewToken("azure.ai.openai")
	}
	tracers, meters := cfg.TracerProvider, cfg.MeterProvider
	if tracers == nil {
		tracers = otel.GetTracerProvider()
	}
	if meters == nil {
		meters = otel.GetMeterProvider()
	}
	t.tracer = tracers.Tracer(scope, trace.WithSchemaURL(schemaURL41))
	return t, t.instruments(meters.Meter(scope, metric.WithSchemaURL(schemaURL41)))
}

// validate reports every fault at once.
func (c Config) validate() error {
	var faults []error
	fault := func(field, reason string) {
		faults = append(faults, fmt.Errorf("%w: %s: %s", ErrConfig, field, reason))
	}
	if c.Convention != V141 {
		fault("Convention", "unknown")
	}
	if event.NewHost(c.Server).String() == event.OtherToken {
		fault("Server", "not a host")
	}
	if c.Port < 0 || c.Port > 65535 {
		fault("Port", "not between 0 and 65535")
	}
	if event.NewToken(c.Provider).String() == event.OtherToken {
		fault("Provider", "not a name")
	}
	return errors.Join(faults...)
}

// instruments makes the instruments. An error joins those of all of them.
func (t *Telemetry) instruments(m metric.Meter) error {
	var errs [6]error
	t.duration, errs[0] = m.Float64Histogram(durationName, metric.WithUnit("s"),
		metric.WithDescription("GenAI operation duration."), metric.WithExplicitBucketBoundaries(secondBuckets()...))
	t.tokens, errs[1] = m.Int64Histogram(tokensName, metric.WithUnit("{token}"),
		metric.WithDescription("Number of input and output tokens used."), metric.WithExplicitBucketBoundaries(tokenBuckets()...))
	t.firstChunk, errs[2] = m.Float64Histogram(firstChunkName, metric.WithUnit("s"),
		metric.WithDescription("Time to receive the first chunk."), metric.WithExplicitBucketBoundaries(secondBuckets()...))
	t.perChunk, errs[3] = m.Float64Histogram(perChunkName, metric.WithUnit("s"),
		metric.WithDescription("Time per output chunk after the first."), metric.WithExplicitBucketBoundaries(secondBuckets()...))
	t.security, errs[4] = m.Int64Counter(securityName, metric.WithUnit("{event}"),
		metric.WithDescription("Security events by name and outcome."))
	t.redactions, errs[5] = m.Int64Counter(redactionsName, metric.WithUnit("{value}"),
		metric.WithDescription("Values replaced in prompts, by kind."))
	return errors.Join(errs[:]...)
}

// Record counts e in sallyport.security.events. It returns nil: an event that could not be
// counted is no reason to refuse a call. A [event.RequestCompleted] is not counted, for
// gen_ai.client.operation.duration already does.
func (t *Telemetry) Record(ctx context.Context, e event.Event) error {
	if e.Name == event.RequestCompleted || !t.security.Enabled(ctx) {
		return nil
	}
	key := countKey{name: string(e.Name.Checked()), outcome: e.Outcome.String()}
	t.security.Add(ctx, 1, t.countOf(key)...)
	return nil
}

// redacted counts values that were replaced.
func (t *Telemetry) redacted(ctx context.Context, counts []event.Count) {
	if len(counts) == 0 || !t.redactions.Enabled(ctx) {
		return
	}
	for _, c := range counts {
		t.redactions.Add(ctx, int64(c.N), t.countOf(countKey{kind: c.Kind})...)
	}
}

// countKey names a series of one of the two counters.
type countKey struct {
	name, outcome string
	kind          event.Token
}

func (t *Telemetry) countOf(k countKey) []metric.AddOption {
	if o := t.counts.find(k); o != nil {
		return *o
	}
	a := make(attributes, 0, 2)
	a.text(keyEvent, k.name)
	a.text(keyOutcome, k.outcome)
	a.token(keyKind, k.kind)
	return *t.counts.put(k, &[]metric.AddOption{metric.WithAttributeSet(attribute.NewSet(a...))})
}
