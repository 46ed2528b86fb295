package resilience

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A BreakerConfig says when [Breaker] rests an endpoint. The zero value of each field is
// its default; faulty values are reported by Validate, and a Breaker made of them uses the
// defaults.
type BreakerConfig struct {
	// MinCalls is how many calls within 10 s it takes to judge an endpoint. Zero is 20.
	MinCalls int
	// FailureRatio is the part of them that must fail. Zero is 0.5.
	FailureRatio float64
	// OpenFor is how long an endpoint rests, 20 % more or less. Zero is 30 s.
	OpenFor time.Duration
	// Patience is how long a call must have lasted for the end of its caller's deadline to
	// count as the endpoint's failure. Zero is 10 s.
	Patience time.Duration
	// Changed, if not nil, is told of each change of a circuit, by the call that brought it
	// about and before that call goes on. A panic in it is the call's.
	Changed func(CircuitChange)
}

// A CircuitChange is that the circuit of a host went from one state to another: open,
// half_open or closed. Failures is how many calls had failed within 10 s when it opened.
type CircuitChange struct {
	Host     string
	From, To event.State
	Failures int
}

// Validate reports every fault of c: errors.Is(err, [ErrConfig]).
func (c BreakerConfig) Validate() error {
	var faults []error
	if c.MinCalls < 0 {
		faults = append(faults, fmt.Errorf("%w: MinCalls is negative", ErrConfig))
	}
	if !(c.FailureRatio >= 0 && c.FailureRatio <= 1) {
		faults = append(faults, fmt.Errorf("%w: FailureRatio is not between 0 and 1", ErrConfig))
	}
	if c.OpenFor < 0 || c.OpenFor > maxOpen {
		faults = append(faults, fmt.Errorf("%w: OpenFor is not between 0 and %v", ErrConfig, maxOpen))
	}
	if c.Patience < 0 {
		faults = append(faults, fmt.Errorf("%w: Patience is negative", ErrConfig))
	}
	return errors.Join(faults...)
}

const maxOpen = time.Hour

// ErrOpen is the cause of the refusals of [Breaker].
var ErrOpen error = openError{}

type openError struct{}

func (openError) Error() string { return "resilience: circuit open" }
func (openError) Safe()         {}

type breaker struct {
	cfg      BreakerConfig
	began    time.Time
	circuits *endpoints[*circuit]
}

// Breaker returns the policy that rests an endpoint, told apart by host, while it fails.
// Its refusals have the code circuit_open, the cause [ErrOpen], and the rest of the time
// as RetryAfter.
//
// It starts no goroutine, needs no closing, and is safe for concurrent use.
func Breaker(cfg BreakerConfig) policy.Policy {
	if cfg.Validate() != nil {
		cfg = BreakerConfig{}
	}
	if cfg.MinCalls == 0 {
		cfg.MinCalls = 20
	}
	if cfg.FailureRatio == 0 {
		cfg.FailureRatio = 0.5
	}
	if cfg.OpenFor == 0 {
		cfg.OpenFor = 30 * time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 10 * time.Second
	}
	return &breaker{cfg: cfg, began: time.Now(), circuits: newEndpoints(func() *circuit { return &circuit{} })}
}

var _ policy.Policy = (*breaker)(nil)

// Do sends req unless the circuit of its host is open.
func (b *breaker) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	c := b.circuits.of(req.URL.Host)
	started := time.Since(b.began)
	p, wait := c.enter(&b.cfg, started)
	if p.probe {
		b.tell(CircuitChange{req.URL.Host, event.Open, event.HalfOpen, 0})
	}
	if wait > 0 {
		refusal := policy.Refuse("breaker", event.CircuitOpen, ErrOpen)
		refusal.RetryAfter = wait
		return nil, refusal
	}
	result := unknown
	defer func() { // also when next panics
		change := c.leave(&b.cfg, p, result, time.Since(b.began))
		change.Host = req.URL.Host
		b.tell(change)
	}()
	resp, err := next(req)
	result = b.judge(req.Context(), resp, err, time.Since(b.began)-started)
	return resp, err
}

// tell tells of a change, if it is one.
func (b *breaker) tell(c CircuitChange) {
	if b.cfg.Changed != nil && c.From != c.To {
		b.cfg.Changed(c)
	}
}

// An outcome is what an attempt says about its endpoint.
type outcome uint8

const (
	unknown   outcome = iota // nothing: the call did not get that far, or its caller left
	reachable                // it answers, but not to this call: 4xx
	success
	failure
)

func (b *breaker) judge(ctx context.Context, resp *http.Response, err error, lasted time.Duration) outcome {
	var refusal *policy.RefusalError
	switch {
	case err == nil && resp == nil:
		return unknown
	case err == nil && resp.StatusCode >= http.StatusInternalServerError, err == nil && resp.StatusCode == http.StatusRequestTimeout:
		return failure
	case err == nil && resp.StatusCode >= http.StatusBadRequest:
		return reachable
	case err == nil:
		return success
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && lasted >= b.cfg.Patience:
		return failure
	case ctx.Err() != nil:
		return unknown
	case errors.As(err, &refusal) && refusal.Code != event.ConnectFailure && !refusal.Code.IsTimeout():
		return unknown
	}
	return failure
}
