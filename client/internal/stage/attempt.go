package stage

import (
	"errors"
	"net/http"
	"net/netip"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// NewAttempt returns the stage around each sending. It gives an attempt its span and keeps
// the proof of the connection that it used.
//
// The span ends with the header of the answer: what follows is the call's.
func NewAttempt() policy.Policy { return attempt{} }

type attempt struct{}

func (attempt) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := exchangeOf(req)
	ctx, span := x.span.StartAttempt(req.Context(), telemetry.Attempt{Number: int(x.attempts.Add(1)), Wait: x.waited()})
	if parent := span.Traceparent(); parent != "" {
		req.Header.Set("Traceparent", parent)
	}
	x.proof, x.answer, x.last = edge.Proof{}, answerFacts{}, nil // of this attempt alone
	resp, err := next(req.WithContext(edge.WithProof(ctx, &x.proof)))
	result := telemetry.AttemptResult{Code: policy.CodeOf(err), Network: networkOf(&x.proof)}
	if err == nil || !errors.Is(err, edge.ErrUnsent) && x.proof.Endpoint.Dialled.IsValid() {
		x.sends.Add(1)
	}
	if err == nil {
		x.last = resp
		x.learnHeaders(resp)
		result.Status, result.RequestID = resp.StatusCode, event.NewRequestID(x.answer.requestID)
		if resp.StatusCode >= http.StatusBadRequest {
			result.Code = event.Other
		}
	}
	span.End(result)
	x.tried = time.Now()
	return resp, err
}

// waited is how long the call was held back since its last attempt.
func (x *Exchange) waited() time.Duration {
	if x.tried.IsZero() {
		return 0
	}
	return time.Since(x.tried)
}

// networkOf is what the record tells of a connection, or of a dial that failed.
func networkOf(p *edge.Proof) event.Network {
	evidence := &p.Endpoint
	n := event.Network{Dialled: evidence.Dialled}
	if evidence.Host == "" {
		return n
	}
	n.Mode, n.Level = event.NewToken(evidence.Mode.String()), event.NewToken(evidence.Level.String())
	n.AddressClass = classOf(evidence)
	n.Resolver, _ = netip.ParseAddrPort(evidence.Resolver.Addr) // one of the application may have no address
	if evidence.Proved {
		n.Zone = event.NewToken(evidence.Zone.Private)
	}
	if s := p.TLS; s != nil {
		n.TLSVersion, n.Suite, n.Group = s.Numbers[0], s.Numbers[1], s.Numbers[2]
		n.ALPN, n.Resumed = event.NewToken(s.ALPN), s.Resumed
		n.PinUse, n.Staple = event.NewToken(s.PinUse), event.NewToken(s.Staple)
	}
	return n
}

// classOf is the class of the address that was dialled, or else of one that must not be.
func classOf(e *netguard.Evidence) event.Token {
	for _, j := range e.Addresses {
		if j.IP == e.Dialled.Addr() || !e.Dialled.IsValid() && j.Rule != netguard.RuleAllowed {
			return event.NewToken(j.Class.String())
		}
	}
	return event.Token{}
}
