package telemetry

import (
	"go.opentelemetry.io/otel/attribute"
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
	name := operationName(k.operation)
	a := make(attributes, 0, 10)
	a.text(keyOperation, name)
	a.token(keyProvider, t.provider)
	a.token(keyRequestModel, k.deployment)
	a.text(keyAPIType, apiType(k.operation))
	a.text(keyNamespace, namespace)
	if k.stream {
		a = append(a, keyRequestStream.Bool(true))
	}
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
	err        string
}

// A series holds the options of a measurement: with error.type for the duration, with
// gen_ai.token.type for tokens, with neither for chunks.
type series struct{ duration, plain, input, output []metric.RecordOption }

func (t *Telemetry) seriesOf(k seriesKey) *series {
	if s := t.series.find(k); s != nil {
		return s
	}
	a := make(attributes, 0, 8)
	a.text(keyOperation, operationName(k.operation))
	a.token(keyProvider, t.provider)
	a.token(keyRequestModel, k.deployment)
	a.token(keyResponseModel, k.model)
	a.server(t)
	set := func(more ...attribute.KeyValue) []metric.RecordOption {
		all := append(append([]attribute.KeyValue(nil), a...), more...)
		return []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(all...))}
	}
	s := &series{duration: set(), plain: set(), input: set(keyTokenType.String("input")), output: set(keyTokenType.String("output"))}
	if k.err != "" {
		s.duration = set(keyError.String(k.err))
	}
	return t.series.put(k, s)
}
