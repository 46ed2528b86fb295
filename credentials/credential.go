package credentials

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials/internal/fence"
)

// A Credential gives tokens of one identity. The zero Credential gives none; use [New] or
// [Wrap]. It is safe for concurrent use, starts no goroutines and needs no closing.
type Credential struct {
	platform Platform
	timeout  time.Duration
	inner    *inner
	guard    *Guard
	users    Users
	tokens   *tokens
}

var _ azcore.TokenCredential = (*Credential)(nil)

// New builds the credential that c describes. It reads the environment and dials nothing.
//
// Errors: errors.Is(err, [ErrTransport]), [ErrConfig] or [ErrIdentityEndpoint]; their
// texts name fields and variables, never values.
func New(c Config) (*Credential, error) {
	if c.Transport == nil && !c.Source.Developer() {
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
	return c.credential(p.platform, inner), nil
}

// Wrap makes a Credential of one that the application built, so that its tokens are kept,
// guarded and refreshed, and its errors cleaned, like those of our own. Of c the fields
// Guard, Users and Timeout count.
//
// Tokens are kept for all callers, as azcore keeps them: a credential that looks into the
// context for whom it is asked must not be wrapped; use [OnBehalfOf]. A token that does not
// say when it ends is asked for again every half minute. Errors: errors.Is(err,
// [ErrConfig]) if credential is nil.
func Wrap(credential azcore.TokenCredential, c Config) (*Credential, error) {
	if credential == nil {
		return nil, &ConfigError{"Credential", "there is none"}
	}
	return c.credential(Application, fixed(credential)), nil
}

func (c Config) credential(p Platform, i *inner) *Credential {
	own := &Credential{platform: p, timeout: cmp.Or(c.Timeout, DefaultTimeout), inner: i, users: c.Users, tokens: newTokens()}
	if c.Guard != nil {
		guard := *c.Guard
		guard.Tenants, guard.Audiences = slices.Clone(guard.Tenants), slices.Clone(guard.Audiences)
		guard.Applications, guard.Objects = slices.Clone(guard.Applications), slices.Clone(guard.Objects)
		own.guard = &guard
	}
	return own
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
	t, err := c.get(ctx, options)
	return t.token, err
}

// Authorization is GetToken for the header of a request: a token that cannot be printed,
// ready to be attached. On a warm cache it allocates nothing.
//
// Errors: those of GetToken.
func (c *Credential) Authorization(ctx context.Context, scope string) (Authorization, error) {
	if c != nil && c.tokens != nil && !ForUser(ctx) {
		if t, ok := c.tokens.warm(scope); ok {
			return t.authorization, nil
		}
	}
	t, err := c.get(ctx, policy.TokenRequestOptions{Scopes: []string{scope}})
	return t.authorization, err
}

// Reject says that the service did not take a token for scope. When it returns, the next
// one is new, if one could be had: at most every thirty seconds for each scope, so that a
// service that takes nothing is no reason for a storm. Claims are those of a claims
// challenge, or empty; managed identities are asked anew but not told about them, because
// their endpoints take none.
//
// A token of a user is not renewed: its application has to.
func (c *Credential) Reject(ctx context.Context, scope string, rejected Authorization, claims Secret) {
	if c == nil || c.inner == nil || ForUser(ctx) {
		return
	}
	options := policy.TokenRequestOptions{Scopes: []string{scope}, Claims: claims.Cleartext()}
	c.tokens.renew(ctx, options, rejected, c.request)
}

func (c *Credential) get(ctx context.Context, options policy.TokenRequestOptions) (held, error) {
	if c == nil || c.inner == nil {
		return held{}, &TokenError{Advice: "use credentials.New"}
	}
	if len(options.Scopes) != 1 {
		return held{}, &TokenError{Platform: c.platform, Advice: "ask for exactly one scope"}
	}
	if user := userOf(ctx); user != nil {
		token, err := c.userToken(*user, options.Scopes[0])
		if err != nil {
			return held{}, err
		}
		return hold(token), nil
	}
	t, err := c.tokens.get(ctx, options, c.request)
	if err != nil {
		return held{}, c.typed(err)
	}
	return t, nil
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
// at all: its parsers have panicked on odd answers, and no panic crosses our border. Fresh
// means that a token which the SDK may still hold is not good enough.
func (c *Credential) request(ctx context.Context, options policy.TokenRequestOptions, fresh bool) (token azcore.AccessToken, err error) {
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	bounded, trace := fence.WithTrace(bounded)
	defer func() {
		if recover() != nil {
			token, err = azcore.AccessToken{}, c.failure(ctx, trace, nil)
		}
	}()
	token, err = c.inner.ask(bounded, options, fresh)
	if err != nil {
		return azcore.AccessToken{}, c.failure(ctx, trace, err)
	}
	if c.platform == Application && token.ExpiresOn.IsZero() {
		token.ExpiresOn = time.Now().Add(time.Minute)
	}
	switch {
	case !headerSafe(token.Token):
		return azcore.AccessToken{}, c.failure(ctx, trace, nil)
	case !token.ExpiresOn.After(time.Now()):
		return azcore.AccessToken{}, c.ended(trace)
	case c.guard != nil:
		if err := c.guard.Check(NewSecret(token.Token)); err != nil {
			return azcore.AccessToken{}, c.refused(err)
		}
	}
	return token, nil
}

// headerSafe reports whether a token can go into a header. Syntax: RFC 6750, section 2.1,
// read generously.
func headerSafe(token string) bool {
	for i := range len(token) {
		if b := token[i]; b <= ' ' || b > '~' {
			return false
		}
	}
	return token != ""
}
