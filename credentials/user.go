package credentials

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

// Users says whether calls may be made for users, and what their tokens must show. The zero
// Users refuses every token of a user.
type Users struct {
	// Accept lets [OnBehalfOf] take effect.
	Accept bool
	// MFA demands the claim amr with the value "mfa". Tokens of version 2 do not have it:
	// Microsoft Learn, "Access token claims reference", 2026-11-23.
	MFA bool
}

type userKey struct{}

// OnBehalfOf returns a context whose calls are made with token, which is that of a user, in
// place of the application's own. The application got it by the on-behalf-of flow (with
// azidentity's OnBehalfOfCredential, say) for the very resource that is called. It is
// looked at before each use and not kept, cached or renewed.
//
// Only a [Credential] whose Config.Users accepts it uses it; the call fails otherwise. What
// the library asks for on its own account, such as a secret of a vault, is asked for as
// the application: see [AsItself]. An empty token fails the call too.
func OnBehalfOf(ctx context.Context, token Secret) context.Context {
	return context.WithValue(ctx, userKey{}, &token)
}

// AsItself returns a context without a user.
func AsItself(ctx context.Context) context.Context {
	if !ForUser(ctx) {
		return ctx
	}
	return context.WithValue(ctx, userKey{}, (*Secret)(nil))
}

// ForUser reports whether the calls of ctx are to be made with the token of a user.
func ForUser(ctx context.Context) bool { return userOf(ctx) != nil }

func userOf(ctx context.Context) *Secret {
	token, _ := ctx.Value(userKey{}).(*Secret)
	return token
}

// userToken is the token of a user for a scope, if it may be used. Unlike a token of our
// own it must be readable, since nothing else says whose it is.
func (c *Credential) userToken(token Secret, scope string) (azcore.AccessToken, error) {
	refuse := func(rule string) (azcore.AccessToken, error) {
		return azcore.AccessToken{}, c.refused(&UserError{Rule: rule})
	}
	said, ok := claimsOf(token.Cleartext())
	now := time.Now()
	switch {
	case !c.users.Accept:
		return refuse("the configuration takes none: set Users.Accept")
	case token.IsZero():
		return refuse("it is empty")
	case !ok || !headerSafe(token.Cleartext()):
		return refuse("it cannot be read, so nothing says whose it is")
	case !said.user:
		return refuse("it is that of an application")
	case !said.isFor(resourceOf(scope)):
		return refuse("it is for another resource: ask for the scope of the endpoint")
	case !said.expires.After(now):
		return refuse("it has ended")
	case c.users.MFA && !slices.Contains(said.methods, "mfa"):
		return refuse("it shows no multi-factor authentication: let the user sign in again")
	}
	guard := Guard{Users: true}
	if c.guard != nil {
		// Applications and Objects are about the application's own tokens.
		guard.Tenants, guard.Audiences = c.guard.Tenants, c.guard.Audiences
	}
	if err := guard.judge(said, now); err != nil {
		return azcore.AccessToken{}, c.refused(err)
	}
	return azcore.AccessToken{Token: token.Cleartext(), ExpiresOn: said.expires}, nil
}

// refused is the error for a token that was there and may not be used.
func (c *Credential) refused(cause error) error {
	return &TokenError{Platform: c.platform, cause: cause}
}

func resourceOf(scope string) string {
	return strings.TrimSuffix(strings.TrimSuffix(scope, "/.default"), "/")
}
