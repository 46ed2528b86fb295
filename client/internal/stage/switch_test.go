package stage_test

import (
	"sync"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestSwitch(t *testing.T) {
	t.Parallel()
	var s stage.Switch
	testkit.Equal(t, s.Code(), event.Code(""))
	for _, step := range []struct {
		set     event.Code
		changes bool
		code    event.Code
	}{
		{"", false, ""},
		{event.KillSwitch, true, event.KillSwitch},
		{event.KillSwitch, false, event.KillSwitch},
		{"", true, ""},
		{event.Closed, true, event.Closed},
		{"", false, event.Closed},
		{event.KillSwitch, false, event.Closed},
	} {
		testkit.Equal(t, s.Set(step.set), step.changes)
		testkit.Equal(t, s.Code(), step.code)
	}
}

// However many race, a closed switch stays closed.
func TestSwitchRace(t *testing.T) {
	t.Parallel()
	var s stage.Switch
	var all sync.WaitGroup
	for _, code := range []event.Code{event.KillSwitch, "", event.Closed, event.KillSwitch, ""} {
		all.Go(func() {
			for range 100 {
				s.Set(code)
			}
		})
	}
	all.Wait()
	testkit.Equal(t, s.Code(), event.Closed)
}

// No header that the client decides on can be put on the list of those that may pass.
func TestForbidden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Authorization", "Api-Key", "Ocp-Apim-Subscription-Key", "Cookie", "Proxy-Authorization", "Host", "Content-Length",
		"Transfer-Encoding", "Upgrade", "Expect", "Te", "Trailer", "Content-Encoding", "X-Ms-Spillover-Deployment", "X-Stainless-Os", "User-Agent",
		"Accept", "Content-Type", "Traceparent", "Connection", "Keep-Alive"} {
		testkit.True(t, stage.Forbidden(name), name)
	}
	for _, name := range []string{"X-Tag", "Ms-Azureml-Model-Session"} {
		testkit.True(t, !stage.Forbidden(name), name)
	}
}
