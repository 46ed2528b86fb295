package client_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An issuer is a credential of the application that gives another token each time, and
// writes down the claims it is asked for.
type issuer struct {
	azure  *clienttest.Azure
	mu     sync.Mutex
	claims []string
}

func (i *issuer) GetToken(_ context.Context, o azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.claims = append(i.claims, o.Claims)
	return azcore.AccessToken{Token: i.azure.Token("https://cognitiveservices.azure.com"), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

func (i *issuer) asked() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.claims)
}

// issuing is a stand whose client has an issuer.
func issuing(t *testing.T, changes ...func(*client.Config)) (*stand, *issuer) {
	t.Helper()
	own := &issuer{}
	s := &stand{azure: clienttest.New(t, clienttest.Config{}), audit: &recorder{}}
	own.azure = s.azure
	cfg := s.config()
	cfg.Credential = own
	for _, change := range changes {
		change(&cfg)
	}
	var err error
	s.client, err = client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = s.client.Close() })
	return s, own
}

func denied(status int, code, message string) clienttest.Reply {
	return clienttest.Reply{Status: status, Body: fmt.Sprintf(`{"error":{"code":%q,"message":%q}}`, code, message)}
}

func demanding(claims string) clienttest.Reply {
	r := denied(401, "401", "Unauthorized")
	r.Header = http.Header{"Www-Authenticate": {`Bearer authorization_uri="https://evil.example/authorize", resource="https://evil.example", error="insufficient_claims", claims="` + claims + `"`}}
	return r
}

// Each refusal that Azure is known to send, and what the client does about it: another
// token and one more try where that can help, and nothing at all where it cannot.
func TestRefusalsOfTheCredential(t *testing.T) {
	t.Parallel()
	const wanted = `{"access_token":{"nbf":{"essential":true,"value":"1"}}}`
	encoded := base64.StdEncoding.EncodeToString([]byte(wanted))
	for name, test := range map[string]struct {
		reply  clienttest.Reply
		again  bool
		claims string
		code   event.Code // when it stays
	}{
		"ended":            {clienttest.Unauthorized(), true, "", event.CredentialRejected},
		"ended, bare":      {clienttest.Reply{Status: 401, Body: "no"}, true, "", event.CredentialRejected},
		"claims":           {demanding(encoded), true, wanted, event.CredentialRejected},
		"claims, broken":   {demanding("%%%"), true, "", event.CredentialRejected},
		"no such key":      {denied(401, "401", "Access denied due to invalid subscription key or wrong API endpoint."), true, "", event.CredentialRejected},
		"missing role":     {clienttest.PermissionDenied(), false, "", event.CredentialRejected},
		"keys off":         {clienttest.KeysDisabled(), false, "", event.CredentialRejected},
		"public door":      {clienttest.PublicAccessDisabled(), false, "", event.PrivateEndpoint},
		"wrong endpoint":   {denied(403, "403", "Traffic is not from an approved private endpoint."), false, "", event.CredentialRejected},
		"suspended":        {denied(403, "403", "Your resource has been temporarily blocked."), false, "", event.CredentialRejected},
		"another tenant":   {denied(400, "x", "Token tenant x does not match resource tenant."), false, "", event.Other},
		"quota of gateway": {clienttest.Reply{Status: 403, Body: `{"statusCode":403,"message":"Token quota is exceeded."}`}, false, "", event.CredentialRejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, own := issuing(t)
			s.azure.Script(clienttest.Model, test.reply)
			status, _, err := s.post(t, chat, ask("hello"))
			testkit.NoError(t, err)
			testkit.Equal(t, status == 200, test.again)
			tries := 1
			if test.again {
				tries = 2
				testkit.DeepEqual(t, own.asked(), []string{"", test.claims})
			}
			testkit.Equal(t, s.azure.Requests(clienttest.Model), tries)
			testkit.Equal(t, len(own.asked()), tries)
			testkit.Equal(t, s.azure.Connections(clienttest.Login), 0)

			// A service that never takes a token is no reason to loop, nor for a storm.
			s, own = issuing(t)
			test.reply.Times = clienttest.Forever
			s.azure.Script(clienttest.Model, test.reply)
			for range 5 {
				status, body, err := s.post(t, chat, ask("hello"))
				testkit.NoError(t, err)
				testkit.Equal(t, status, test.reply.Status)
				if strings.HasPrefix(test.reply.Body, "{") { // another one is replaced on the way
					testkit.Equal(t, body, test.reply.Body) // the caller gets the whole answer
				}
			}
			testkit.Equal(t, s.azure.Requests(clienttest.Model), 4+tries)
			testkit.Equal(t, len(own.asked()), tries)
			testkit.Equal(t, s.audit.last(t).Code, test.code)
		})
	}
}

// A 401 with a body that cannot be sent again stays one.
func TestRefusalOfAStream(t *testing.T) {
	t.Parallel()
	s, own := issuing(t)
	s.azure.Script(clienttest.Model, clienttest.Unauthorized())
	status, _, err := s.post(t, chat, ask("hello", streamed))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.Equal(t, len(own.asked()), 2)
}

// Neither the request nor the answer shows a policy of the application the credential.
func TestAnswersShowNoCredential(t *testing.T) {
	t.Parallel()
	var seen []http.Header
	look := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		resp, err := next(req)
		if err == nil && resp.Request != nil {
			seen = append(seen, resp.Request.Header, req.Header)
		}
		return resp, err
	})
	s, _ := issuing(t, func(cfg *client.Config) {
		cfg.PerAttempt = append(cfg.PerAttempt, look)
		cfg.PerCall = append(cfg.PerCall, look)
	})
	resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hello")))
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, len(seen), 4)
	for _, h := range append(seen, resp.Request.Header) { // which SDKs print with their errors
		testkit.Equal(t, h.Get("Authorization"), "")
	}
	testkit.True(t, strings.HasPrefix(s.azure.Journal()[0].Header.Get("Authorization"), "Bearer "), "which is there on the wire")
}

// userToken is what the on-behalf-of flow gives: no fake makes one that the account takes,
// so that the account's answer shows which token it was.
func userToken(t *testing.T, methods ...string) credentials.Secret {
	t.Helper()
	payload, err := json.Marshal(map[string]any{"aud": "https://cognitiveservices.azure.com", "scp": "user_impersonation", "idtyp": "user",
		"amr": methods, "exp": time.Now().Add(time.Hour).Unix()})
	testkit.NoError(t, err)
	return credentials.NewSecret("eyJh." + base64.RawURLEncoding.EncodeToString(payload) + ".c2ln")
}

func TestOnBehalfOf(t *testing.T) {
	t.Parallel()
	call := func(s *stand, user credentials.Secret) error {
		_, _, err := do(s.client.HTTPClient(), s.request(credentials.OnBehalfOf(t.Context(), user), t, chat, ask("hello")))
		return err
	}
	s, own := issuing(t, func(cfg *client.Config) { cfg.Credentials.Users = credentials.Users{Accept: true, MFA: true} })
	user := userToken(t, "pwd", "mfa")
	testkit.NoError(t, call(s, user)) // a 401, which the caller gets
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 1)
	testkit.Equal(t, s.azure.Journal()[0].Header.Get("Authorization"), "Bearer "+user.Cleartext())
	testkit.Equal(t, len(own.asked()), 0) // never the application's in its place

	err := call(s, userToken(t, "pwd"))
	refused(t, err, event.CredentialMissing)
	testkit.ErrorIs(t, err, credentials.ErrUser)

	s, _ = issuing(t)
	err = call(s, user)
	refused(t, err, event.CredentialMissing)
	testkit.ErrorIs(t, err, credentials.ErrUser)

	s, _ = issuing(t, func(cfg *client.Config) {
		cfg.Credential, cfg.APIKey = nil, credentials.NewSecret("a-key")
		cfg.Waivers = append(cfg.Waivers, unsafeallow.StaticAPIKey(reason, time.Now().Add(time.Hour)))
	})
	err = call(s, user)
	refused(t, err, event.CredentialMissing)
	testkit.ErrorIs(t, err, credentials.ErrUser)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
}

// The guard of the configuration judges the application's credential as well as ours.
func TestGuard(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		claims map[string]any
		code   event.Code
	}{
		"machine": {map[string]any{"idtyp": "app"}, ""},
		"user":    {map[string]any{"idtyp": "user"}, event.CredentialMissing},
		"secret":  {map[string]any{"appidacr": "1"}, event.CredentialStatic},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{Claims: test.claims}, func(cfg *client.Config) { cfg.Credentials.Guard = &credentials.Guard{} })
			_, _, err := s.post(t, chat, ask("hello"))
			if test.code == "" {
				testkit.NoError(t, err)
				return
			}
			refused(t, err, test.code)
			testkit.ErrorIs(t, err, credentials.ErrGuard)
			testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
			testkit.Equal(t, len(s.audit.named(event.AuthFailed)), 1)
		})
	}
}

// The sign-in of a person is refused in production, and a choice elsewhere.
func TestDeveloperSources(t *testing.T) {
	t.Parallel()
	for _, source := range []credentials.Source{credentials.WithAz, credentials.WithAzd} {
		cfg := client.Config{Endpoint: "https://contoso.openai.azure.com", Credentials: credentials.Config{Source: source, Lookup: func(string) (string, bool) { return "", false }}}
		err := cfg.Validate()
		refused(t, err, event.ConfigInvalid)
		testkit.True(t, strings.Contains(err.Error(), "Credentials.Source"), err.Error())
		cfg.Profile = client.Development
		testkit.NoError(t, cfg.Validate())
	}
}

// vaulted is a stand whose client has its key from the vault.
func vaulted(t *testing.T, ttl time.Duration) *stand {
	t.Helper()
	s := newStand(t, clienttest.Config{})
	secure(t, s.azure)
	environ(t, s.azure)
	return s.as(t, credentials.Config{Source: credentials.Managed}, func(cfg *client.Config) {
		cfg.KeyVault = client.KeyVault{Vault: "https://" + s.azure.VaultHost(), Secret: clienttest.DefaultSecret, TTL: ttl}
	})
}

// Versions and their age are on record, and so is a read that failed while the old key
// served. Neither the key nor its name is.
func TestKeyVaultEvents(t *testing.T) {
	s := vaulted(t, 0)
	call := func() int {
		status, _, err := s.post(t, chat, ask("hello"))
		testkit.NoError(t, err)
		return status
	}
	testkit.Equal(t, call(), 200)
	s.azure.Rotate(clienttest.DefaultSecret)
	testkit.Equal(t, call(), 200)
	versions := s.azure.Versions(clienttest.DefaultSecret)
	rotated := s.audit.named(event.CredentialRotated)
	testkit.Equal(t, len(rotated), 2)
	for i, e := range rotated {
		testkit.Equal(t, e.Version.String(), versions[i].Version)
		testkit.True(t, e.Age >= 0 && e.Age < time.Minute && e.Severity == event.Info && e.Outcome == event.Success, "its age")
		testkit.True(t, !strings.Contains(fmt.Sprintf("%+v", e), clienttest.DefaultSecret), "the name of the secret is not told")
	}

	s.azure.Script(clienttest.Vault, clienttest.Reply{Status: 403, Body: `{"error":{"innererror":{"code":"ForbiddenByFirewall"}}}`, Times: clienttest.Forever})
	s.azure.Script(clienttest.Model, clienttest.Unauthorized())
	testkit.Equal(t, call(), 401) // the vault gives no newer key
	failed := s.audit.named(event.AuthFailed)
	testkit.True(t, len(failed) > 0, "it is on record")
	testkit.Equal(t, failed[0].Code, event.PrivateEndpoint)
	testkit.Equal(t, failed[0].Version.String(), versions[1].Version)
	testkit.Equal(t, call(), 200) // and the old one serves
}

// A newer version of the same value is no reason to try again.
func TestSameKeyAgain(t *testing.T) {
	s := vaulted(t, 0)
	_, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	s.azure.SetSecret(clienttest.DefaultSecret, clienttest.Secret{Value: s.azure.Secret(clienttest.DefaultSecret)})
	s.azure.Forget()
	s.azure.Script(clienttest.Model, clienttest.Unauthorized())
	status, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 401)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 1)
}

// A role that is missing is not a key that has ended: the vault is left alone.
func TestKeyWithoutRole(t *testing.T) {
	s := vaulted(t, 0)
	s.azure.Script(clienttest.Model, clienttest.PermissionDenied())
	status, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 401)
	testkit.Equal(t, len(s.audit.named(event.CredentialRotated)), 1)
	testkit.Equal(t, s.azure.Requests(clienttest.Vault), 2) // challenge and read
}

func TestKeyVaultTTL(t *testing.T) {
	t.Parallel()
	cfg := client.Config{Endpoint: "https://contoso.openai.azure.com", KeyVault: client.KeyVault{Vault: "https://contoso.vault.azure.net", Secret: "k", TTL: time.Second},
		Credentials: credentials.Config{Lookup: func(string) (string, bool) { return "", false }}}
	err := cfg.Validate()
	refused(t, err, event.ConfigInvalid)
	testkit.True(t, strings.Contains(err.Error(), "KeyVault.TTL"), err.Error())
	var fault *client.FieldError
	testkit.True(t, errors.As(err, &fault), "a fault")
}
