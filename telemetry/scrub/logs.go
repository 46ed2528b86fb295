package scrub

import (
	"context"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// Logs returns an exporter that gives next what may leave.
func (s *Scrubber) Logs(next sdklog.Exporter) sdklog.Exporter { return &logs{next, s} }

type logs struct {
	sdklog.Exporter

	s *Scrubber
}

func (e *logs) Export(ctx context.Context, records []sdklog.Record) error {
	clean := make([]sdklog.Record, len(records))
	for i := range records {
		clean[i] = records[i].Clone()
		e.s.record(ctx, &clean[i])
	}
	return e.Exporter.Export(ctx, clean)
}

// LogProcessor returns a processor that gives next a clean copy of each record; other
// processors beside it see the record as it was.
func (s *Scrubber) LogProcessor(next sdklog.Processor) sdklog.Processor {
	return &logProcessor{next, s}
}

type logProcessor struct {
	sdklog.Processor

	s *Scrubber
}

func (p *logProcessor) OnEmit(ctx context.Context, record *sdklog.Record) error {
	clean := record.Clone()
	p.s.record(ctx, &clean)
	return p.Processor.OnEmit(ctx, &clean)
}

// record makes r what may leave.
func (s *Scrubber) record(ctx context.Context, r *sdklog.Record) {
	r.SetEventName(s.name(ctx, "log", r.EventName()))
	r.SetSeverityText(s.name(ctx, "log", r.SeverityText()))
	if r.Body().Type() != attribute.EMPTY && !slices.Contains(s.bodies, r.InstrumentationScope().Name) {
		r.SetBody(attribute.Value{})
		s.drop(ctx, "log", Bodies, 1)
	}
	all := make([]attribute.KeyValue, 0, r.AttributesLen())
	r.WalkAttributes(func(a attribute.KeyValue) bool {
		all = append(all, a)
		return true
	})
	if kept := s.filter(ctx, "log", all); len(kept) < len(all) {
		r.SetAttributes(kept...)
	}
}
