package telemetry

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/metric"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// instruments are the metrics of one vocabulary, and our own.
type instruments struct {
	duration   metric.Float64Histogram // of inference; in v1.41, of every operation
	others     metric.Float64Histogram // of the other operations
	firstChunk metric.Float64Histogram
	perChunk   metric.Float64Histogram

	tokens metric.Int64Histogram // v1.41 alone; nil in genai-main
	counts *usageInstruments     // genai-main alone; nil in v1.41

	security   metric.Int64Counter
	redactions metric.Int64Counter
	cost       metric.Float64Counter
}

// usageInstruments are what genai-main has in the place of gen_ai.client.token.usage.
type usageInstruments struct {
	input, output, cached, reasoning metric.Int64Counter
	inputs, outputs                  metric.Int64Histogram
}

// A workshop makes instruments and keeps the errors.
type workshop struct {
	meter  metric.Meter
	faults []error
}

func (w *workshop) seconds(name, description string) metric.Float64Histogram {
	h, err := w.meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(secondBuckets()...))
	w.faults = append(w.faults, err)
	return h
}

func (w *workshop) tokens(name, description string) metric.Int64Histogram {
	h, err := w.meter.Int64Histogram(name, metric.WithUnit("{token}"), metric.WithDescription(description),
		metric.WithExplicitBucketBoundaries(tokenBuckets()...))
	w.faults = append(w.faults, err)
	return h
}

func (w *workshop) counter(name, unit, description string) metric.Int64Counter {
	c, err := w.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
	w.faults = append(w.faults, err)
	return c
}

// newInstruments makes the instruments of the vocabulary. An error joins those of all.
func newInstruments(c Convention, m metric.Meter) (instruments, error) {
	w := &workshop{meter: m}
	var i instruments
	if c == GenAIMain {
		i.duration = w.seconds("gen_ai.client.inference.duration", "GenAI inference duration.")
		i.others = w.seconds("gen_ai.client.operation.duration", "GenAI operation duration.")
		i.firstChunk = w.seconds("gen_ai.client.inference.time_to_first_chunk", "Time to receive the first chunk.")
		i.perChunk = w.seconds("gen_ai.client.inference.time_per_output_chunk", "Time per output chunk after the first.")
		i.counts = &usageInstruments{
			input:     w.counter("gen_ai.client.inference.usage.input_tokens", "{token}", "Input tokens used."),
			output:    w.counter("gen_ai.client.inference.usage.output_tokens", "{token}", "Output tokens used."),
			cached:    w.counter("gen_ai.client.inference.usage.cache_read.input_tokens", "{token}", "Input tokens read from a cache."),
			reasoning: w.counter("gen_ai.client.inference.usage.reasoning.output_tokens", "{token}", "Output tokens used for reasoning."),
			inputs:    w.tokens("gen_ai.client.inference.operation.input_tokens", "Input tokens per operation."),
			outputs:   w.tokens("gen_ai.client.inference.operation.output_tokens", "Output tokens per operation."),
		}
	} else {
		i.duration = w.seconds("gen_ai.client.operation.duration", "GenAI operation duration.")
		i.others = i.duration
		i.firstChunk = w.seconds("gen_ai.client.operation.time_to_first_chunk", "Time to receive the first chunk.")
		i.perChunk = w.seconds("gen_ai.client.operation.time_per_output_chunk", "Time per output chunk after the first.")
		i.tokens = w.tokens("gen_ai.client.token.usage", "Number of input and output tokens used.")
	}
	i.security = w.counter("sallyport.security.events", "{event}", "Security events by name and outcome.")
	i.redactions = w.counter("sallyport.redactions", "{value}", "Values replaced in prompts, by kind.")
	cost, err := m.Float64Counter("sallyport.cost", metric.WithUnit("{currency}"),
		metric.WithDescription("What calls cost by the price table, by currency."))
	i.cost = cost
	return i, errors.Join(append(w.faults, err)...)
}

// record records the metrics of a call that has ended. After end, nobody else writes to s.
func (s *CallSpan) record(r *Result, failure string) {
	t, ctx := s.t, s.ctx
	t.redacted(ctx, r.Counts)
	inference := isInference(s.call.Operation)
	duration := t.others
	if inference {
		duration = t.duration
	}
	timed := duration.Enabled(ctx)
	chunks := !s.last.IsZero() && t.firstChunk.Enabled(ctx)
	counted := t.counts != nil && inference && t.counts.input.Enabled(ctx) ||
		t.tokens != nil && r.Tokens.Known && t.tokens.Enabled(ctx)
	priced := r.Tokens.Known && t.prices != nil && t.cost.Enabled(ctx)
	if !timed && !chunks && !counted && !priced {
		return
	}
	of := t.seriesOf(s.finalKey(r, failure))
	if timed {
		duration.Record(ctx, time.Since(s.started).Seconds(), of.duration...)
	}
	if chunks {
		t.firstChunk.Record(ctx, s.first.Seconds(), of.plain...)
	}
	if counted {
		s.recordTokens(&r.Tokens, of)
	}
	if priced {
		s.recordCost(r)
	}
}

func (s *CallSpan) finalKey(r *Result, failure string) seriesKey {
	key := s.key()
	key.err, key.tier = failure, r.ServiceTier
	if !r.Model.IsZero() {
		key.model = r.Model
	}
	return key
}

// recordTokens records what the service counted. In v1.41 a call whose tokens nobody
// counted has no point; genai-main wants a point of 0 with an unknown modality.
func (s *CallSpan) recordTokens(n *event.Tokens, of *series) {
	t, ctx := s.t, s.ctx
	if t.tokens != nil {
		t.tokens.Record(ctx, int64(n.Input), of.input...)
		if s.writes() {
			t.tokens.Record(ctx, int64(n.Output), of.output...)
		}
		return
	}
	if !n.Known {
		t.counts.input.Add(ctx, 0, of.uncounted...)
		t.counts.output.Add(ctx, 0, of.uncounted...)
		return
	}
	t.counts.input.Add(ctx, int64(n.Input), of.counted...)
	t.counts.output.Add(ctx, int64(n.Output), of.counted...)
	if n.Cached > 0 {
		t.counts.cached.Add(ctx, int64(n.Cached), of.counted...)
	}
	if n.Reasoning > 0 {
		t.counts.reasoning.Add(ctx, int64(n.Reasoning), of.counted...)
	}
	t.counts.inputs.Record(ctx, int64(n.Input), of.plain...)
	t.counts.outputs.Record(ctx, int64(n.Output), of.plain...)
}

// writes reports whether the model writes tokens. Embeddings have none to count.
func (s *CallSpan) writes() bool { return s.call.Operation != event.Embeddings }

// redacted counts values that were replaced.
func (t *Telemetry) redacted(ctx context.Context, counts []event.Count) {
	if len(counts) == 0 || !t.redactions.Enabled(ctx) {
		return
	}
	for _, c := range counts {
		t.redactions.Add(ctx, int64(c.N), t.countOf(countKey{kind: c.Kind})...)
	}
}

// secondBuckets and tokenBuckets are the boundaries that the conventions advise.
func secondBuckets() []float64 {
	return []float64{.01, .02, .04, .08, .16, .32, .64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92}
}

func tokenBuckets() []float64 {
	return []float64{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864}
}
