package scrub

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Spans returns an exporter that gives next what may leave.
func (s *Scrubber) Spans(next sdktrace.SpanExporter) sdktrace.SpanExporter { return &spans{s, next} }

type spans struct {
	s    *Scrubber
	next sdktrace.SpanExporter
}

func (e *spans) ExportSpans(ctx context.Context, all []sdktrace.ReadOnlySpan) error {
	clean := make([]sdktrace.ReadOnlySpan, len(all))
	var last *resource.Resource
	var lastClean *resource.Resource
	for i, of := range all {
		if r := of.Resource(); r != last || lastClean == nil { // nearly always the same
			last, lastClean = r, e.s.Resource(r)
		}
		clean[i] = e.s.span(ctx, of, lastClean)
	}
	return e.next.ExportSpans(ctx, clean)
}

func (e *spans) Shutdown(ctx context.Context) error { return e.next.Shutdown(ctx) }

// A span is a span as it may leave.
type span struct {
	sdktrace.ReadOnlySpan

	name       string
	context    trace.SpanContext
	parent     trace.SpanContext
	attributes []attribute.KeyValue
	events     []sdktrace.Event
	links      []sdktrace.Link
	status     sdktrace.Status
	scope      instrumentation.Scope
	resource   *resource.Resource
}

func (s *Scrubber) span(ctx context.Context, of sdktrace.ReadOnlySpan, r *resource.Resource) *span {
	clean := &span{
		ReadOnlySpan: of,
		name:         s.name(ctx, "trace", of.Name()),
		context:      s.context(ctx, of.SpanContext()),
		parent:       s.context(ctx, of.Parent()),
		attributes:   s.filter(ctx, "trace", of.Attributes()),
		status:       sdktrace.Status{Code: of.Status().Code},
		scope:        s.scope(ctx, "trace", of.InstrumentationScope()),
		resource:     r,
	}
	if of.Status().Description != "" {
		s.drop(ctx, "trace", Statuses, 1)
	}
	for _, event := range of.Events() {
		event.Name, event.Attributes = s.name(ctx, "trace", event.Name), s.filter(ctx, "trace", event.Attributes)
		clean.events = append(clean.events, event)
	}
	for _, link := range of.Links() {
		link.SpanContext, link.Attributes = s.context(ctx, link.SpanContext), s.filter(ctx, "trace", link.Attributes)
		clean.links = append(clean.links, link)
	}
	return clean
}

func (s *Scrubber) context(ctx context.Context, sc trace.SpanContext) trace.SpanContext {
	if sc.TraceState().Len() == 0 {
		return sc
	}
	s.drop(ctx, "trace", States, 1)
	return sc.WithTraceState(trace.TraceState{})
}

func (s *Scrubber) scope(ctx context.Context, signal string, scope instrumentation.Scope) instrumentation.Scope {
	if scope.Attributes.Len() > 0 {
		scope.Attributes = attribute.NewSet(s.filter(ctx, signal, scope.Attributes.ToSlice())...)
	}
	return scope
}

func (s *span) Name() string                                { return s.name }
func (s *span) SpanContext() trace.SpanContext              { return s.context }
func (s *span) Parent() trace.SpanContext                   { return s.parent }
func (s *span) Attributes() []attribute.KeyValue            { return s.attributes }
func (s *span) Events() []sdktrace.Event                    { return s.events }
func (s *span) Links() []sdktrace.Link                      { return s.links }
func (s *span) Status() sdktrace.Status                     { return s.status }
func (s *span) Resource() *resource.Resource                { return s.resource }
func (s *span) InstrumentationScope() instrumentation.Scope { return s.scope }

// InstrumentationLibrary is the older name of InstrumentationScope, which exporters may
// still ask for.
func (s *span) InstrumentationLibrary() instrumentation.Scope { return s.scope }
