package telemetry

import (
	"fmt"
	"maps"

	"go.opentelemetry.io/otel/metric"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Price is what a deployment costs per million tokens, as price sheets have it. Prices
// are not known to the library: they differ by contract, region and kind of deployment.
type Price struct {
	// Currency is the code of ISO 4217, such as "CHF".
	Currency string
	// Input, Cached and Output are the prices of a million tokens. Cached input tokens cost
	// Cached, the rest of the input costs Input; if Cached is zero, all of it costs Input.
	// Reasoning tokens are output.
	Input, Cached, Output float64
}

// perPrice is how many tokens a price is for.
const perPrice = 1e6

// Of is what the tokens cost. It is exact to about 15 digits: good for seeing where money
// goes, and no invoice. It is zero if nobody counted the tokens.
func (p Price) Of(n event.Tokens) float64 {
	if !n.Known {
		return 0
	}
	input, cached, output := max(n.Input, 0), max(n.Cached, 0), max(n.Output, 0)
	cached = min(cached, input)
	rate := p.Cached
	if rate == 0 {
		rate = p.Input
	}
	return (float64(input-cached)*p.Input + float64(cached)*rate + float64(output)*p.Output) / perPrice
}

// fault says what is wrong with the price, or nothing.
func (p Price) fault() string {
	if len(p.Currency) != 3 {
		return "a currency is three capital letters"
	}
	for _, c := range []byte(p.Currency) {
		if c < 'A' || c > 'Z' {
			return "a currency is three capital letters"
		}
	}
	for _, amount := range []float64{p.Input, p.Cached, p.Output} {
		if !(amount >= 0 && amount <= maxPrice) { // NaN is neither
			return fmt.Sprintf("a price is between 0 and %g", maxPrice)
		}
	}
	return ""
}

// maxPrice bounds a price, so that a slip of units is found: nothing costs a billion per
// million tokens.
const maxPrice = 1e9

// pricesOf copies the table; nil if there is none.
func pricesOf(table map[string]Price) map[event.Token]Price {
	if len(table) == 0 {
		return nil
	}
	prices := make(map[event.Token]Price, len(table))
	for name, p := range maps.All(table) {
		prices[event.NewToken(name)] = p
	}
	return prices
}

// costOf is what a call cost, and in which currency. ok is false if the deployment has no
// price or nobody counted the tokens.
func (s *CallSpan) costOf(r *Result) (cost float64, currency string, ok bool) {
	price, ok := s.t.prices[s.call.Deployment]
	if !ok || !r.Tokens.Known {
		return 0, "", false
	}
	return price.Of(r.Tokens), price.Currency, true
}

func (s *CallSpan) recordCost(r *Result) {
	if cost, currency, ok := s.costOf(r); ok {
		k := seriesKey{operation: s.call.Operation, deployment: s.call.Deployment, currency: currency}
		s.t.cost.Add(s.ctx, cost, s.t.costSeries(k)...)
	}
}

func (t *Telemetry) costSeries(k seriesKey) []metric.AddOption {
	if o := t.costs.find(k); o != nil {
		return *o
	}
	a := make(attributes, 0, 5)
	a.text(keyOperation, t.convention.operationName(k.operation))
	a.token(keyProvider, t.provider)
	a.token(keyRequestModel, k.deployment)
	a.text(keyCurrency, k.currency)
	return *t.costs.put(k, &[]metric.AddOption{a.set()})
}
