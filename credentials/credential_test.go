package credentials_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const scope = "https://cognitiveservices.azure.com/.default"

var ids atomic.Int64

// freshID is a client id of its own: azidentity keeps managed identity tokens in a package
// variable, by client id.
func freshID() string {
	return fmt.Sprintf("%08x-0000-4000-8000-%012x", os.Getpid(), ids.Add(1))
}

func ask() policy.TokenRequestOptions { return policy.TokenRequestOptions{Scopes: []string{scope}} }

// tokenAnswer is the answer of App Service, 2019-08-01, and of IMDS, 2018-02-01.
func tokenAnswer(w http.ResponseWriter, token string, life time.Duration) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"access_token": token, "token_type": "Bearer", "resource": strings.TrimSuffix(scope, "/.default"),
		"expires_on": fmt.Sprint(time.Now().Add(life).Unix()),
	})
}

// appService points the environment of the process, which azidentity reads, at f.
func appService(t *testing.T, f *fake, header string) {
	t.Helper()
	t.Setenv("IDENTITY_ENDPOINT", f.URL+"/msi/token")
	t.Setenv("IDENTITY_HEADER", header)
}

func TestAppService(t *testing.T) {
	canaries := testkit.Canaries()
	id := freshID()
	f := newFake(t, false, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Header.Get("X-IDENTITY-HEADER") != canaries.Text("header") || q.Get("client_id") != id || q.Get("resource") != "https://cognitiveservices.azure.com" {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		tokenAnswer(w, canaries.Text("token"), time.Hour)
	})
	appService(t, f, canaries.Text("header"))
	c, err := credentials.New(credentials.Config{ClientID: id, Transport: f.transport(t)})
	testkit.NoError(t, err)
	testkit.Equal(t, c.Platform(), credentials.AppService)

	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			token, err := c.GetToken(t.Context(), ask())
			testkit.NoError(t, err)
			testkit.Equal(t, token.Token, canaries.Text("token"))
		})
	}
	wg.Wait()
	testkit.Equal(t, f.calls.Load(), 1) // single flight, then memory
	testkit.DeepEqual(t, canaries.Find([]byte(said(c))), []string(nil))

	// Claims bypass every cache, also that of azidentity.
	claims := ask()
	claims.Claims = `{"access_token":{}}`
	_, err = c.GetToken(t.Context(), claims)
	testkit.NoError(t, err)
	testkit.Equal(t, f.calls.Load(), 2)
}

func TestIMDS(t *testing.T) {
	t.Parallel()
	id := freshID()
	f := newFake(t, false, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Metadata") != "true" || r.Host != "169.254.169.254" || r.URL.Query().Get("object_id") != id {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		tokenAnswer(w, "t", 24*time.Hour)
	})
	c, err := credentials.New(credentials.Config{ObjectID: id, Transport: f.transport(t)})
	testkit.NoError(t, err)
	testkit.Equal(t, c.Platform(), credentials.VirtualMachine)
	token, err := c.GetToken(t.Context(), ask())
	testkit.NoError(t, err)
	testkit.Equal(t, token.Token, "t")
	testkit.Equal(t, f.dialed.Load().(string), "169.254.169.254:80")
}

// entra answers as the login host does to a federated credential.
func entra(t *testing.T, tokenHost string, token http.HandlerFunc) *fake {
	return newFake(t, true, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
			tenant := strings.Split(r.URL.Path, "/")[1]
			_ = json.NewEncoder(w).Encode(map[string]string{
				"issuer":                 "https://login.microsoftonline.com/" + tenant + "/v2.0",
				"authorization_endpoint": "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/authorize",
				"token_endpoint":         "https://" + tokenHost + "/" + tenant + "/oauth2/v2.0/token",
			})
		case strings.HasSuffix(r.URL.Path, "/token"):
			token(w, r)
		default:
			http.NotFound(w, r)
		}
	})
}

func workload(t *testing.T, f *fake, assertion string) *credentials.Credential {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	testkit.NoError(t, os.WriteFile(file, []byte(assertion), 0o600))
	c, err := credentials.New(credentials.Config{
		Transport: f.transport(t),
		Timeout:   time.Second,
		Lookup:    lookup("AZURE_CLIENT_ID", freshID(), "AZURE_TENANT_ID", "11111111-2222-3333-4444-555555555555", "AZURE_FEDERATED_TOKEN_FILE", file),
	})
	testkit.NoError(t, err)
	testkit.Equal(t, c.Platform(), credentials.AKS)
	return c
}

func TestWorkload(t *testing.T) {
	t.Setenv("AZURE_AUTHORITY_HOST", "https://evil.example/") // has no effect
	canaries := testkit.Canaries()
	f := entra(t, "login.microsoftonline.com", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.Contains(string(body), canaries.Text("assertion")) || r.Host != "login.microsoftonline.com" {
			http.Error(w, "no", http.StatusBadRequest)
			return
		}
		_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, canaries.Text("token"))
	})
	c := workload(t, f, canaries.Text("assertion"))
	token, err := c.GetToken(t.Context(), ask())
	testkit.NoError(t, err)
	testkit.Equal(t, token.Token, canaries.Text("token"))
	testkit.Equal(t, f.dialed.Load().(string), "login.microsoftonline.com:443")
	testkit.DeepEqual(t, canaries.Find([]byte(said(c))), []string(nil))
}

// The login host may not send the assertion elsewhere.
func TestWorkloadTokenEndpointElsewhere(t *testing.T) {
	t.Parallel()
	f := entra(t, "evil.example", func(http.ResponseWriter, *http.Request) { t.Error("the assertion went out") })
	_, err := workload(t, f, "a").GetToken(t.Context(), ask())
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
	testkit.ErrorIs(t, err, credentials.ErrIdentityEndpoint)
	testkit.Equal(t, credentials.Code(err), event.EgressBlocked)
}

// Nothing that an endpoint says comes out in an error, whatever prints it.
func TestErrorsQuoteNothing(t *testing.T) {
	canaries := testkit.Canaries()
	answers := map[string]http.HandlerFunc{
		"400": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error":"invalid_request","error_description":"`+canaries.Text("answer")+`"}`, http.StatusBadRequest)
		},
		"401 challenge": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", "Basic realm="+canaries.Text("answer"))
			w.WriteHeader(http.StatusUnauthorized)
		},
		"403": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "unreachable "+canaries.Text("answer"), http.StatusForbidden)
		},
		"307": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://evil.example/"+canaries.Text("answer"))
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, canaries.Text("answer")) },
		"half JSON": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"access_token":"`+canaries.Text("token"))
		},
		"empty token": func(w http.ResponseWriter, _ *http.Request) { tokenAnswer(w, "", time.Hour) },
		"header split": func(w http.ResponseWriter, _ *http.Request) {
			tokenAnswer(w, canaries.Text("token")+"\r\nX: y", time.Hour)
		},
		"ended token": func(w http.ResponseWriter, _ *http.Request) { tokenAnswer(w, canaries.Text("token"), -time.Hour) },
		"odd expiry": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"access_token":%q,"expires_on":%q}`, canaries.Text("token"), canaries.Text("answer"))
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = fmt.Fprintf(w, `{"x":%q,"access_token":%q}`, strings.Repeat("x", 2<<20), canaries.Text("token"))
		},
		"cut off": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range answers {
		t.Run("managed "+name, func(t *testing.T) {
			f := newFake(t, false, answer)
			appService(t, f, canaries.Text("header"))
			c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t), Timeout: 300 * time.Millisecond})
			testkit.NoError(t, err)
			_, err = c.GetToken(t.Context(), ask())
			checkTokenError(t, err, canaries)
		})
		t.Run("workload "+name, func(t *testing.T) {
			c := workload(t, entra(t, "login.microsoftonline.com", answer), canaries.Text("assertion"))
			_, err := c.GetToken(t.Context(), ask())
			checkTokenError(t, err, canaries)
		})
	}
}

func checkTokenError(t *testing.T, err error, canaries *testkit.CanarySet) {
	t.Helper()
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
	var token *credentials.TokenError
	testkit.True(t, errors.As(err, &token), "a TokenError")
	var leaky *azidentity.AuthenticationFailedError
	testkit.True(t, !errors.As(err, &leaky), "azidentity's error is out of reach")
	testkit.DeepEqual(t, canaries.Find([]byte(chain(err))), []string(nil))
	testkit.Equal(t, credentials.Code(err), event.CredentialMissing)
}

func TestEntraCode(t *testing.T) {
	t.Parallel()
	f := entra(t, "login.microsoftonline.com", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"invalid_client","error_description":"AADSTS700213: No matching federated identity record found for subject 'x'","error_codes":[700213]}`)
	})
	_, err := workload(t, f, "a").GetToken(t.Context(), ask())
	var token *credentials.TokenError
	testkit.True(t, errors.As(err, &token), "a TokenError")
	testkit.Equal(t, token.Code, "AADSTS700213")
	testkit.Equal(t, token.Status, http.StatusUnauthorized)
	testkit.Equal(t, err.Error(), "credentials: no credential could be had from AKS workload identity, status 401, AADSTS700213; "+
		"does the federated credential of the application match issuer, subject and audience of the service account?")
}

// A machine off Azure fails by the deadline, not by azidentity's patience.
func TestDeadline(t *testing.T) {
	t.Parallel()
	f := newFake(t, false, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t), Timeout: 50 * time.Millisecond})
	testkit.NoError(t, err)
	start := time.Now()
	_, err = c.GetToken(t.Context(), ask())
	testkit.True(t, time.Since(start) < 5*time.Second, "in time")
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
	testkit.True(t, !errors.Is(err, context.DeadlineExceeded), "the caller's context has not ended")
	testkit.Equal(t, credentials.Code(err), event.CredentialMissing)
	testkit.True(t, strings.Contains(err.Error(), "is this machine in Azure?"), "advice")
}

func TestCallerGivesUp(t *testing.T) {
	t.Parallel()
	f := newFake(t, false, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t)})
	testkit.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	var wg sync.WaitGroup
	for range 3 { // one asks, two wait for it
		wg.Go(func() {
			_, err := c.GetToken(ctx, ask())
			testkit.ErrorIs(t, err, context.Canceled)
			testkit.ErrorIs(t, err, credentials.ErrUnavailable)
			testkit.Equal(t, credentials.Code(err), event.Canceled)
		})
	}
	wg.Wait()
}

// azidentity reads the environment at each request; what it reads then does not matter.
func TestEnvironmentChangesLater(t *testing.T) {
	evil := newFake(t, false, func(http.ResponseWriter, *http.Request) { t.Error("the header went out") })
	f := newFake(t, false, func(w http.ResponseWriter, _ *http.Request) { tokenAnswer(w, "t", time.Hour) })
	appService(t, f, "h")
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t)})
	testkit.NoError(t, err)
	for _, endpoint := range []string{evil.URL, "http://evil.example/msi", "http://[::1]:1/"} {
		t.Setenv("IDENTITY_ENDPOINT", endpoint)
		options := ask()
		options.TenantID = endpoint // a cell of its own
		_, err = c.GetToken(t.Context(), options)
		testkit.ErrorIs(t, err, credentials.ErrIdentityEndpoint)
		testkit.True(t, strings.Contains(err.Error(), "look at IDENTITY_ENDPOINT") && !strings.Contains(err.Error(), endpoint), "names the variable, not the value")
	}
	testkit.Equal(t, f.calls.Load(), 0)
}

// A refusal of the transport is the cause, and is not tried again.
func TestTransportRefuses(t *testing.T) {
	t.Parallel()
	var calls atomic.Int64
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: transporter(func(*http.Request) (*http.Response, error) {
		calls.Add(1)
		return nil, &credentials.EndpointError{Variable: "X"}
	})})
	testkit.NoError(t, err)
	_, err = c.GetToken(t.Context(), ask())
	testkit.ErrorIs(t, err, credentials.ErrIdentityEndpoint)
	testkit.Equal(t, calls.Load(), 1)
	_, err = c.GetToken(t.Context(), ask()) // the failure stands for two seconds
	testkit.ErrorIs(t, err, credentials.ErrIdentityEndpoint)
	testkit.Equal(t, calls.Load(), 1)
}

type transporter func(*http.Request) (*http.Response, error)

func (f transporter) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestPanicStaysInside(t *testing.T) {
	t.Parallel()
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: transporter(func(*http.Request) (*http.Response, error) { panic("secret") })})
	testkit.NoError(t, err)
	_, err = c.GetToken(t.Context(), ask())
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
	testkit.True(t, !strings.Contains(err.Error(), "secret"), "the panic's text stays inside")
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	ok := transporter(nil)
	workload := []string{"AZURE_CLIENT_ID", "c", "AZURE_TENANT_ID", "t", "AZURE_FEDERATED_TOKEN_FILE", "f"}
	fabric := []string{"IDENTITY_ENDPOINT", "https://127.0.0.1:1/", "IDENTITY_HEADER", "h", "IDENTITY_SERVER_THUMBPRINT", "x"}
	for name, c := range map[string]struct {
		config credentials.Config
		want   error
		text   string
	}{
		"no transport":    {credentials.Config{}, credentials.ErrTransport, "credentials: a transport is required"},
		"source":          {credentials.Config{Transport: ok, Source: 9}, credentials.ErrConfig, "credentials: Source: there is no such source"},
		"plain login":     {credentials.Config{Transport: ok, Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: "http://login.example"}}, credentials.ErrConfig, "credentials: Cloud: the login host is not an https URL"},
		"two ids":         {credentials.Config{Transport: ok, ClientID: "a", ObjectID: "b", Lookup: lookup()}, credentials.ErrConfig, "credentials: ClientID: only one of ClientID, ObjectID and ResourceID may be set"},
		"no token file":   {credentials.Config{Transport: ok, Source: credentials.Workload, ClientID: "a", TenantID: "t", Lookup: lookup()}, credentials.ErrConfig, "credentials: TokenFile: neither the field nor AZURE_FEDERATED_TOKEN_FILE is set"},
		"no tenant":       {credentials.Config{Transport: ok, Source: credentials.Workload, ClientID: "a", Lookup: lookup()}, credentials.ErrConfig, "credentials: TenantID: neither the field nor AZURE_TENANT_ID is set"},
		"no client":       {credentials.Config{Transport: ok, Source: credentials.Workload, Lookup: lookup()}, credentials.ErrConfig, "credentials: ClientID: neither the field nor AZURE_CLIENT_ID is set"},
		"object workload": {credentials.Config{Transport: ok, ObjectID: "a", Lookup: lookup(workload...)}, credentials.ErrConfig, "credentials: ClientID: a workload identity is named by its client id alone"},
		"odd tenant":      {credentials.Config{Transport: ok, TenantID: "a/b", Lookup: lookup(workload...)}, credentials.ErrConfig, "credentials: TenantID: azidentity does not take tenant, client id or cloud"},
		"region":          {credentials.Config{Transport: ok, Lookup: lookup(append(workload, "AZURE_REGIONAL_AUTHORITY_NAME", "TryAutoDetect")...)}, credentials.ErrIdentityEndpoint, "credentials: the identity request would leave its lane: look at AZURE_REGIONAL_AUTHORITY_NAME"},
		"service fabric":  {credentials.Config{Transport: ok, Lookup: lookup(fabric...)}, credentials.ErrConfig, "credentials: Source: Service Fabric is not supported: give the workload a federated credential, or pass a credential of your own"},
		"imds elsewhere":  {credentials.Config{Transport: ok, Lookup: lookup("IMDS_ENDPOINT", "http://evil.example")}, credentials.ErrIdentityEndpoint, "credentials: the identity request would leave its lane: look at IMDS_ENDPOINT"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := credentials.New(c.config)
			testkit.ErrorIs(t, err, c.want)
			testkit.Equal(t, err.Error(), c.text)
		})
	}
}

func TestZeroCredential(t *testing.T) {
	t.Parallel()
	var none *credentials.Credential
	for _, c := range []*credentials.Credential{none, {}} {
		_, err := c.GetToken(t.Context(), ask())
		testkit.ErrorIs(t, err, credentials.ErrUnavailable)
		testkit.Equal(t, c.Platform(), credentials.Unknown)
	}
	c, err := credentials.New(credentials.Config{Transport: transporter(nil), Lookup: lookup()})
	testkit.NoError(t, err)
	_, err = c.GetToken(t.Context(), policy.TokenRequestOptions{})
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
	testkit.Equal(t, credentials.Code(nil), event.Code(""))
	testkit.Equal(t, credentials.Code(io.EOF), event.CredentialMissing)
}

func BenchmarkGetToken(b *testing.B) {
	f := newFake(b, false, func(w http.ResponseWriter, _ *http.Request) { tokenAnswer(w, "t", time.Hour) })
	id := freshID()
	bare, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{
		ClientOptions: policy.ClientOptions{Transport: f.transport(b)}, ID: azidentity.ClientID(id)})
	testkit.NoError(b, err)
	ours, err := credentials.New(credentials.Config{ClientID: id, Transport: f.transport(b)})
	testkit.NoError(b, err)
	b.Run("azidentity", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = bare.GetToken(b.Context(), ask())
		}
	})
	b.Run("sallyport", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = ours.GetToken(b.Context(), ask())
		}
	})
}

func ExampleNew() {
	_, err := credentials.New(credentials.Config{})
	fmt.Println(err)
	// Output: credentials: a transport is required
}

func ExampleNew_workload() {
	c, err := credentials.New(credentials.Config{
		Source:    credentials.Workload,
		ClientID:  "11111111-1111-1111-1111-111111111111",
		TenantID:  "22222222-2222-2222-2222-222222222222",
		TokenFile: "/var/run/secrets/azure/tokens/azure-identity-token",
		Transport: &http.Client{ /* a transport of edge.New */ },
	})
	fmt.Println(c.Platform(), err)
	// Output: AKS workload identity <nil>
}
