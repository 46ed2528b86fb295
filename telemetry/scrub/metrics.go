package scrub

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// Metrics returns an exporter that gives next what may leave. A point with an attribute
// that may not leave is dropped as a whole: without the attribute it would stand for the
// same series as others. A View that takes the attribute away keeps the point.
func (s *Scrubber) Metrics(next sdkmetric.Exporter) sdkmetric.Exporter { return &metrics{next, s} }

type metrics struct {
	sdkmetric.Exporter

	s *Scrubber
}

func (e *metrics) Export(ctx context.Context, rm *metricdata.ResourceMetrics) error {
	clean := &metricdata.ResourceMetrics{Resource: e.s.Resource(rm.Resource), ScopeMetrics: make([]metricdata.ScopeMetrics, len(rm.ScopeMetrics))}
	for i, scope := range rm.ScopeMetrics {
		out := metricdata.ScopeMetrics{Scope: e.s.scope(ctx, "metric", scope.Scope)}
		for _, m := range scope.Metrics {
			m.Data = e.s.data(ctx, m.Data)
			if m.Data != nil {
				out.Metrics = append(out.Metrics, m)
			}
		}
		clean.ScopeMetrics[i] = out
	}
	return e.Exporter.Export(ctx, clean)
}

// data is the data as they may leave; nil for a kind that is not known.
func (s *Scrubber) data(ctx context.Context, data metricdata.Aggregation) metricdata.Aggregation {
	switch d := data.(type) {
	case metricdata.Gauge[int64]:
		d.DataPoints = numbers(ctx, s, d.DataPoints)
		return d
	case metricdata.Gauge[float64]:
		d.DataPoints = numbers(ctx, s, d.DataPoints)
		return d
	case metricdata.Sum[int64]:
		d.DataPoints = numbers(ctx, s, d.DataPoints)
		return d
	case metricdata.Sum[float64]:
		d.DataPoints = numbers(ctx, s, d.DataPoints)
		return d
	case metricdata.Histogram[int64]:
		d.DataPoints = histograms(ctx, s, d.DataPoints)
		return d
	case metricdata.Histogram[float64]:
		d.DataPoints = histograms(ctx, s, d.DataPoints)
		return d
	case metricdata.ExponentialHistogram[int64]:
		d.DataPoints = exponentials(ctx, s, d.DataPoints)
		return d
	case metricdata.ExponentialHistogram[float64]:
		d.DataPoints = exponentials(ctx, s, d.DataPoints)
		return d
	case metricdata.Summary:
		d.DataPoints = points(ctx, s, d.DataPoints, func(p *metricdata.SummaryDataPoint) attribute.Set { return p.Attributes })
		return d
	default:
		s.drop(ctx, "metric", Points, 1)
		return nil
	}
}

// points are those whose attributes may leave, in a slice of its own.
func points[P any](ctx context.Context, s *Scrubber, all []P, set func(*P) attribute.Set) []P {
	kept := make([]P, 0, len(all))
	for i := range all {
		if s.keepsSet(set(&all[i])) {
			kept = append(kept, all[i])
		}
	}
	s.drop(ctx, "metric", Points, len(all)-len(kept))
	return kept
}

func (s *Scrubber) keepsSet(set attribute.Set) bool {
	for i := set.Iter(); i.Next(); {
		if !s.keeps(i.Attribute()) {
			return false
		}
	}
	return true
}

func numbers[N int64 | float64](ctx context.Context, s *Scrubber, all []metricdata.DataPoint[N]) []metricdata.DataPoint[N] {
	kept := points(ctx, s, all, func(p *metricdata.DataPoint[N]) attribute.Set { return p.Attributes })
	for i := range kept {
		kept[i].Exemplars = exemplars(ctx, s, kept[i].Exemplars)
	}
	return kept
}

func histograms[N int64 | float64](ctx context.Context, s *Scrubber, all []metricdata.HistogramDataPoint[N]) []metricdata.HistogramDataPoint[N] {
	kept := points(ctx, s, all, func(p *metricdata.HistogramDataPoint[N]) attribute.Set { return p.Attributes })
	for i := range kept {
		kept[i].Exemplars = exemplars(ctx, s, kept[i].Exemplars)
	}
	return kept
}

func exponentials[N int64 | float64](ctx context.Context, s *Scrubber, all []metricdata.ExponentialHistogramDataPoint[N]) []metricdata.ExponentialHistogramDataPoint[N] {
	kept := points(ctx, s, all, func(p *metricdata.ExponentialHistogramDataPoint[N]) attribute.Set { return p.Attributes })
	for i := range kept {
		kept[i].Exemplars = exemplars(ctx, s, kept[i].Exemplars)
	}
	return kept
}

// exemplars are all of them, without the attributes that a View has taken away.
func exemplars[N int64 | float64](ctx context.Context, s *Scrubber, all []metricdata.Exemplar[N]) []metricdata.Exemplar[N] {
	clean := make([]metricdata.Exemplar[N], len(all))
	for i, e := range all {
		s.drop(ctx, "metric", Exemplars, len(e.FilteredAttributes))
		e.FilteredAttributes = nil
		clean[i] = e
	}
	return clean
}
