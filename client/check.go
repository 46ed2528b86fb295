package client

import (
	"context"
	"strings"
	"time"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Report is what [Client.Check] found. It holds no secret.
type Report struct {
	// At is when the check ended.
	At time.Time `json:"at"`
	// Endpoint is the proof that the endpoint is private, with TLS and the service's answer.
	// Its Report tells people level by level what failed and what to do.
	Endpoint netguard.Evidence `json:"endpoint"`
	// TLSVersion, Suite, Group and ALPN are what the handshake agreed on, as in Endpoint.
	TLSVersion, Suite, Group, ALPN string `json:"-"`
	// Credential is where the credential came from.
	Credential string `json:"credential"`
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
// connection has the TLS that is demanded, the service does not say that it was reached by
// its public door or another's endpoint, a credential can be had. For that it asks the
// service for a path that needs a credential, without one and without a prompt. It takes at
// most 30 seconds. Errors are refusals, as those of a call; the report, unless the client
// is closed, tells what was found also beside an error.
func (c *Client) Check(ctx context.Context) (*Report, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	p := c.parts
	if p.stop.Code() == event.Closed {
		return nil, policy.Refuse("check", event.Closed, nil)
	}
	report := &Report{Credential: p.source}
	err := p.checkEndpoint(ctx, report)
	if err == nil {
		err = p.checkCredential(ctx)
	}
	report.At = time.Now()
	return report, err
}

// checkTimeout bounds a check: a peer that says nothing must not hold the start of a program.
const checkTimeout = 30 * time.Second

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
