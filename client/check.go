package client

import (
	"context"
	"crypto/tls"
	"strings"
	"time"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Report is what [Client.Check] found. It holds no secret.
type Report struct {
	// At is when the check ended.
	At time.Time
	// Endpoint is the proof that the endpoint is private.
	Endpoint netguard.Evidence
	// TLSVersion, Suite, Group and ALPN are what the handshake agreed on.
	TLSVersion, Suite, Group, ALPN string
	// Credential is where the credential came from.
	Credential string
}

// String is the report for people, a fact per line.
func (r *Report) String() string {
	return strings.Join([]string{
		"endpoint    " + r.Endpoint.String(),
		"tls         " + strings.Join([]string{r.TLSVersion, r.Suite, r.Group, r.ALPN}, ", "),
		"credential  " + r.Credential,
	}, "\n")
}

// Check proves that a call could be made now: the name leads to a private address, the
// connection has the TLS that is demanded, a credential can be had. It sends no prompt and
// does not show the credential to the endpoint. It takes at most 30 seconds. Errors are
// refusals, as those of a call.
func (c *Client) Check(ctx context.Context) (*Report, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	p := c.parts
	if p.stop.Code() == event.Closed {
		return nil, policy.Refuse("check", event.Closed, nil)
	}
	report := &Report{Credential: p.source}
	if err := p.checkConnection(ctx, report); err != nil {
		return nil, err
	}
	if err := p.checkCredential(ctx); err != nil {
		return nil, err
	}
	report.At = time.Now()
	return report, nil
}

// checkTimeout bounds a check: a peer that says nothing must not hold the start of a program.
const checkTimeout = 30 * time.Second

func (p *parts) checkConnection(ctx context.Context, report *Report) error {
	conn, err := p.model.DialContext(ctx, "tcp", hostPort(p.endpoint))
	if err != nil {
		return refuseCheck(ctx, netguard.Code(err), event.ConnectFailure, err)
	}
	defer conn.Close()
	report.Endpoint, _ = netguard.EvidenceOf(conn)
	cfg := p.tls.Clone()
	cfg.ServerName = p.endpoint.Hostname()
	session := tls.Client(conn, cfg)
	if err := session.HandshakeContext(ctx); err != nil {
		err = tlspolicy.Explain(cfg, err)
		return refuseCheck(ctx, tlspolicy.Code(err), event.TLSFailure, err)
	}
	state := session.ConnectionState()
	report.TLSVersion, report.Suite = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	report.Group, report.ALPN = state.CurveID.String(), state.NegotiatedProtocol
	return nil
}

func (p *parts) checkCredential(ctx context.Context) error {
	if p.authenticate.Key != nil {
		_, err := p.authenticate.Key.Key(ctx)
		return refuseCheck(ctx, credentials.Code(err), event.CredentialMissing, err)
	}
	_, err := p.authenticate.Token.GetToken(ctx, azpolicy.TokenRequestOptions{Scopes: []string{p.authenticate.Scope}})
	return refuseCheck(ctx, credentials.Code(err), event.CredentialMissing, err)
}

// refuseCheck is the refusal for err, or nil. The end of ctx comes first, then the code
// that the package below gives, then fallback.
func refuseCheck(ctx context.Context, code, fallback event.Code, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		code = policy.CodeOf(ctx.Err())
	case code == "":
		code = fallback
	}
	return policy.Refuse("check", code, err)
}
