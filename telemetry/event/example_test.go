package event_test

import (
	"context"
	"fmt"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

func ExampleNewToken() {
	fmt.Println(event.NewToken("gpt-4o"))
	fmt.Println(event.NewToken("Dear Max, your account 12 34 ..."))
	fmt.Println(event.NewToken("gpt-4o-test", "gpt-4o", "embed"))
	// Output:
	// gpt-4o
	// _OTHER
	// _OTHER
}

func ExampleNewModel() {
	fmt.Println(event.NewModel("gpt-4.1-mini-2025-04-14"))
	fmt.Println(event.NewModel("max-muster-1970-01-01"))
	// Output:
	// gpt-4.1-mini-2025-04-14
	// _OTHER
}

func ExampleNewPseudonymizer() {
	p, err := event.NewPseudonymizer([]byte("an example key of 32 bytes......"))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Caller("contoso", "max.muster@example.com", "").User)
	// Output: hmac:e6ac569fda51362e33a046adaa8b7241
}

// A printer is a sink of an application.
type printer struct{}

func (printer) Record(_ context.Context, e event.Event) error {
	_, err := fmt.Println(event.SeverityFor(e.Name, e.Outcome), e.Name, e.Outcome, e.Code)
	return err
}

func ExampleSinks() {
	sink := event.Sinks(printer{}, event.Discard{})
	code := event.PrivateEndpoint
	err := sink.Record(context.Background(), event.Event{Name: event.NameFor(code), Outcome: event.OutcomeOf(code), Code: code})
	fmt.Println(err)
	// Output:
	// ERROR private_endpoint.violation failure private_endpoint_violation
	// <nil>
}
