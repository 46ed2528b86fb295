package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// showTelemetry prints what was told about the calls, in which no text can be.
func (s *stand) showTelemetry(ctx context.Context, screen *screen) error {
	screen.caption("Spans:")
	spans := s.spans.GetSpans()
	for _, span := range spans {
		if !span.Parent.IsValid() {
			showSpan(screen, spans, span, 0)
		}
	}
	screen.caption("Metrics:")
	if err := s.showMetrics(ctx, screen); err != nil {
		return err
	}
	return s.showAudit(screen)
}

// showSpan prints a span and, indented, those below it.
func showSpan(screen *screen, all tracetest.SpanStubs, span tracetest.SpanStub, depth int) {
	name := strings.Repeat("  ", depth) + span.Name
	screen.line("  %-24s %9s  %s", name, short(span.EndTime.Sub(span.StartTime)), screen.paint(faint, few(span.Attributes)))
	for _, child := range all {
		if parentOf(child) == span.SpanContext.SpanID() {
			showSpan(screen, all, child, depth+1)
		}
	}
}

func parentOf(span tracetest.SpanStub) trace.SpanID { return span.Parent.SpanID() }

func short(d time.Duration) string { return d.Round(10 * time.Microsecond).String() }

// few are the attributes that a person looks for first.
func few(attributes []attribute.KeyValue) string {
	var texts []string
	for _, a := range attributes {
		key := string(a.Key)
		name := key[strings.LastIndex(key, ".")+1:]
		switch key {
		case "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "error.type", "http.response.status_code",
			"sallyport.redactions", "sallyport.restored":
			texts = append(texts, name+"="+a.Value.String())
		case "gen_ai.response.time_to_first_chunk":
			texts = append(texts, name+"="+short(time.Duration(a.Value.AsFloat64()*float64(time.Second))))
		}
	}
	return strings.Join(texts, " ")
}

// showMetrics prints a line for each metric, with its series beside each other.
func (s *stand) showMetrics(ctx context.Context, screen *screen) error {
	var data metricdata.ResourceMetrics
	if err := s.metrics.Collect(ctx, &data); err != nil {
		return err
	}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			series := seriesOf(m)
			slices.Sort(series)
			screen.line("  %-45s %s", m.Name, screen.paint(faint, strings.Join(series, ", ")))
		}
	}
	return nil
}

func seriesOf(m metricdata.Metrics) (series []string) {
	switch points := m.Data.(type) {
	case metricdata.Histogram[float64]:
		for _, p := range points.DataPoints {
			mean := time.Duration(p.Sum / float64(max(p.Count, 1)) * float64(time.Second))
			series = append(series, fmt.Sprintf("%s, mean %s", counted(int(p.Count), "value"), mean.Round(time.Microsecond)))
		}
	case metricdata.Histogram[int64]:
		for _, p := range points.DataPoints {
			kind, _ := p.Attributes.Value("gen_ai.token.type")
			series = append(series, fmt.Sprintf("%s %d", kind.String(), p.Sum))
		}
	case metricdata.Sum[int64]:
		for _, p := range points.DataPoints {
			series = append(series, fmt.Sprintf("%s %d", label(p.Attributes), p.Value))
		}
	}
	return series
}

// label is what tells a series from the others of its metric.
func label(set attribute.Set) string {
	for _, key := range []attribute.Key{"kind", "event"} {
		if value, ok := set.Value(key); ok {
			return value.String()
		}
	}
	return set.Encoded(attribute.DefaultEncoder())
}
