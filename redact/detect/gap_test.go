package detect_test

import (
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
)

// A wide gap behind a number is no part of it: what follows, in the next column or sentence,
// hides nothing.
func TestGapBehindANumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]detect.Kind{
		"4111 1111 1111 1111  203":           detect.CreditCard,
		"4111 1111 1111 1111  203.0.113.77":  detect.CreditCard,
		"4111-1111-1111-1111   12345 apples": detect.CreditCard,
		"536-22-1234  42":                    detect.USSSN,
		"536-22-1234   2026":                 detect.USSSN,
	} {
		found := detect.Find(nil, text, detect.All())
		testkit.True(t, len(found) > 0 && found[0].Start == 0 && found[0].Kind == want, text)
	}
}
