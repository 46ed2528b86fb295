package telemetry_test

import (
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// keptLogs is an exporter that keeps its records.
type keptLogs struct{ records []sdklog.Record }

func (k *keptLogs) provider() log.LoggerProvider {
	return sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewSimpleProcessor(k)))
}

func (k *keptLogs) Export(_ context.Context, records []sdklog.Record) error {
	for i := range records {
		k.records = append(k.records, records[i].Clone())
	}
	return nil
}

func (*keptLogs) Shutdown(context.Context) error   { return nil }
func (*keptLogs) ForceFlush(context.Context) error { return nil }

func attributesIn(r *sdklog.Record) []attribute.KeyValue {
	var all []attribute.KeyValue
	r.WalkAttributes(func(a attribute.KeyValue) bool {
		all = append(all, a)
		return true
	})
	return all
}

// everyEvent has one event of each name, and one for each code, with all that such events
// can have.
func everyEvent(t testing.TB) []event.Event {
	t.Helper()
	c := call(t, false)
	base := event.Event{
		Time: time.Unix(1_800_000_000, 0), CallID: c.ID, Caller: c.Caller, Host: event.NewHost("contoso.openai.azure.com"), Deployment: c.Deployment,
		Policy: event.NewToken("gate"), Status: 403, Network: event.Network{AddressClass: event.NewToken("private"), TLSVersion: 0x0304},
		RequestID: result().RequestID, Config: event.Digest{1}, Waiver: event.Waiver{Kind: event.NewToken("loopback"), Until: time.Unix(1_800_000_000, 0), Reason: event.NewOperatorText("demo")},
		State: event.Open, Lost: 3, Version: event.NewToken("3f0c"), Age: time.Hour, Counts: result().Counts, Restored: 1, Withheld: 2,
	}
	var all []event.Event
	for _, e := range readRegistry(t).Events {
		one := base
		one.Name = event.Name(strings.TrimPrefix(e.Name, "sallyport."))
		for _, outcome := range []event.Outcome{event.Success, event.Failure} {
			one.Outcome, one.Severity = outcome, event.SeverityFor(one.Name, outcome)
			all = append(all, one)
		}
	}
	for _, code := range allCodes(t) {
		one := base
		one.Name, one.Outcome, one.Code = event.NameFor(code), event.Failure, code
		one.Severity = event.SeverityFor(one.Name, one.Outcome)
		all = append(all, one)
	}
	return all
}

// TestEveryEvent holds the log event of each name and of each code against the registry.
func TestEveryEvent(t *testing.T) {
	t.Parallel()
	keys := readRegistry(t)
	details := map[string][]string{}
	logged := map[string]bool{}
	envelope := []string{"audit.", "error.type", "sallyport.call.id", "sallyport.tenant.hash", "sallyport.app.hash", "azure.service.request.id", "sallyport.config.hash"}
	for _, e := range keys.Events {
		details[e.Name], logged[e.Name] = e.Details, e.Log
	}
	for _, e := range everyEvent(t) {
		h := newHouse(t)
		testkit.NoError(t, h.Record(t.Context(), e))
		name := "sallyport." + string(e.Name)
		if !logged[name] {
			testkit.Equal(t, len(h.logs.records), 0)
			continue
		}
		testkit.Equal(t, len(h.logs.records), 1)
		r := &h.logs.records[0]
		testkit.Equal(t, r.EventName(), name)
		testkit.Equal(t, r.SeverityText(), e.Severity.String())
		testkit.True(t, r.Timestamp().Equal(e.Time), "it has the time of the event")
		testkit.Equal(t, r.Body().Type(), attribute.EMPTY)
		for _, a := range attributesIn(r) {
			if fault := keys.fault(a, "event", "v1.41"); fault != "" {
				t.Errorf("%s on %s %s", a.Key, name, fault)
			}
			key := string(a.Key)
			if strings.HasPrefix(key, "sallyport.redaction.count.") {
				key = "sallyport.redaction.count.*"
			}
			known := slices.Contains(details[name], key) || slices.ContainsFunc(envelope, func(p string) bool { return strings.HasPrefix(key, p) })
			testkit.True(t, known, key+" is registered for "+name)
		}
	}
}

// TestEventsOfCall checks that an event that is told after its call is in the call's trace.
func TestEventsOfCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, span := h.StartCall(t.Context(), call(t, false))
	testkit.NoError(t, h.Record(t.Context(), event.Event{Name: event.AuthFailed, Severity: event.Error, Trace: span.Trace()}))
	r := h.logs.records[0]
	testkit.Equal(t, r.TraceID(), span.Trace().TraceID)
	testkit.Equal(t, r.SpanID(), span.Trace().SpanID)
	testkit.Equal(t, r.Severity(), log.SeverityError)
	testkit.True(t, !r.Timestamp().IsZero(), "an event without a time has that of its record")
}

// allCodes are all codes, read from the source.
func allCodes(t testing.TB) []event.Code {
	t.Helper()
	data, err := os.ReadFile("event/code.go")
	testkit.NoError(t, err)
	var all []event.Code
	for _, m := range regexp.MustCompile(`Code = "([^"]+)"`).FindAllSubmatch(data, -1) {
		all = append(all, event.Code(m[1]))
	}
	return all
}
