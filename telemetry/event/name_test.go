package event_test

import (
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for _, text := range constants(t, "name.go", "Name") {
		n := event.Name(text)
		testkit.True(t, n.Valid(), text+" has a severity")
		testkit.Equal(t, n.Checked(), n)
		testkit.Equal(t, event.NewToken(text).String(), text)
		good, bad := event.SeverityFor(n, event.Success), event.SeverityFor(n, event.Failure)
		testkit.True(t, good != event.Unset && good <= bad, text+" is no worse when it goes well")
	}
	testkit.Equal(t, event.Name("canary").Checked(), event.OtherEvent)
	testkit.Equal(t, event.SeverityFor("canary", event.Failure), event.Warn)
}

func TestEnumsPrint(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ got, want string }{
		{event.Unset.String(), "UNSET"}, {event.Info.String(), "INFO"}, {event.Warn.String(), "WARN"},
		{event.Error.String(), "ERROR"}, {event.Severity(99).String(), "ERROR"},
		{event.Unknown.String(), "unknown"}, {event.Success.String(), "success"},
		{event.Failure.String(), "failure"}, {event.Outcome(99).String(), "unknown"},
		{event.NoState.String(), ""}, {event.On.String(), "on"}, {event.Off.String(), "off"}, {event.Open.String(), "open"},
		{event.HalfOpen.String(), "half_open"}, {event.Shut.String(), "closed"}, {event.State(99).String(), ""},
	} {
		testkit.Equal(t, test.got, test.want)
	}
	testkit.Equal(t, event.OutcomeOf(""), event.Success)
	testkit.Equal(t, event.OutcomeOf(event.Canceled), event.Failure)
}
