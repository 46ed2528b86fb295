package telemetry

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ErrConfig is what every fault of a [Config] is.
var ErrConfig = errors.New("telemetry: wrong configuration")

// A Config says where spans, metrics and log events go and what they are about.
type Config struct {
	// TracerProvider, MeterProvider and LoggerProvider take spans, metrics and security
	// events. Nil is the provider that the process has set with package otel, then or later;
	// by default that one does nothing.
	TracerProvider trace.TracerProvider
	MeterProvider  metric.MeterProvider
	LoggerProvider log.LoggerProvider
	// Convention is the vocabulary.
	Convention Convention
	// Server is the host of the endpoint, Port its port; 0 is 443.
	Server string
	Port   int
	// Provider is the gen_ai.provider.name; empty is "azure.ai.openai".
	Provider string
	// Propagate lets attempts name their span to the service, by the header traceparent of
	// W3C Trace Context. Nothing else of the caller's trace is ever told: no tracestate, which
	// other systems fill, and no baggage.
	Propagate bool
	// Prices are what the deployments cost, by their names. A deployment without a price
	// has no cost.
	Prices map[string]Price
}

// A Telemetry makes spans and metrics of calls. Use [New]. It starts no goroutine, needs
// no closing, and is safe for concurrent use.
//
// It is an [event.Sink] that counts security events and emits them as log events, and
// never fails.
type Telemetry struct {
	instruments

	tracer     trace.Tracer
	logger     log.Logger
	logNames   map[event.Name]string
	convention Convention
	propagate  bool

	provider event.Token
	server   event.Token
	port     int
	suites   map[uint16]string
	prices   map[event.Token]Price

	starts *cache[startKey, start]
	series *cache[seriesKey, series]
	sums   *cache[countKey, []metric.AddOption]
	costs  *cache[seriesKey, []metric.AddOption]
}

var _ event.Sink = (*Telemetry)(nil)

// New returns a Telemetry. Its errors are [ErrConfig], and what the meter provider says of
// an instrument.
func New(cfg Config) (*Telemetry, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	t := &Telemetry{
		logNames:   map[event.Name]string{},
		convention: cfg.Convention,
		propagate:  cfg.Propagate,
		provider:   event.NewToken(cfg.Provider),
		server:     event.NewHost(cfg.Server),
		port:       cfg.Port,
		suites:     suiteNames(),
		prices:     pricesOf(cfg.Prices),
		starts:     newCache[startKey, start](),
		series:     newCache[seriesKey, series](),
		sums:       newCache[countKey, []metric.AddOption](),
		costs:      newCache[seriesKey, []metric.AddOption](),
	}
	if t.port == 0 {
		t.port = 443
	}
	if cfg.Provider == "" {
		t.provider = event.NewToken("azure.ai.openai")
	}
	for _, name := range event.Names() {
		t.logNames[name] = prefix + string(name)
	}
	return t, t.connect(cfg)
}

// connect takes what is needed from the providers.
func (t *Telemetry) connect(cfg Config) (err error) {
	tracers, meters, loggers := cfg.TracerProvider, cfg.MeterProvider, cfg.LoggerProvider
	if tracers == nil {
		tracers = otel.GetTracerProvider()
	}
	if meters == nil {
		meters = otel.GetMeterProvider()
	}
	if loggers == nil {
		loggers = otel.GetLoggerProvider()
	}
	schema := t.convention.schemaURL()
	t.tracer = tracers.Tracer(scope, trace.WithSchemaURL(schema))
	t.logger = loggers.Logger(scope, log.WithSchemaURL(schema))
	t.instruments, err = newInstruments(t.convention, meters.Meter(scope, metric.WithSchemaURL(schema)))
	return err
}

// validate reports every fault at once.
func (c Config) validate() error {
	var faults []error
	fault := func(field, reason string) {
		faults = append(faults, fmt.Errorf("%w: %s: %s", ErrConfig, field, reason))
	}
	if c.Convention > GenAIMain {
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
	for name, price := range c.Prices {
		if event.NewToken(name).String() == event.OtherToken || name == "" {
			fault("Prices", "a deployment's name is not a name")
			continue
		}
		if reason := price.fault(); reason != "" {
			fault("Prices."+name, reason)
		}
	}
	return errors.Join(faults...)
}

// Record counts e in sallyport.security.events, and emits it as a log event. It returns nil:
// an event that could not be told is no reason to refuse a call. A [event.RequestCompleted]
// is neither counted nor emitted, for spans and metrics have told of the call already.
func (t *Telemetry) Record(ctx context.Context, e event.Event) error {
	if e.Name == event.RequestCompleted {
		return nil
	}
	if t.security.Enabled(ctx) {
		key := countKey{name: string(e.Name.Checked()), outcome: e.Outcome.String()}
		t.security.Add(ctx, 1, t.countOf(key)...)
	}
	t.emit(ctx, &e)
	return nil
}

// countKey names a series of one of the two counters.
type countKey struct {
	name, outcome string
	kind          event.Token
}

func (t *Telemetry) countOf(k countKey) []metric.AddOption {
	if o := t.sums.find(k); o != nil {
		return *o
	}
	a := make(attributes, 0, 2)
	a.text(keyEvent, k.name)
	a.text(keyOutcome, k.outcome)
	a.token(keyKind, k.kind)
	return *t.sums.put(k, &[]metric.AddOption{a.set()})
}
