package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/audit"
)

// showTelemetry prints what was told about the calls, in which no text can be.
func (s *stand) showTelemetry(ctx context.Context, screen *screen) error {
	screen.title("4. What was told about the two calls")
	screen.line("%s", screen.paint(faint, "Spans:"))
	spans := s.spans.GetSpans()
	for _, span := range spans {
		if !span.Parent.IsValid() {
			showSpan(screen, spans, span, 0)
		}
	}
	screen.line("")
	screen.line("%s", screen.paint(faint, "Metrics:"))
	if err := s.showMetrics(ctx, screen); err != nil {
		return err
	}
	screen.line("")
	screen.line("%s", screen.paint(faint, "Audit records, each chained to the one before:"))
	screen.text(s.records.String())
	report, err := audit.Verify(bytes.NewReader(s.records.Bytes()), audit.VerifyConfig{Key: s.auditKey})
	if err != nil {
		return err
	}
	screen.line("")
	screen.line("%s", screen.paint(green, fmt.Sprintf("%d records verified.", report.Records)))
	return nil
}

// showSpan prints a span and, indented, those below it.
func showSpan(screen *screen, all tracetest.SpanStubs, span tracetest.SpanStub, depth int) {
	name := strings.Repeat("  ", depth) + span.Name
	screen.line("%-34s %8s  %s", name, span.EndTime.Sub(span.StartTime).Round(10*time.Microsecond), screen.paint(faint, few(span.Attributes)))
	for _, child := range all {
		if parentOf(child) == span.SpanContext.SpanID() {
			showSpan(screen, all, child, depth+1)
		}
	}
}

func parentOf(span tracetest.SpanStub) trace.SpanID { return span.Parent.SpanID() }

// few are the attributes that a person looks for first.
func few(attributes []attribute.KeyValue) string {
	var texts []string
	for _, a := range attributes {
		switch key := string(a.Key); key {
		case "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens", "error.type", "http.response.status_code",
			"gen_ai.response.time_to_first_chunk", "sallyport.redactions", "sallyport.restored":
			texts = append(texts, key[strings.LastIndex(key, ".")+1:]+"="+a.Value.Emit())
		}
	}
	return strings.Join(texts, " ")
}

func (s *stand) showMetrics(ctx context.Context, screen *screen) error {
	var data metricdata.ResourceMetrics
	if err := s.metrics.Collect(ctx, &data); err != nil {
		return err
	}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch points := m.Data.(type) {
			case metricdata.Histogram[float64]:
				for _, p := range points.DataPoints {
					screen.line("%-44s count=%d sum=%.4f %s", m.Name, p.Count, p.Sum, m.Unit)
				}
			case metricdata.Histogram[int64]:
				for _, p := range points.DataPoints {
					kind, _ := p.Attributes.Value("gen_ai.token.type")
					screen.line("%-44s count=%d sum=%d %s %s", m.Name, p.Count, p.Sum, m.Unit, kind.Emit())
				}
			case metricdata.Sum[int64]:
				for _, p := range points.DataPoints {
					screen.line("%-44s %d %s", m.Name, p.Value, p.Attributes.Encoded(attribute.DefaultEncoder()))
				}
			}
		}
	}
	return nil
}
