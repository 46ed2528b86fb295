package credentials_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const audience = "https://cognitiveservices.azure.com"

// with is claims of a managed identity's token with some changes; a nil value takes one away.
func with(changes map[string]any) map[string]any {
	claims := map[string]any{"aud": audience, "tid": "tenant-1", "appid": "app-1", "oid": "object-1", "idtyp": "app", "appidacr": "2",
		"exp": time.Now().Add(time.Hour).Unix(), "nbf": time.Now().Add(-time.Minute).Unix()}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

func TestGuard(t *testing.T) {
	t.Parallel()
	lists := credentials.Guard{Tenants: []string{"TENANT-1"}, Audiences: []string{audience + "/"}, Applications: []string{"app-0", "app-1"}, Objects: []string{"object-1"}}
	users := credentials.Guard{Users: true}
	for name, c := range map[string]struct {
		guard  credentials.Guard
		claims map[string]any
		rule   string // start of it; empty: passes
	}{
		"machine":              {credentials.Guard{}, nil, ""},
		"listed":               {lists, nil, ""},
		"version 2":            {lists, map[string]any{"appid": nil, "azp": "app-1", "appidacr": nil, "azpacr": "2"}, ""},
		"audience list":        {lists, map[string]any{"aud": []string{"other", audience}}, ""},
		"audience by id":       {credentials.Guard{Audiences: []string{"api://gateway"}}, map[string]any{"aud": "gateway"}, ""},
		"user by scope":        {credentials.Guard{}, map[string]any{"scp": "user_impersonation"}, "it is the token of a user"},
		"user by empty scope":  {credentials.Guard{}, map[string]any{"scp": ""}, "it is the token of a user"},
		"user by type":         {credentials.Guard{}, map[string]any{"idtyp": "user"}, "it is the token of a user"},
		"user allowed":         {users, map[string]any{"idtyp": "user"}, ""},
		"secret":               {credentials.Guard{}, map[string]any{"appidacr": "1"}, "the application signed in with a client secret"},
		"secret as number":     {credentials.Guard{}, map[string]any{"appidacr": 1}, "the application signed in with a client secret"},
		"secret, version 2":    {users, map[string]any{"azpacr": "1"}, "the application signed in with a client secret"},
		"other tenant":         {lists, map[string]any{"tid": "tenant-2"}, "its tenant is not in"},
		"nothing listed":       {credentials.Guard{Tenants: []string{""}}, map[string]any{"tid": nil}, "its tenant is not in"},
		"no tenant":            {lists, map[string]any{"tid": nil}, "its tenant is not in"},
		"other application":    {lists, map[string]any{"appid": "app-2"}, "its application is not in"},
		"other object":         {lists, map[string]any{"oid": "object-2"}, "its object is not in"},
		"other audience":       {lists, map[string]any{"aud": "https://vault.azure.net"}, "its audience is not in"},
		"no audience":          {lists, map[string]any{"aud": nil}, "its audience is not in"},
		"odd audience":         {lists, map[string]any{"aud": map[string]any{"x": 1}}, "its audience is not in"},
		"part of the audience": {lists, map[string]any{"aud": audience + ".evil.example"}, "its audience is not in"},
		"names by case":        {lists, map[string]any{"tid": "tenant-2", "TID": "tenant-1"}, "its tenant is not in"},
		"not yet":              {credentials.Guard{}, map[string]any{"nbf": time.Now().Add(6 * time.Minute).Unix()}, "it is not valid yet"},
		"almost":               {credentials.Guard{}, map[string]any{"nbf": time.Now().Add(4 * time.Minute).Unix()}, ""},
		"odd dates":            {credentials.Guard{}, map[string]any{"nbf": "soon", "exp": -1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := credentials.NewSecret(jwt(with(c.claims)))
			err := c.guard.Check(token)
			if c.rule == "" {
				testkit.NoError(t, err)
				return
			}
			var own *credentials.GuardError
			testkit.True(t, errors.As(err, &own) && strings.HasPrefix(own.Rule, c.rule), fmt.Sprint(err))
			testkit.ErrorIs(t, err, credentials.ErrGuard)
			testkit.Equal(t, errors.Is(err, credentials.ErrClock), name == "not yet")
			want := event.CredentialMissing
			if strings.HasPrefix(name, "secret") {
				want = event.CredentialStatic
			}
			testkit.Equal(t, credentials.Code(err), want)
			for _, secret := range []string{"tenant-", "app-", "object-", "evil", "user_imp"} {
				testkit.True(t, !strings.Contains(chain(err), secret), "no claim is told: "+secret)
			}
		})
	}
}

// What cannot be read passes, and the guard reads no claim of it.
func TestOpaqueTokens(t *testing.T) {
	t.Parallel()
	strict := credentials.Guard{Tenants: []string{"none"}, Audiences: []string{"none"}}
	encode := base64.RawURLEncoding.EncodeToString
	for name, token := range map[string]string{
		"opaque": "clienttest.ABC", "encrypted": "a.b.c.d.e", "empty": "", "dots": "..", "no base64": "a.%.c", "no JSON": "a." + encode([]byte("x")) + ".c",
		"no object": "a." + encode([]byte("[1]")) + ".c", "null": "a." + encode([]byte("null")) + ".c", "two": "a." + encode([]byte("{}{}")) + ".c",
		"too long": "a." + encode([]byte(`{"tid":"`+strings.Repeat("x", 64<<10)+`"}`)) + ".c",
	} {
		testkit.True(t, strict.Check(credentials.NewSecret(token)) == nil, name)
	}
	testkit.True(t, strict.Check(credentials.NewSecret(jwt(with(nil)))) != nil, "one that can be read does not pass")
}

// The guard stands between azidentity and everybody else.
func TestGuardInPlace(t *testing.T) {
	t.Parallel()
	canaries := testkit.Canaries()
	claims := with(map[string]any{"idtyp": "user", "upn": canaries.Text("claim")})
	f := newFake(t, false, func(w http.ResponseWriter, _ *http.Request) { tokenAnswer(w, jwt(claims), time.Hour) })
	guard := credentials.Guard{Tenants: []string{"tenant-1"}}
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t), Guard: &guard})
	testkit.NoError(t, err)
	guard.Users, guard.Tenants[0] = true, "changed later" // New has copied it
	_, err = c.GetToken(t.Context(), ask())
	testkit.ErrorIs(t, err, credentials.ErrGuard)
	checkTokenError(t, err, canaries)

	c, err = credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t), Guard: &credentials.Guard{Users: true}})
	testkit.NoError(t, err)
	_, err = c.GetToken(t.Context(), ask())
	testkit.NoError(t, err)
	testkit.DeepEqual(t, canaries.Find([]byte(said(c))), []string(nil))
}

// given is a credential of the application.
type given func() (azcore.AccessToken, error)

func (f given) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return f()
}

// users is a credential that takes tokens of users, and whose own is "own".
func users(t *testing.T, rules credentials.Users, guard *credentials.Guard) *credentials.Credential {
	t.Helper()
	c, err := credentials.Wrap(given(func() (azcore.AccessToken, error) {
		return azcore.AccessToken{Token: "own", ExpiresOn: time.Now().Add(time.Hour)}, nil
	}), credentials.Config{Users: rules, Guard: guard})
	testkit.NoError(t, err)
	return c
}

func TestOnBehalfOf(t *testing.T) {
	t.Parallel()
	person := func(changes map[string]any) string {
		claims := map[string]any{"idtyp": "user", "scp": "user_impersonation", "amr": []string{"pwd", "mfa"}}
		maps.Copy(claims, changes)
		return jwt(with(claims))
	}
	open, mfa := credentials.Users{Accept: true}, credentials.Users{Accept: true, MFA: true}
	for name, c := range map[string]struct {
		rules credentials.Users
		guard *credentials.Guard
		token string
		rule  string // empty: it is used
		is    error
	}{
		"accepted":       {open, nil, person(nil), "", nil},
		"with mfa":       {mfa, nil, person(nil), "", nil},
		"its tenant":     {open, &credentials.Guard{Tenants: []string{"tenant-1"}, Applications: []string{"ours"}}, person(nil), "", nil},
		"not configured": {credentials.Users{MFA: true}, nil, person(nil), "the configuration takes none", credentials.ErrUser},
		"password alone": {mfa, nil, person(map[string]any{"amr": []string{"pwd"}}), "it shows no multi-factor", credentials.ErrUser},
		"no amr":         {mfa, nil, person(map[string]any{"amr": nil}), "it shows no multi-factor", credentials.ErrUser},
		"mfa in a text":  {mfa, nil, person(map[string]any{"amr": "pwd mfa"}), "it shows no multi-factor", credentials.ErrUser},
		"empty":          {open, nil, "", "it is empty", credentials.ErrUser},
		"opaque":         {open, nil, "opaque", "it cannot be read", credentials.ErrUser},
		"header split":   {open, nil, person(nil) + "\r\nX: y", "it cannot be read", credentials.ErrUser},
		"a machine's":    {open, nil, jwt(with(nil)), "it is that of an application", credentials.ErrUser},
		"other resource": {open, nil, person(map[string]any{"aud": "https://graph.microsoft.com"}), "it is for another resource", credentials.ErrUser},
		"ended":          {open, nil, person(map[string]any{"exp": time.Now().Unix()}), "it has ended", credentials.ErrUser},
		"no end":         {open, nil, person(map[string]any{"exp": nil}), "it has ended", credentials.ErrUser},
		"other tenant":   {open, &credentials.Guard{Tenants: []string{"tenant-2"}}, person(nil), "its tenant is not in", credentials.ErrGuard},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			credential := users(t, c.rules, c.guard)
			warm, err := credential.Authorization(t.Context(), scope)
			testkit.True(t, err == nil && warm.Cleartext() == "Bearer own", "the application's own token is in memory")
			ctx := credentials.OnBehalfOf(t.Context(), credentials.NewSecret(c.token))
			testkit.True(t, credentials.ForUser(ctx), "the context says so")
			token, err := credential.GetToken(ctx, ask())
			authorization, errToo := credential.Authorization(ctx, scope)
			if c.rule == "" {
				testkit.NoError(t, err)
				testkit.NoError(t, errToo)
				testkit.Equal(t, token.Token, c.token)
				testkit.Equal(t, authorization.Cleartext(), "Bearer "+c.token)
			} else {
				testkit.ErrorIs(t, err, c.is)
				testkit.ErrorIs(t, errToo, c.is)
				testkit.ErrorIs(t, err, credentials.ErrUnavailable)
				testkit.True(t, strings.Contains(err.Error(), c.rule), err.Error())
				testkit.True(t, authorization.IsZero() && token.Token == "", "nothing beside an error, and never the own token")
				testkit.True(t, c.token == "" || !strings.Contains(chain(err), c.token[:min(12, len(c.token))]), "the token is not quoted")
			}
			// What the library asks for on its own account, and others ask for, is its own.
			for _, itself := range []context.Context{credentials.AsItself(ctx), t.Context()} {
				own, err := credential.GetToken(itself, ask())
				testkit.NoError(t, err)
				testkit.Equal(t, own.Token, "own")
			}
		})
	}
	testkit.True(t, !credentials.ForUser(credentials.AsItself(t.Context())) && !credentials.ForUser(t.Context()), "no user")
	secret := person(nil)
	ctx := credentials.OnBehalfOf(t.Context(), credentials.NewSecret(secret))
	testkit.True(t, !strings.Contains(fmt.Sprintf("%v %+v %#v", ctx, ctx, ctx), secret[:20]), "a context that is printed does not tell")
}

// A caller who waits for the token of the application does not carry a user into it.
func TestUserDoesNotReachTheApplicationsCredential(t *testing.T) {
	t.Parallel()
	credential := users(t, credentials.Users{Accept: true}, nil)
	ctx := credentials.OnBehalfOf(t.Context(), credentials.NewSecret(jwt(with(map[string]any{"idtyp": "user"}))))
	before, err := credential.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	credential.Reject(ctx, scope, before, credentials.Secret{}) // a user's token is not renewed
	after, err := credential.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	testkit.True(t, &after.Field()[0] == &before.Field()[0], "it was not asked for again")
}

// FuzzClaims: no panic, and no claim in an error.
func FuzzClaims(f *testing.F) {
	f.Add(jwt(with(nil)))
	f.Add("a.e30.c")
	f.Add("..")
	f.Fuzz(func(t *testing.T, token string) {
		guard := credentials.Guard{Tenants: []string{"tenant-1"}, Audiences: []string{audience}}
		if err := guard.Check(credentials.NewSecret(token)); err != nil {
			testkit.ErrorIs(t, err, credentials.ErrGuard)
			testkit.True(t, !strings.Contains(err.Error(), "tenant-1"), "nothing is quoted")
		}
	})
}

func ExampleGuard_Check() {
	guard := credentials.Guard{Tenants: []string{"11111111-2222-3333-4444-555555555555"}}
	token := jwt(map[string]any{"tid": "another tenant", "idtyp": "app"})
	fmt.Println(guard.Check(credentials.NewSecret(token)))
	fmt.Println(guard.Check(credentials.NewSecret("an opaque token")))
	// Output:
	// credentials: the guard refuses the token: its tenant is not in Guard.Tenants
	// <nil>
}
