package client

import (
	"context"
	"fmt"
	"strings"
	"time"

	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Report is what [Client.Check] found. It holds no secret. As JSON it is for machines,
// and [Report.String] is for people.
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
	// Lanes are the proofs of the connections by which the credential came, as far as there
	// were any: of the machine's identity endpoint, the login host, the vault. Each is of the
	// last connection, which may be one before this check: tokens and keys are kept.
	Lanes []netguard.Evidence `json:"lanes,omitempty"`
	// Environment are the settings of the process that weaken it, each with what to do.
	Environment []Weakness `json:"environment,omitempty"`
}

// String is the report for people, a fact per line.
func (r *Report) String() string {
	var b strings.Builder
	line := func(caption, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-11s %s\n", caption, text)
		}
	}
	line("endpoint", r.Endpoint.String())
	line("tls", r.Endpoint.TLS.String())
	if t := r.Endpoint.TLS; t != nil {
		line("pins", t.PinUse)
		line("staple", t.OCSP)
	}
	if s := r.Endpoint.Service; s != nil {
		line("region", s.Region)
	}
	line("credential", r.Credential)
	for i := range r.Lanes {
		line("lane", r.Lanes[i].String())
	}
	for _, w := range r.Environment {
		line("environment", w.String())
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Check proves that a call could be made now: the name leads to a private address, the
// connection has the TLS that is demanded, the service does not say that it was reached by
// its public door or another's endpoint, the process is not weakened more than its profile
// takes, a credential can be had. For that it asks the service for a path that needs a
// credential, without one and without a prompt. It takes at most 30 seconds. Errors are
// refusals, as those of a call; the report, unless the client is closed, tells what was
// found also beside an error.
func (c *Client) Check(ctx context.Context) (*Report, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	p := c.parts
	if p.stop.Code() == event.Closed {
		return nil, policy.Refuse("check", event.Closed, nil)
	}
	report := &Report{Credential: p.source, Environment: p.inspect()}
	endpoint := p.checkEndpoint(ctx, report)
	for _, w := range report.Environment {
		report.Endpoint.Environment = append(report.Endpoint.Environment, w.Setting)
	}
	err := p.refuseProcess(report.Environment)
	if err == nil {
		err = endpoint
	}
	if err == nil {
		err = p.checkCredential(ctx)
	}
	report.At, report.Lanes = time.Now(), p.lanes()
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
