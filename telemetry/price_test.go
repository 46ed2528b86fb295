package telemetry_test

import (
	"math"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestPrice(t *testing.T) {
	t.Parallel()
	price := telemetry.Price{Currency: "CHF", Input: 2, Cached: .5, Output: 8}
	for name, test := range map[string]struct {
		price telemetry.Price
		n     event.Tokens
		want  float64
	}{
		"input and output":           {price, event.Tokens{Known: true, Input: 1_000_000, Output: 500_000}, 6},
		"cached costs less":          {price, event.Tokens{Known: true, Input: 1_000_000, Cached: 400_000}, 1.4},
		"no price for cached":        {telemetry.Price{Input: 2}, event.Tokens{Known: true, Input: 1_000_000, Cached: 400_000}, 2},
		"more cached than input":     {price, event.Tokens{Known: true, Input: 1_000_000, Cached: 9_000_000}, .5},
		"reasoning is in the output": {price, event.Tokens{Known: true, Output: 1_000_000, Reasoning: 900_000}, 8},
		"nobody counted":             {price, event.Tokens{Input: 1_000_000}, 0},
		"negative":                   {price, event.Tokens{Known: true, Input: -5, Output: -5, Cached: -5}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.True(t, math.Abs(test.price.Of(test.n)-test.want) < 1e-9, "the cost is right")
		})
	}
}

// TestCost checks the case of the guide: two deployments, one priced in Swiss francs.
func TestCost(t *testing.T) {
	t.Parallel()
	h := houseOf(t, telemetry.V141) // gpt-4o: 2.2, 1.1 and 8.8 CHF
	for _, deployment := range []string{"gpt-4o", "gpt-4o", "unpriced"} {
		_, span := h.StartCall(t.Context(), telemetry.Call{Operation: event.Chat, Deployment: event.NewToken(deployment)})
		span.End(telemetry.Result{Tokens: event.Tokens{Known: true, Input: 1000, Output: 100}})
	}
	_, span := h.StartCall(t.Context(), telemetry.Call{Operation: event.Chat, Deployment: event.NewToken("gpt-4o")})
	span.End(telemetry.Result{Code: event.Timeout})

	points := h.collect(t)["sallyport.cost"].Data.(metricdata.Sum[float64]).DataPoints
	testkit.Equal(t, len(points), 1)
	testkit.True(t, math.Abs(points[0].Value-2*(.0022+.00088)) < 1e-12, "the sum of both calls")
	testkit.Equal(t, attributesOf(points[0].Attributes.ToSlice()), strings.Join([]string{
		"gen_ai.operation.name=chat", "gen_ai.provider.name=azure.ai.openai", "gen_ai.request.model=gpt-4o", "sallyport.cost.currency=CHF"}, "\n    "))
	var priced int
	for _, s := range h.spans.GetSpans() {
		set := attribute.NewSet(s.Attributes...)
		if cost, ok := set.Value("sallyport.cost"); ok {
			priced++
			testkit.True(t, math.Abs(cost.AsFloat64()-.00308) < 1e-12, "the span has its own")
			currency, _ := set.Value("sallyport.cost.currency")
			testkit.Equal(t, currency.AsString(), "CHF")
		}
	}
	testkit.Equal(t, priced, 2)
}

func TestPriceFaults(t *testing.T) {
	t.Parallel()
	for name, price := range map[string]telemetry.Price{
		"no currency": {Input: 1}, "small letters": {Currency: "chf"}, "a word": {Currency: "francs"},
		"negative": {Currency: "CHF", Input: -1}, "not a number": {Currency: "CHF", Output: math.NaN()}, "endless": {Currency: "CHF", Cached: math.Inf(1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := telemetry.New(telemetry.Config{Prices: map[string]telemetry.Price{"gpt-4o": price}})
			testkit.ErrorIs(t, err, telemetry.ErrConfig)
			testkit.True(t, strings.Contains(err.Error(), "Prices.gpt-4o"), "the deployment is named")
		})
	}
	_, err := telemetry.New(telemetry.Config{Prices: map[string]telemetry.Price{"a b": {Currency: "CHF"}}})
	testkit.ErrorIs(t, err, telemetry.ErrConfig)
}
