package battery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/sallyport-go/sallyport/client/policy"
)

// checkWords is INV-1: it looks for canaries in all that was told.
func checkWords(b *Bench, err error, process []byte) {
	b.Helper()
	for name, words := range map[string][]byte{
		"the error":           errorWords(err),
		"the log or stderr":   process,
		"the audit log":       auditWords(b),
		"the spans":           spanWords(b),
		"the metrics":         metricWords(b),
		"a question to names": queryWords(b),
	} {
		if found := b.Canaries.Find(words); len(found) > 0 {
			b.Errorf("INV-1: %s holds %v", name, found)
		}
	}
	if len(process) > 0 {
		b.Logf("the process said: %s", shorten(string(process)))
	}
}

// errorWords is an error under every verb. That of net/http around it holds the URL, which
// is not ours to change; what is inside of it is.
func errorWords(err error) []byte {
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err
	}
	var words bytes.Buffer
	var refusal *policy.RefusalError
	_ = errors.As(err, &refusal)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&words, verb+"\n", err)
		if refusal != nil {
			fmt.Fprintf(&words, verb+"\n", refusal)
		}
	}
	return words.Bytes()
}

func auditWords(b *Bench) []byte {
	words := bytes.Clone(b.file.Bytes())
	b.events.mu.Lock()
	defer b.events.mu.Unlock()
	for _, e := range b.events.all {
		words = fmt.Appendf(words, "%+v\n", e)
	}
	return words
}

func spanWords(b *Bench) []byte {
	var words []byte
	for _, span := range b.spans.GetSpans() {
		words = fmt.Appendf(words, "%s %+v %+v %+v %+v\n", span.Name, span.Attributes, span.Events, span.Status, span.Links)
	}
	return words
}

func metricWords(b *Bench) []byte {
	var all metricdata.ResourceMetrics
	if err := b.metrics.Collect(context.Background(), &all); err != nil {
		b.Errorf("the metrics cannot be collected: %v", err)
	}
	var words []byte
	for _, scope := range all.ScopeMetrics {
		if data, err := json.Marshal(scope); err == nil {
			words = append(words, data...)
		}
		words = fmt.Appendf(words, "%+v\n", scope)
	}
	return words
}

func queryWords(b *Bench) []byte {
	var words []byte
	for _, q := range b.Azure.Queries() {
		words = append(words, q.Name+"\n"...)
	}
	return words
}
