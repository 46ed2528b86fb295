package telemetry

import (
	"math"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// attributes collects what is told about a span. An absent value adds nothing.
type attributes []attribute.KeyValue

// text adds a value that this package made or took from a closed list.
func (a *attributes) text(k attribute.Key, v string) {
	if v != "" {
		*a = append(*a, k.String(v))
	}
}

func (a *attributes) token(k attribute.Key, v event.Token) { a.text(k, v.String()) }

func (a *attributes) pseudonym(k attribute.Key, v event.Pseudonym) { a.text(k, v.String()) }

func (a *attributes) number(k attribute.Key, v int) { *a = append(*a, k.Int(v)) }

func (a *attributes) positive(k attribute.Key, v int) {
	if v > 0 {
		a.number(k, v)
	}
}

// most is from where on a number of a request is not told: no setting is so large, and
// what has eight digits may identify a person.
const most = 10_000_000

// modest adds a number that the request chose.
func (a *attributes) modest(k attribute.Key, v int) {
	if v > 0 && v < most {
		a.number(k, v)
	}
}

func (a *attributes) setting(k attribute.Key, v Setting) {
	if v.Set && math.Abs(v.Value) < most { // NaN is not
		*a = append(*a, k.Float64(v.Value))
	}
}

// set is the attributes as the option of a measurement, with the given ones besides.
func (a attributes) set(more ...attribute.KeyValue) metric.MeasurementOption {
	all := append(append(attributes(nil), a...), more...)
	return metric.WithAttributeSet(attribute.NewSet(all...))
}

// server adds the host and port of the configuration.
func (a *attributes) server(t *Telemetry) {
	if !t.server.IsZero() {
		a.token(keyServer, t.server)
		a.number(keyPort, t.port)
	}
}

// errorType is the error.type of a result, or empty on success: its code, or the HTTP
// status if the code says nothing. A code that is not on the list is _OTHER.
func errorType(c event.Code, status int) string {
	switch {
	case c != "" && c != event.Other && c.Valid():
		return string(c)
	case status >= 400 && status < 600:
		return strconv.Itoa(status)
	case c == "":
		return ""
	default:
		return string(event.Other)
	}
}
