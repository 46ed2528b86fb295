package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A probe asks the endpoint once, over a connection of its own, with neither credential nor
// prompt.
type probe struct {
	mu    sync.Mutex
	last  netguard.Evidence // of the last dial, also if it failed
	proof edge.Proof
}

// checkEndpoint fills the report with what is found about the endpoint.
func (p *parts) checkEndpoint(ctx context.Context, report *Report) error {
	var own probe
	resp, err := own.ask(ctx, p)
	own.tell(report)
	if err != nil {
		code := policy.CodeOf(err)
		if event.NameFor(code) == event.TLSFailed {
			report.Endpoint.Fail(netguard.RuleTLS)
		}
		return refuseCheck(ctx, code, event.ConnectFailure, err)
	}
	report.Endpoint.AddService(resp)
	err = resp.Err(p.endpoint.Hostname())
	return refuseCheck(ctx, netguard.Code(err), event.PrivateEndpoint, err)
}

// ask sends the request and judges the answer, of which nothing is kept.
func (o *probe) ask(ctx context.Context, p *parts) (netguard.Service, error) {
	mode := p.cfg.Network.Mode
	cfg := small()
	cfg.TLS = p.tls
	cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, evidence, err := p.model.Prove(ctx, network, address)
		o.mu.Lock()
		defer o.mu.Unlock()
		o.last = evidence
		return conn, err
	}
	transport := edge.New(cfg)
	defer transport.Close()
	target := p.endpoint.JoinPath(mode.ProbePath()).String()
	req, err := http.NewRequestWithContext(edge.WithProof(ctx, &o.proof), http.MethodGet, target, http.NoBody)
	if err != nil {
		return netguard.Service{}, err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return netguard.Service{}, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, netguard.MaxServiceBody))
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		return netguard.Service{}, err
	}
	service := netguard.JudgeService(mode, resp.StatusCode, body)
	service.Region = event.NewRegion(resp.Header.Get("X-Ms-Region")).String()
	return service, nil
}

// tell puts the proof of the connection into the report.
func (o *probe) tell(report *Report) {
	o.mu.Lock()
	defer o.mu.Unlock()
	report.Endpoint = o.last
	s := o.proof.TLS
	if s == nil {
		return
	}
	report.Endpoint = evidenceOf(&o.proof)
	report.TLSVersion, report.Suite, report.Group, report.ALPN = s.Version, s.Suite, s.Group, s.ALPN
}
