package clienttest_test

import (
	"strings"
	"testing"
)

type event struct{ name, data string }

// parse takes a whole stream apart and knows no more of the format than this fake uses.
func parse(t *testing.T, body []byte) []event {
	t.Helper()
	text, ok := strings.CutSuffix(string(body), "\n\n")
	if !ok {
		t.Fatalf("the stream ends within an event: %q", body[max(0, len(body)-100):])
	}
	var events []event
	for block := range strings.SplitSeq(text, "\n\n") {
		var e event
		for line := range strings.SplitSeq(block, "\n") {
			field, value, _ := strings.Cut(line, ": ")
			switch field {
			case "event":
				e.name = value
			case "data":
				e.data += value
			default:
				t.Fatalf("unknown line %q", line)
			}
		}
		events = append(events, e)
	}
	return events
}
