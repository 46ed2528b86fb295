package telemetry_test

import (
	"context"
	"fmt"
	"os"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func ExamplePrice() {
	price := telemetry.Price{Currency: "CHF", Input: 2.20, Cached: 1.10, Output: 8.80} // for a million tokens
	cost := price.Of(event.Tokens{Known: true, Input: 12_000, Cached: 10_000, Output: 500})
	fmt.Printf("%.4f %s\n", cost, price.Currency)
	// Output: 0.0198 CHF
}

func ExampleNew() {
	spans := tracetest.NewInMemoryExporter() // in earnest, an OTLP exporter
	tel, err := telemetry.New(telemetry.Config{
		TracerProvider: sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)),
		Server:         "contoso.openai.azure.com",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	ctx, span := tel.StartCall(context.Background(), telemetry.Call{Operation: event.Chat, Deployment: event.NewToken("gpt-4o")})
	_, attempt := span.StartAttempt(ctx, telemetry.Attempt{Number: 1})
	attempt.End(telemetry.AttemptResult{Status: 200})
	span.End(telemetry.Result{Status: 200})

	for _, s := range spans.GetSpans() {
		fmt.Println(s.SpanKind, s.Name)
	}
	// Output:
	// internal sallyport.attempt
	// client chat gpt-4o
}
