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
// does not show the credential to the endpoint. Errors are refusals, as those of a call.
func (c *Client) Check(ctx context.Context) (*Report, error) {
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

func (p *parts) checkConnection(ctx context.Context, report *Report) error {
	conn, err := p.model.DialContext(ctx, "tcp", hostPort(p.endpoint))
	if err != nil {
		return policy.Refuse("check", netguard.Code(err), err)
	}
	defer conn.Close()
	report.Endpoint, _ = netguard.EvidenceOf(conn)
	cfg := p.tls.Clone()
	cfg.ServerName = p.endpoint.Hostname()
	session := tls.Client(conn, cfg)
	if err := session.HandshakeContext(ctx); err != nil {
		return policy.Refuse("check", tlspolicy.Code(err), err)
	}
	state := session.ConnectionState()
	report.TLSVersion, report.Suite = tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite)
	report.Group, report.ALPN = state.CurveID.String(), state.NegotiatedProtocol
	return nil
}

func (p *parts) checkCredential(ctx context.Context) error {
	if p.authenticate.Key != nil {
		_, err := p.authenticate.Key.Key(ctx)
		return refuseCredential(err)
	}
	_, err := p.authenticate.Token.GetToken(ctx, azpolicy.TokenRequestOptions{Scopes: []string{p.authenticate.Scope}})
	return refuseCredential(err)
}

func refuseCredential(err error) error {
	if err == nil {
		return nil
	}
	return policy.Refuse("check", event.CredentialMissing, err)
}
