package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// TestCanaries plants a canary in every string that can reach these packages, then reads
// every byte that leaves them: spans, metrics with their exemplars, audit records, log
// lines, errors. A canary has the shape of a Token, so it is the closed lists that stop it
// and not the alphabet.
func TestCanaries(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]string{"shaped like a token": "", "shaped like text": " @ \n\""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := testkit.Canaries()
			plant := func(kind string) string { return set.Text(kind) + spoil }
			h := newHouse(t)
			var file, lines bytes.Buffer
			log, err := audit.Chained(&file, audit.Config{})
			testkit.NoError(t, err)
			pseudonyms, err := event.NewPseudonymizer(nil)
			testkit.NoError(t, err)

			e := event.Event{
				Name: event.Name(plant("name")), Code: event.Code(plant("code")), Outcome: event.Failure,
				CallID: event.NewToken(plant("call"), "01JD"), Caller: pseudonyms.Caller(plant("tenant"), plant("user"), plant("app")),
				Host: event.NewHost(plant("host") + "?q"), Operation: event.OperationOf(plant("operation")),
				Deployment: event.NewToken(plant("deployment"), "gpt-4o"), Policy: event.NewToken(plant("policy"), "gate"),
				Model: event.NewModel(plant("model"), "gpt-4o"), Finish: []event.Finish{event.FinishOf(plant("finish")), event.Finish(plant("raw"))},
				ResponseID: event.NewResponseID(plant("response")), Region: event.NewRegion(plant("region")),
				RequestID: event.NewRequestID(plant("request")), Counts: []event.Count{{Kind: event.NewToken(plant("kind"), "SECRET"), N: 1}}, Found: []event.Count{{Kind: event.NewToken(plant("found"), "SECRET"), N: 1}},
				Waiver: event.Waiver{Kind: event.NewToken("loopback"), Reason: event.NewOperatorText("demo")},
				Details: []event.Detail{event.Word(event.KeyStage, plant("word")), event.Word(event.Key(plant("key")), plant("keyed")),
					event.Named(event.KeyScope, event.NewToken(plant("named"))), event.Number(event.KeyStage, 1)},
			}
			raw := e
			raw.Operation = event.Operation(plant("raw operation"))
			sinks := event.Sinks(h, log, event.NewLog(slog.New(slog.NewJSONHandler(&lines, nil))), loud{plant("sink")})
			var told []byte
			for _, e := range []event.Event{e, raw} {
				ctx, span := h.StartCall(t.Context(), telemetry.Call{Operation: e.Operation, Deployment: e.Deployment, ID: e.CallID, Caller: e.Caller, Stream: true,
					Settings: &telemetry.Settings{Output: telemetry.Output(plant("output")), Encoding: event.NewEncoding(plant("encoding")), ServiceTier: event.NewTier(plant("asked")),
						Effort: event.NewEffort(plant("effort")), Previous: event.NewResponseID(plant("previous"))}})
				e.Trace = span.Trace()
				_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1, Host: e.Host})
				attempt.End(telemetry.AttemptResult{Code: e.Code, Network: event.Network{AddressClass: event.NewToken(plant("class"), "private"), PinUse: event.NewToken(plant("pin"), "primary")}, RequestID: e.RequestID})
				h.Policy(ctx, telemetry.Decision{Policy: e.Policy, Code: e.Code})
				span.Answered(e.Model)
				span.Chunk(time.Now())
				span.Chunk(time.Now())
				span.End(telemetry.Result{ServiceTier: event.NewTier(plant("tier")), Fingerprint: event.NewFingerprint(plant("fingerprint")), Code: e.Code, Model: e.Model, ResponseID: e.ResponseID, Finish: e.Finish, Counts: e.Counts, Found: e.Found,
					Tokens: event.Tokens{Known: true}, Region: e.Region, RequestID: e.RequestID})
				err := sinks.Record(ctx, e)
				testkit.ErrorIs(t, err, event.ErrSinkPanicked)
				told = fmt.Append(told, err)
			}
			testkit.NoError(t, log.Close())

			told = append(append(told, file.Bytes()...), lines.Bytes()...)
			_, err = telemetry.New(telemetry.Config{Server: plant("server") + "?", Provider: plant("provider") + "?",
				Prices: map[string]telemetry.Price{plant("priced") + "?": {}, "gpt-4o": {Currency: plant("currency")}}})
			told = fmt.Appendf(told, "%v %+v %#v", err, err, err)
			told = append(told, exported(t, h)...)
			testkit.Equal(t, strings.Join(set.Find(told), ", "), "")
			testkit.True(t, bytes.Count(told, []byte(event.OtherToken)) > 20, "what was stopped is seen to have been there")

			// The test can find what it looks for.
			leak := telemetry.Call{Operation: event.Chat, Deployment: event.NewToken(set.Text("control"))}
			_, span := h.StartCall(t.Context(), leak)
			span.End(telemetry.Result{})
			testkit.True(t, len(set.Find(exported(t, h))) > 0, "a planted leak is found")
		})
	}
}

// exported is all that was exported, in every form that the SDK has for it.
func exported(t *testing.T, h *house) []byte {
	t.Helper()
	var all metricdata.ResourceMetrics
	testkit.NoError(t, h.metrics.Collect(t.Context(), &all))
	metrics, err := json.Marshal(all)
	testkit.NoError(t, err)
	out := fmt.Appendf(metrics, "%+v", all)
	for _, s := range h.spans.GetSpans() {
		span, err := json.Marshal(s)
		testkit.NoError(t, err)
		out = fmt.Appendf(append(out, span...), "%+v", s)
	}
	for i := range h.logs.records {
		r := &h.logs.records[i]
		out = fmt.Appendf(out, "%+v %s %s %s", *r, r.EventName(), r.Body().String(), attributesOf(attributesIn(r)))
	}
	return append(out, h.print(t)...)
}

// A loud sink panics with what it was told to say.
type loud struct{ text string }

func (l loud) Record(context.Context, event.Event) error { panic(errors.New(l.text)) }
