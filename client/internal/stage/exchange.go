package stage

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Exchange is what the stages of one call share. The package comment says which stage
// leaves what. Stages write on the way down and, on the way back, from the goroutine that
// reads the body; finish runs once, after both.
type Exchange struct {
	observe *observe
	call    policy.Call
	started time.Time
	span    *telemetry.CallSpan

	route        wire.Route
	opaque       bool // an unknown route under a waiver: neither parsed nor restored
	request      *wire.Request
	session      *redact.Session
	promptTokens int64

	attempts atomic.Int32 // how often the stages below the retry were entered
	sends    atomic.Int32 // how often a request was given to a connection
	proof    edge.Proof
	answer   answerFacts
	whole    bool // the answer was received to its end

	once  sync.Once
	onEnd []func(*answerFacts)
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

// atEnd registers f for the end of the call, last in first out. It is for the way down.
func (x *Exchange) atEnd(f func(*answerFacts)) { x.onEnd = append(x.onEnd, f) }
