package event_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestLog(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	sink := event.NewLog(slog.New(slog.NewJSONHandler(&out, nil)))
	e := event.Event{
		Name: event.RequestCompleted, Severity: event.Error, Outcome: event.Failure, Code: event.PIIBlocked,
		Operation: event.Chat, Deployment: event.NewToken("gpt-4o"), Status: 200, Duration: time.Second,
		Tokens: event.Tokens{Known: true, Input: 1}, Counts: []event.Count{{Kind: event.NewToken("IBAN_CODE"), N: 2}}, Found: []event.Count{{Kind: event.NewToken("CREDIT_CARD"), N: 3}}, Withheld: 4, Failures: 5,
		Version: event.NewToken("3f0c"), Age: time.Hour,
	}
	testkit.NoError(t, sink.Record(t.Context(), e))
	var fields map[string]any
	testkit.NoError(t, json.Unmarshal(out.Bytes(), &fields))
	for key, want := range map[string]any{
		"level": "ERROR", "msg": "sallyport.request.completed", "outcome": "failure", "code": "pii_blocked", "deployment": "gpt-4o",
		"status": 200.0, "redacted.IBAN_CODE": 2.0, "input_tokens": 1.0, "output_tokens": 0.0, "duration": 1e9, "version": "3f0c", "age": 3600e9,
	} {
		testkit.Equal(t, fields[key], want)
	}
}

// TestLogTellsNothing checks that a string type made of any string is not believed, and
// that the operator's text stays out.
func TestLogTellsNothing(t *testing.T) {
	t.Parallel()
	set := testkit.Canaries()
	var out bytes.Buffer
	sink := event.NewLog(slog.New(slog.NewTextHandler(&out, nil)))
	testkit.NoError(t, sink.Record(t.Context(), event.Event{
		Name: event.Name(set.Text("name")), Code: event.Code(set.Text("code")), Operation: event.Operation(set.Text("operation")),
		Waiver: event.Waiver{Kind: event.NewToken("loopback"), Reason: event.NewOperatorText(set.Text("reason"))},
	}))
	testkit.Equal(t, strings.Join(set.Find(out.Bytes()), ", "), "")
	testkit.True(t, strings.Contains(out.String(), "code=_OTHER"), "that there was a code is told")
}

func TestLogLevels(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	sink := event.NewLog(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelWarn})))
	testkit.NoError(t, sink.Record(t.Context(), event.Event{Severity: event.Info}))
	testkit.Equal(t, out.Len(), 0)
	testkit.NoError(t, event.NewLog(nil).Record(t.Context(), event.Event{}))
}
