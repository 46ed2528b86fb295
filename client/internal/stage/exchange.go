package stage

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Exchange is what the stages of one call share. The package comment says which stage
// leaves what. Stages write on the way down and, on the way back, from the goroutine that
// reads the body; finish runs once, after both. The body that the application gets lets
// one of Read and the end of Close work at a time, so nothing here needs a lock.
type Exchange struct {
	observe *observe
	call    policy.Call
	caller  event.Caller // in pseudonyms
	started time.Time
	span    *telemetry.CallSpan
	asked   telemetry.Settings // for the span

	method       string
	route        wire.Route
	opaque       bool // an unknown route under a waiver: neither parsed nor restored
	request      *wire.Request
	session      *redact.Session
	search       bool  // prompt and answer are searched
	promptTokens int64 // estimated from a body of promptBytes
	promptBytes  int

	attempts atomic.Int32 // how often the stages below the retry were entered
	sends    atomic.Int32 // how often a request was given to a connection
	tried    time.Time    // when the latest attempt ended
	proof    edge.Proof
	last     *http.Response // of the latest attempt, so that no failure above can lose it
	answer   answerFacts
	whole    bool // the answer was received to its end

	lease ratelimit.Lease // of the caller's quota, settled at the end; nil without one
	// counted takes what the service counted the prompt as; nil without a deployment
	counted func(tokens int64)

	counts []redact.Count // what was replaced in the prompt
	failed int            // how often what is remembered elsewhere could not be forgotten

	body observedBody // what the application reads
	once sync.Once
}

// answerFacts is what the audit record and the limiter need of an answer.
type answerFacts struct {
	status    int
	code      event.Code // of an error that the service reported
	model     string
	id        string
	region    string
	requestID string
	finish    []string
	usage     wire.Usage
	outBytes  int

	tier, fingerprint string
}

type exchangeKey struct{}

// with returns req with the Exchange and the public view of the call in its context.
func (x *Exchange) with(req *http.Request) *http.Request {
	return req.WithContext(policy.WithCall(context.WithValue(req.Context(), exchangeKey{}, x), &x.call))
}

// exchangeOf returns the Exchange of a request of the pipeline. Outside of it, which only a
// faulty assembly can bring about, the nil ends in a refusal: [policy.Chain] recovers.
func exchangeOf(req *http.Request) *Exchange {
	x, _ := req.Context().Value(exchangeKey{}).(*Exchange)
	return x
}

// settle ends the lease with what the call has cost. Stores of the application may panic;
// the caller of Read or Close must not pay for that. A lease that is not settled stays
// charged.
func (x *Exchange) settle() {
	if x.counted != nil && x.answer.usage.Known {
		x.counted(int64(x.answer.usage.Input))
	}
	if x.lease == nil {
		return
	}
	defer func() { _ = recover() }()
	if !x.route.Operation.Infers() && !x.opaque {
		x.lease.Settle(0)
		return
	}
	x.lease.Settle(cost(&x.answer, x.promptTokens))
}

// violations are the codes of an answer that broke a rule.
var violations = []event.Code{event.ResponseType, event.ResponseInvalid, event.ResponseTooLarge, event.UnpackedTooLarge,
	event.LineTooLarge, event.EventTooLarge, event.StreamInvalid, event.StreamAborted}

// sever closes the connection of an answer that broke a rule, so that it serves no other
// call: HTTP/2 would go on using it.
func (x *Exchange) sever(err error) {
	var refusal *policy.RefusalError
	if !errors.As(err, &refusal) {
		return
	}
	if slices.Contains(violations, refusal.Code) {
		x.proof.Cut(refusal)
	}
}

// drop closes the latest answer of the service, for a call that failed above it: in a
// policy that panicked, or forgot what it held. Closing twice does no harm.
func (x *Exchange) drop() {
	if x.last != nil {
		_ = x.last.Body.Close() // the call has failed already
	}
}
