package event_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// TestOperatorText checks that an event can be printed, logged and marshalled without
// telling what the operator wrote.
func TestOperatorText(t *testing.T) {
	t.Parallel()
	set := testkit.Canaries()
	reason := event.NewOperatorText(set.Text("reason"))
	e := event.Event{Waiver: event.Waiver{Kind: event.NewToken("loopback"), Reason: reason}}
	told := map[string][]byte{"String": []byte(reason.String()), "GoString": []byte(reason.GoString())}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		told[verb] = fmt.Appendf(nil, verb+verb, e, reason)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("event", "event", e, "reason", reason)
	told["slog"] = log.Bytes()
	marshalled, err := json.Marshal(e)
	testkit.NoError(t, err)
	told["json"] = marshalled
	for name, text := range told {
		testkit.Equal(t, strings.Join(set.Find(text), ", "), "")
		testkit.True(t, bytes.Contains(text, []byte("REDACTED")), name+" says that something is there")
	}
	testkit.Equal(t, reason.Audit(), set.Text("reason"))
	testkit.Equal(t, len(event.NewOperatorText(strings.Repeat("x", 600)).Audit()), 512)
}
