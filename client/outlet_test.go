package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An outlet is everything a client tells the world: spans, metrics, log lines.
type outlet struct {
	spans   *tracetest.InMemoryExporter
	metrics *metric.ManualReader
	mu      sync.Mutex
	lines   bytes.Buffer
}

func newOutlet() *outlet {
	return &outlet{spans: tracetest.NewInMemoryExporter(), metrics: metric.NewManualReader()}
}

func (o *outlet) wire(cfg *client.Config) {
	cfg.Telemetry.TracerProvider = trace.NewTracerProvider(trace.WithSyncer(o.spans))
	cfg.Telemetry.MeterProvider = metric.NewMeterProvider(metric.WithReader(o.metrics))
}

// sink is the slog sink, with every level.
func (o *outlet) sink() event.Sink {
	return event.NewLog(slog.New(slog.NewJSONHandler(o, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

func (o *outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.lines.Write(p)
}

// bytes is all that was told.
func (o *outlet) bytes(t testing.TB) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, span := range o.spans.GetSpans() {
		fmt.Fprintf(&all, "%s %+v %+v %+v %+v\n", span.Name, span.Attributes, span.Events, span.Status, span.Links)
	}
	var metrics metricdata.ResourceMetrics
	testkit.NoError(t, o.metrics.Collect(t.Context(), &metrics))
	for _, scope := range metrics.ScopeMetrics {
		data, err := json.Marshal(scope)
		if err != nil {
			fmt.Fprintf(&all, "%+v\n", scope)
			continue
		}
		all.Write(data)
		fmt.Fprintf(&all, "%+v\n", scope)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	all.Write(o.lines.Bytes())
	return all.Bytes()
}
