package detect_test

import (
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// What stands after a number, on its line or the next, is no part of it.
func TestWordAfterIdentifier(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"756.1234.5678.97", "756 9217 0769 85", "756.9217.0769.85"} {
		for _, after := range []string{"", ".", ". Server", ".\nServer", "\nServer", "\nA1", " und", ", Ort", "\n\nServer", "\r\nServer", " (neu)", "\n12 items"} {
			spans := detect.Find(nil, "AHV-Nr. "+value+after, detect.Of(detect.CHAHV, detect.PhoneNumber))
			testkit.True(t, len(spans) == 1 && spans[0].Kind == detect.CHAHV && spans[0].End == len("AHV-Nr. ")+len(value), value+after)
		}
	}
}

// Nor is a dash or a colon with a space after it.
func TestMarkAfterValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"536-22-1234", "2001:db8::8a2e:370:7334", "4111 1111 1111 1111", "+41 44 668 18 00"} {
		for _, after := range []string{" - ok", ": ok", ":", " -", "; ok"} {
			spans := detect.Find(nil, value+after, detect.All())
			testkit.True(t, len(spans) == 1 && spans[0].End == len(value), value+after)
		}
	}
}
