package stage

import (
	"errors"
	"net/http"

	"github.com/sallyport-go/sallyport/client/internal/edge"
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
	ctx, span := x.span.StartAttempt(req.Context(), telemetry.Attempt{Number: int(x.attempts.Add(1))})
	x.proof, x.answer, x.last = edge.Proof{}, answerFacts{}, nil // of this attempt alone
	resp, err := next(req.WithContext(edge.WithProof(ctx, &x.proof)))
	result := telemetry.AttemptResult{Code: policy.CodeOf(err), AddressClass: networkOf(&x.proof).AddressClass}
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
	return resp, err
}

// networkOf is what the record tells of a connection.
func networkOf(p *edge.Proof) event.Network {
	evidence := &p.Endpoint
	n := event.Network{Dialled: evidence.Dialled}
	if !evidence.Dialled.IsValid() {
		return n
	}
	n.Mode, n.Level = event.NewToken(evidence.Mode.String()), event.NewToken(evidence.Level.String())
	for _, verdict := range evidence.Addresses {
		if verdict.IP == evidence.Dialled.Addr() {
			n.AddressClass = event.NewToken(verdict.Class.String())
		}
	}
	if p.TLS != nil {
		n.TLSVersion, n.Suite, n.Group = p.TLS.Numbers[0], p.TLS.Numbers[1], p.TLS.Numbers[2]
		n.ALPN, n.Resumed = event.NewToken(p.TLS.ALPN), p.TLS.Resumed
	}
	return n
}
