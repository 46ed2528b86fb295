package unsafeallow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Each function waives what its name says, keeps reason and end, and holds until then.
func TestWaivers(t *testing.T) {
	t.Parallel()
	until := time.Now().Add(time.Hour)
	for kind, waive := range map[string]func(string, time.Time) client.Waiver{
		"public_endpoint":    unsafeallow.PublicEndpoint,
		"loopback":           unsafeallow.Loopback,
		"static_api_key":     unsafeallow.StaticAPIKey,
		"unredacted_prompts": unsafeallow.UnredactedPrompts,
		"unknown_routes":     unsafeallow.UnknownRoutes,
		"uninspected_media":  unsafeallow.UninspectedMedia,
		"unlimited_callers":  unsafeallow.UnlimitedCallers,
		"unrecorded_calls":   unsafeallow.UnrecordedCalls,
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := waive("a reason", until)
			testkit.Equal(t, w.Kind().String(), kind)
			testkit.Equal(t, w.Reason(), "a reason")
			testkit.Equal(t, w.Until(), until)
			testkit.True(t, w.Active(until.Add(-1)), "before its end")
			testkit.True(t, !w.Active(until), "not at its end")
			testkit.True(t, !waive("", until).Active(until.Add(-1)), "without a reason it waives nothing")
		})
	}
}

// A waiver says what is given up, why, and until when.
func ExampleUninspectedMedia() {
	quarter := time.Date(2026, time.December, 31, 0, 0, 0, 0, time.UTC)
	w := unsafeallow.UninspectedMedia("screenshots of the ticket system, see risk 214", quarter)
	fmt.Println(w.Kind(), w.Until().Format(time.DateOnly))
	// Output: uninspected_media 2026-12-31
}
