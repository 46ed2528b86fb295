package credentials

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials/internal/fence"
)

// DefaultTimeout bounds one token request, its retries included.
const DefaultTimeout = 10 * time.Second

// A Config says whose identity to use. The zero Config, but for Transport, means the
// identity of the machine in the public cloud.
type Config struct {
	// Source picks the kind of identity; zero: by the environment, see [Auto].
	Source Source
	// ClientID, ObjectID and ResourceID name a user-assigned identity; at most one may be
	// set. None means the system-assigned identity, or AZURE_CLIENT_ID for a workload.
	ClientID, ObjectID, ResourceID string
	// TenantID and TokenFile are for a workload; empty: AZURE_TENANT_ID and
	// AZURE_FEDERATED_TOKEN_FILE.
	TenantID, TokenFile string
	// Cloud names the login host; zero: the public cloud. It is always passed on, so that
	// AZURE_AUTHORITY_HOST has no effect.
	Cloud cloud.Configuration
	// Transport sends the requests to the hosts of [Endpoints]. Required: the default of
	// azidentity honours proxies of the environment and follows redirects. It must do
	// neither.
	Transport policy.Transporter
	// Timeout bounds one token request, its retries included; zero: [DefaultTimeout].
	Timeout time.Duration
	// Lookup reads the environment; nil: os.LookupEnv. It is meant for tests of the
	// decisions here: azidentity reads the environment of the process by itself, and where
	// the two differ, the request is not sent.
	Lookup func(string) (string, bool)
}

// A Credential gives tokens of one identity. The zero Credential gives none; use [New]. It
// is safe for concurrent use, starts no goroutines and needs no closing.
type Credential struct {
	platform Platform
	timeout  time.Duration
	inner    azcore.TokenCredential
	tokens   *tokens
}

var _ azcore.TokenCredential = (*Credential)(nil)

// New builds the credential that c describes. It reads the environment and dials nothing.
//
// Errors: errors.Is(err, [ErrTransport]), [ErrConfig] or [ErrIdentityEndpoint]; their
// texts name fields and variables, never values.
func New(c Config) (*Credential, error) {
	if c.Transport == nil {
		return nil, ErrTransport
	}
	p, err := c.resolve()
	if err != nil {
		return nil, err
	}
	options := azcore.ClientOptions{
		Cloud:     orPublic(c.Cloud),
		Transport: p.fence(c.Transport),
		// The last word is the deadline. A Retry-After above MaxRetryDelay ends the call.
		Retry: policy.RetryOptions{MaxRetries: 3, RetryDelay: 500 * time.Millisecond, MaxRetryDelay: 4 * time.Second},
	}
	inner, err := p.build(c, options)
	if err != nil {
		return nil, err
	}
	return &Credential{
		platform: p.platform,
		timeout:  cmp.Or(c.Timeout, DefaultTimeout),
		inner:    inner,
		tokens:   newTokens(),
	}, nil
}

// Platform is where the tokens come from.
func (c *Credential) Platform() Platform {
	if c == nil {
		return Unknown
	}
	return c.platform
}

// String names the platform.
func (c *Credential) String() string { return "credential from " + c.Platform().String() }

// Format prints String for every verb: fmt would walk into azidentity, which holds the
// assertion of a workload.
func (c *Credential) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// GetToken returns a token for the one scope in options. It is usually already there: it
// is refreshed ahead of its end, by one caller at a time, and while a refresh fails the
// old token serves until its end. Claims bypass every cache.
//
// Errors: [*TokenError], within Config.Timeout.
func (c *Credential) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if c == nil || c.inner == nil {
		return azcore.AccessToken{}, &TokenError{Advice: "use credentials.New"}
	}
	if len(options.Scopes) != 1 {
		return azcore.AccessToken{}, &TokenError{Platform: c.platform, Advice: "ask for exactly one scope"}
	}
	token, err := c.tokens.get(ctx, options, c.request)
	if err != nil {
		return azcore.AccessToken{}, c.typed(err)
	}
	return token, nil
}

// typed makes sure that also the end of a caller's context, while it waits for another
// caller's request, is a TokenError.
func (c *Credential) typed(err error) error {
	var token *TokenError
	if errors.As(err, &token) {
		return token
	}
	return &TokenError{Platform: c.platform, cause: err}
}

// request asks azidentity, which is not trusted to come back in time, with safe errors, or
// at all: its parsers have panicked on odd answers, and no panic crosses our border.
func (c *Credential) request(ctx context.Context, options policy.TokenRequestOptions) (token azcore.AccessToken, err error) {
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	bounded, trace := fence.WithTrace(bounded)
	defer func() {
		if recover() != nil {
			token, err = azcore.AccessToken{}, c.failure(ctx, trace, nil)
		}
	}()
	token, err = c.inner.GetToken(bounded, options)
	if err != nil {
		return azcore.AccessToken{}, c.failure(ctx, trace, err)
	}
	if !usable(token) {
		return azcore.AccessToken{}, c.failure(ctx, trace, nil)
	}
	return token, nil
}

// failure says what happened without quoting err.
func (c *Credential) failure(ctx context.Context, trace *fence.Trace, err error) *TokenError {
	e := &TokenError{Platform: c.platform, Status: trace.Status(), Advice: c.advice(trace.Status()), cause: trace.Cause()}
	if ctx.Err() != nil {
		e.cause = ctx.Err() // not context.Cause: nobody knows what its text holds
	}
	if err != nil {
		e.Code = entraCode.FindString(err.Error())
	}
	return e
}

// entraCode matches the numbers of Microsoft Learn, "Microsoft Entra authentication and
// authorization error codes", 2026-11-23.
var entraCode = regexp.MustCompile(`\bAADSTS[0-9]{5,7}\b`)

func (c *Credential) advice(status int) string {
	switch {
	case c.platform == AKS && status == 0:
		return "can the pod read its federated token file and reach the login host?"
	case c.platform == AKS:
		return "does the federated credential of the application match issuer, subject and audience of the service account?"
	case c.platform == VirtualMachine && status == 0:
		return "no metadata service answered: is this machine in Azure? elsewhere use Azure Arc or workload identity"
	case status == 400:
		return "is the managed identity assigned to this resource?"
	case status == 0:
		return "the identity endpoint did not answer in time"
	default:
		return "the identity endpoint refused or could not be understood"
	}
}

// usable reports whether a token can go into a header and has not ended on arrival.
// Syntax: RFC 6750, section 2.1, read generously.
func usable(token azcore.AccessToken) bool {
	for i := range len(token.Token) {
		if b := token.Token[i]; b <= ' ' || b > '~' {
			return false
		}
	}
	return token.Token != "" && time.Until(token.ExpiresOn) > 0
}
