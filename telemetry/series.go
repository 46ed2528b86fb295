package telemetry

import (
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A startKey names what the start of a span depends on.
type startKey struct {
	operation  event.Operation
	deployment event.Token
	stream     bool
}

// A start is the name of a span and the options that samplers may look at.
type start struct {
	name    string
	options []trace.SpanStartOption
}

func (t *Telemetry) start(k startKey) *start {
	if s := t.starts.find(k); s != nil {
		return s
	}
	name := t.convention.operationName(k.operation)
	a := make(attributes, 0, 10)
	a.text(keyOperation, name)
	a.token(keyProvider, t.provider)
	a.token(keyRequestModel, k.deployment)
	a.text(keyAPIType, apiType(k.operation))
	a.text(keyNamespace, namespace)
	if k.stream {
		a = append(a, keyRequestStream.Bool(true))
	}
	a.text(keyOutput, outputType(k.operation).checked())
	a.server(t)
	if !k.deployment.IsZero() {
		name += " " + k.deployment.String()
	}
	return t.starts.put(k, &start{name, []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(a...)}})
}

// A seriesKey names the attributes of a measurement.
type seriesKey struct {
	operation  event.Operation
	deployment event.Token
	model      event.Token
	tier       event.Token
	err        string
	currency   string
}

// A series holds the options of a measurement: with error.type for the duration, with
// gen_ai.token.type for tokens, with neither for chunks, and for the sums of genai-main
// with gen_ai.token.modality.
type series struct {
	duration, plain, input, output []metric.RecordOption
	counted, uncounted             []metric.AddOption
}

// seriesOf returns the options of k. The fingerprint of the answering system, which the
// conventions recommend here too, is told on spans alone: the server chooses it, and each
// new one would make new series.
func (t *Telemetry) seriesOf(k seriesKey) *series {
	if s := t.series.find(k); s != nil {
		return s
	}
	a := make(attributes, 0, 9)
	a.text(keyOperation, t.convention.operationName(k.operation))
	a.token(keyProvider, t.provider)
	a.token(keyRequestModel, k.deployment)
	a.token(keyResponseModel, k.model)
	a.token(keyResponseTier, k.tier)
	a.server(t)
	s := &series{duration: []metric.RecordOption{a.set()}}
	s.plain = s.duration
	if k.err != "" {
		s.duration = []metric.RecordOption{a.set(keyError.String(k.err))}
	}
	if t.convention == GenAIMain {
		s.counted = []metric.AddOption{a.set(modality(k.operation, true))}
		s.uncounted = []metric.AddOption{a.set(modality(k.operation, false))}
	} else {
		s.input = []metric.RecordOption{a.set(keyTokenType.String("input"))}
		s.output = []metric.RecordOption{a.set(keyTokenType.String("output"))}
	}
	return t.series.put(k, s)
}
