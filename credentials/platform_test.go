package credentials_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A machine is one way to have an identity, and what its protocol looks like on the wire.
type machine struct {
	kind     clienttest.Identity
	platform credentials.Platform
	lane     clienttest.Lane
	byID     bool // takes a user-assigned identity
	requests int  // for one token
	speaks   func(clienttest.Journal) bool
}

// machines has every platform of Detect but Service Fabric, which is refused.
var machines = []machine{
	{clienttest.AppService, credentials.AppService, clienttest.AppIdentity, true, 1, appServiceProtocol},
	{clienttest.ContainerApps, credentials.ContainerApps, clienttest.AppIdentity, true, 1, appServiceProtocol},
	{clienttest.IMDS, credentials.VirtualMachine, clienttest.Metadata, true, 1, func(j clienttest.Journal) bool {
		return j[0].Host == "169.254.169.254" && j[0].Header.Get("Metadata") == "true" && strings.Contains(j[0].RawQuery, "api-version=2018-02-01")
	}},
	{clienttest.Arc, credentials.Arc, clienttest.AppIdentity, true, 2, func(j clienttest.Journal) bool {
		return j[0].Header.Get("Authorization") == "" && strings.HasPrefix(j[1].Header.Get("Authorization"), "Basic ") &&
			strings.Contains(j[1].RawQuery, "api-version=2020-06-01")
	}},
	{clienttest.AzureML, credentials.AzureML, clienttest.AppIdentity, true, 1, func(j clienttest.Journal) bool {
		return j[0].Header.Get("Secret") != "" && strings.Contains(j[0].RawQuery, "api-version=2017-09-01")
	}},
	{clienttest.CloudShell, credentials.CloudShell, clienttest.AppIdentity, false, 1, func(j clienttest.Journal) bool {
		return j[0].Method == http.MethodPost && strings.HasPrefix(string(j[0].Body), "resource=")
	}},
	{clienttest.Workload, credentials.AKS, clienttest.Login, true, 3, func(j clienttest.Journal) bool {
		form := string(j[len(j)-1].Body)
		return strings.Contains(form, "client_assertion=federated.") && strings.Contains(form, "grant_type=client_credentials")
	}},
}

func appServiceProtocol(j clienttest.Journal) bool {
	return j[0].Header.Get("X-Identity-Header") != "" && strings.Contains(j[0].RawQuery, "api-version=2019-08-01")
}

// start starts a fake whose environment the process gets, and the credential of it.
func (m machine) start(t *testing.T, fake clienttest.Config, cfg credentials.Config) (*clienttest.Azure, *credentials.Credential, policy.TokenRequestOptions) {
	t.Helper()
	if m.kind == clienttest.Arc {
		arcRights(t)
	}
	// A resource of its own: the cache of azidentity is that of the process.
	resource := "api://" + freshID()
	fake.Identity, fake.Audiences = m.kind, []string{resource}
	azure := clienttest.New(t, fake)
	for name, value := range azure.Env() {
		t.Setenv(name, value)
	}
	if m.byID {
		cfg.ClientID = azure.ClientID()
	}
	cfg.Transport = azure.Client()
	c, err := credentials.New(cfg)
	testkit.NoError(t, err)
	return azure, c, policy.TokenRequestOptions{Scopes: []string{resource + "/.default"}}
}

// arcRights skips where the agent's folder cannot be written.
func arcRights(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("azidentity looks for the keys of Azure Arc elsewhere")
	}
	if err := os.MkdirAll(clienttest.ArcFolder, 0o700); err != nil {
		t.Skip("the folder of Azure Arc's agent cannot be written")
	}
	t.Cleanup(func() { // only if nothing is in them
		_ = os.Remove(clienttest.ArcFolder)
		_ = os.Remove(filepath.Dir(clienttest.ArcFolder))
	})
}

// The real azidentity speaks the protocol of each platform, and the tokens open the account.
func TestEveryPlatform(t *testing.T) {
	for _, m := range machines {
		t.Run(m.platform.String(), func(t *testing.T) {
			azure, c, options := m.start(t, clienttest.Config{}, credentials.Config{})
			testkit.Equal(t, c.Platform(), m.platform)
			token, err := c.GetToken(t.Context(), options)
			testkit.NoError(t, err)
			testkit.Equal(t, azure.Requests(m.lane), m.requests)
			testkit.True(t, m.speaks(azure.Journal().On(m.lane)), "the protocol of the platform")
			testkit.Equal(t, status(t, azure, token.Token), http.StatusOK)

			// Rejected, it is had anew, once, past every cache below.
			authorization, err := c.Authorization(t.Context(), options.Scopes[0])
			testkit.NoError(t, err)
			testkit.Equal(t, authorization.Cleartext(), "Bearer "+token.Token)
			azure.RevokeTokens()
			for range 3 {
				c.Reject(t.Context(), options.Scopes[0], authorization, credentials.Secret{})
			}
			token, err = c.GetToken(t.Context(), options)
			testkit.NoError(t, err)
			testkit.Equal(t, azure.Requests(m.lane), 2*m.requests)
			testkit.Equal(t, status(t, azure, token.Token), http.StatusOK)
			// The new one too, and now there is a pause.
			authorization, err = c.Authorization(t.Context(), options.Scopes[0])
			testkit.NoError(t, err)
			c.Reject(t.Context(), options.Scopes[0], authorization, credentials.Secret{})
			testkit.Equal(t, azure.Requests(m.lane), 2*m.requests)
		})
	}
}

// status is what the account says to a token.
func status(t *testing.T, azure *clienttest.Azure, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, azure.Endpoint()+"/openai/v1/models", nil)
	testkit.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+token)
	response, err := azure.Client().Do(request)
	testkit.NoError(t, err)
	testkit.NoError(t, response.Body.Close())
	return response.StatusCode
}

// Whatever an endpoint does, the error comes in time, has its type and quotes nothing.
func TestEveryPlatformFails(t *testing.T) {
	canaries := testkit.Canaries()
	answer := `{"error":"server_error","error_description":"` + canaries.Text("answer") + `"}`
	for _, m := range machines {
		for name, reply := range map[string]clienttest.Reply{
			"400":       {Status: 400, Body: answer},
			"403":       {Status: 403, Body: answer},
			"500":       {Status: 500, Body: answer},
			"throttled": {Status: 429, Body: answer, Header: http.Header{"Retry-After": {"90"}}},
			"redirect":  {Status: 307, Body: answer, Header: http.Header{"Location": {"http://evil.example/" + canaries.Text("answer")}}},
			"no JSON":   {Status: 200, Body: canaries.Text("answer")},
			"no token":  {Status: 200, Body: `{"token_type":"Bearer"}`},
			"stalled":   {Status: 200, Body: answer, Fault: clienttest.Stall},
			"cut off":   {Status: 200, Body: answer, Fault: clienttest.CutOff},
			"slow":      {Delay: time.Minute},
		} {
			t.Run(m.platform.String()+" "+name, func(t *testing.T) {
				azure, c, options := m.start(t, clienttest.Config{}, credentials.Config{Timeout: 200 * time.Millisecond})
				reply.Times = clienttest.Forever
				azure.Script(m.lane, reply)
				start := time.Now()
				_, err := c.GetToken(t.Context(), options)
				testkit.True(t, time.Since(start) < 30*time.Second, "in seconds, not minutes, on a busy machine too")
				checkTokenError(t, err, canaries)
				testkit.Equal(t, errors.Is(err, credentials.ErrNoIdentity), name == "400" && m.kind != clienttest.Workload ||
					m.kind == clienttest.IMDS && name == "slow")
				var own *credentials.TokenError
				testkit.True(t, errors.As(err, &own) && own.Advice != "", "advice")
				for _, value := range azure.Env() {
					testkit.True(t, !strings.Contains(chain(err), value), "no value of the environment")
				}
			})
		}
	}
}

// An identity endpoint that names a wait gets it, however many ask.
func TestIdentityThrottles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		transport, done := imds(func(w http.ResponseWriter, _ *http.Request) {
			if calls++; calls == 1 {
				w.Header().Set("Retry-After", "90")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			tokenAnswer(w, "t", time.Hour)
		})
		defer done()
		c, err := credentials.New(credentials.Config{ObjectID: freshID(), Transport: transport})
		testkit.NoError(t, err)
		start := time.Now()
		for time.Since(start) < 89*time.Second {
			_, err := c.GetToken(t.Context(), ask())
			testkit.ErrorIs(t, err, credentials.ErrUnavailable)
			time.Sleep(time.Second)
		}
		testkit.Equal(t, calls, 1)
		time.Sleep(2 * time.Second)
		_, err = c.GetToken(t.Context(), ask())
		testkit.NoError(t, err)
	})
}

// imds serves the metadata service over pipes, for a virtual clock. Call the function last.
func imds(handler http.HandlerFunc) (*http.Client, func()) {
	l := testkit.PipeListener()
	s := &http.Server{Handler: handler}
	go func() { _ = s.Serve(l) }()
	tr := &http.Transport{DialContext: l.Dial}
	return &http.Client{Transport: tr}, func() {
		tr.CloseIdleConnections()
		_ = s.Close()
	}
}

// A year on a virtual machine, with a call each minute. Tokens live for a day; once a month
// the metadata service is away for six hours. No call fails, and about two tokens are had a
// day at most.
func TestYear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		given, down := 0, false
		transport, done := imds(func(w http.ResponseWriter, _ *http.Request) {
			if down {
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			given++
			tokenAnswer(w, fmt.Sprint("token-", given), 24*time.Hour)
		})
		defer done()
		c, err := credentials.New(credentials.Config{ObjectID: freshID(), Transport: transport})
		testkit.NoError(t, err)
		start := time.Now()
		for minute := 0; time.Since(start) < 365*24*time.Hour; minute++ {
			of := minute % (30 * 24 * 60)
			down = of >= 10*24*60 && of < 10*24*60+6*60
			token, err := c.GetToken(t.Context(), ask())
			if err != nil || time.Until(token.ExpiresOn) <= 0 {
				t.Fatalf("after %v: %v, %v left", time.Since(start), err, time.Until(token.ExpiresOn))
			}
			time.Sleep(time.Minute - time.Since(start)%time.Minute)
		}
		testkit.True(t, given > 365 && given < 2*365+20, fmt.Sprintf("%d tokens", given))
	})
}

// Replicas that started together do not come back together.
func TestTokenJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		given := 0
		transport, done := imds(func(w http.ResponseWriter, _ *http.Request) {
			given++
			tokenAnswer(w, "t", 24*time.Hour)
		})
		defer done()
		var replicas []*credentials.Credential
		for range 20 {
			c, err := credentials.New(credentials.Config{ObjectID: freshID(), Transport: transport})
			testkit.NoError(t, err)
			_, err = c.GetToken(t.Context(), ask())
			testkit.NoError(t, err)
			replicas = append(replicas, c)
		}
		testkit.Equal(t, given, 20)
		time.Sleep(13*time.Hour + 30*time.Minute) // half of a day, and half of a quarter of the rest
		for _, c := range replicas {
			_, err := c.GetToken(t.Context(), ask())
			testkit.NoError(t, err)
		}
		testkit.True(t, given > 20 && given < 40, "some come early, some late")
	})
}

// A clock that is wrong is told as such, whether the token shows it or the answer's date.
func TestClock(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"ended token": func(w http.ResponseWriter, _ *http.Request) { tokenAnswer(w, "t", -time.Hour) },
		"date": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(10*time.Minute).UTC().Format(http.TimeFormat))
			w.WriteHeader(http.StatusBadRequest)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, false, answer)
			c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: f.transport(t)})
			testkit.NoError(t, err)
			_, err = c.GetToken(t.Context(), ask())
			testkit.ErrorIs(t, err, credentials.ErrClock)
			testkit.ErrorIs(t, err, credentials.ErrUnavailable)
			testkit.True(t, !errors.Is(err, credentials.ErrNoIdentity), "that is not why")
			testkit.True(t, strings.Contains(err.Error(), "compare this machine's clock"), "advice")
		})
	}
}

// A machine that is not in Azure is told so.
func TestNoIdentity(t *testing.T) {
	t.Parallel()
	c, err := credentials.New(credentials.Config{ClientID: freshID(), Transport: &http.Client{Transport: &http.Transport{DialContext: nowhere}}, Timeout: 100 * time.Millisecond})
	testkit.NoError(t, err)
	_, err = c.GetToken(t.Context(), ask())
	testkit.ErrorIs(t, err, credentials.ErrNoIdentity)
	testkit.Equal(t, credentials.Code(err), event.CredentialMissing)
}

// The programs of a developer are run by the real azidentity, and never by themselves.
func TestDeveloper(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts here")
	}
	canaries := testkit.Canaries()
	folder := t.TempDir()
	program := func(name, script string) {
		testkit.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script), 0o700))
	}
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	end := time.Now().Add(time.Hour)
	program("az", fmt.Sprintf("echo '{\"accessToken\":%q,\"expires_on\":%d}'", canaries.Text("token"), end.Unix()))
	program("azd", fmt.Sprintf("echo '{\"token\":%q,\"expiresOn\":%q}'", canaries.Text("token"), end.UTC().Format("2006-01-02T15:04:05Z")))
	for source, platform := range map[credentials.Source]credentials.Platform{
		credentials.WithAz: credentials.AzureCLI, credentials.WithAzd: credentials.DeveloperCLI,
	} {
		t.Run(source.String(), func(t *testing.T) {
			testkit.True(t, source.Developer(), "it is a developer's")
			c, err := credentials.New(credentials.Config{Source: source})
			testkit.NoError(t, err)
			testkit.Equal(t, c.Platform(), platform)
			hosts, err := credentials.Endpoints(credentials.Config{Source: source})
			testkit.NoError(t, err)
			testkit.DeepEqual(t, hosts, credentials.Hosts{})
			token, err := c.GetToken(t.Context(), ask())
			testkit.NoError(t, err)
			testkit.Equal(t, token.Token, canaries.Text("token"))
			testkit.DeepEqual(t, canaries.Find([]byte(said(c))), []string(nil))

			for _, id := range []credentials.Config{{ClientID: "x"}, {ObjectID: "x"}, {ResourceID: "x"}} {
				id.Source = source
				_, err = credentials.New(id)
				testkit.ErrorIs(t, err, credentials.ErrConfig)
			}
			_, err = credentials.New(credentials.Config{Source: source, TenantID: "a b"})
			testkit.ErrorIs(t, err, credentials.ErrConfig)
		})
	}
	program("az", "echo 'Please run az login "+canaries.Text("answer")+"' >&2; exit 1")
	program("azd", "exit 127")
	for _, source := range []credentials.Source{credentials.WithAz, credentials.WithAzd} {
		c, err := credentials.New(credentials.Config{Source: source})
		testkit.NoError(t, err)
		_, err = c.GetToken(t.Context(), ask())
		checkTokenError(t, err, canaries)
		testkit.ErrorIs(t, err, credentials.ErrNoIdentity)
		testkit.True(t, strings.Contains(err.Error(), "login"), "advice")
	}
	for _, source := range []credentials.Source{credentials.Auto, credentials.Managed, credentials.Workload, credentials.WithCertificate} {
		testkit.True(t, !source.Developer(), "the others are not")
	}
}
