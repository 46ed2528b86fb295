package client_test

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// environ gives the process the variables of the fake's identity, and waits for other tests
// that do the same: it cannot be used in a parallel test.
func environ(t *testing.T, azure *clienttest.Azure) {
	t.Helper()
	for name, value := range azure.Env() {
		t.Setenv(name, value)
	}
}

// as makes a client with an identity of the fake.
func (s *stand) as(t *testing.T, cfg credentials.Config, changes ...func(*client.Config)) *stand {
	t.Helper()
	all := s.config()
	cfg.ClientID = s.azure.ClientID() // azidentity's cache is that of the process
	all.Credential, all.Credentials = nil, cfg
	for _, change := range changes {
		change(&all)
	}
	c, err := client.New(all)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return &stand{azure: s.azure, client: c, audit: s.audit}
}

// secure skips a test where the fake cannot have port 443, without which a client that finds
// it by DNS alone cannot reach login and vault.
func secure(t *testing.T, azure *clienttest.Azure) {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort(azure.PrivateAddr().String(), "443"))
	if err != nil {
		t.Skip("port 443 cannot be had on this machine")
	}
	_ = conn.Close()
}

// The zero credentials are the identity of the machine: a token from its own endpoint, and
// nothing static anywhere.
func TestManagedIdentity(t *testing.T) {
	s := newStand(t, clienttest.Config{})
	environ(t, s.azure)
	s = s.as(t, credentials.Config{Source: credentials.Managed})
	for range 2 {
		status, _, err := s.post(t, chat, ask("hello"))
		testkit.NoError(t, err)
		testkit.Equal(t, status, 200)
	}
	testkit.Equal(t, s.azure.Requests(clienttest.AppIdentity), 1) // the token is kept
	report, err := s.client.Check(t.Context())
	testkit.NoError(t, err)
	testkit.Equal(t, report.Credential, "App Service")
	testkit.DeepEqual(t, lanesOf(report), []string{"identity"})
	testkit.True(t, report.Lanes[0].TLS == nil && report.Lanes[0].Meets(netguard.LevelConnect), report.String())
}

// lanesOf are the lanes by which the credential came, in the order of the report.
func lanesOf(r *client.Report) (all []string) {
	for _, e := range r.Lanes {
		all = append(all, e.Lane.String())
	}
	return all
}

// A workload changes the assertion of its cluster for a token at Entra, over a lane of its
// own that carries nothing else.
func TestWorkloadIdentity(t *testing.T) {
	s := newStand(t, clienttest.Config{Identity: clienttest.Workload})
	secure(t, s.azure)
	environ(t, s.azure)
	s = s.as(t, credentials.Config{Source: credentials.Workload})
	status, _, err := s.post(t, chat, ask(letter()))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.True(t, s.azure.Requests(clienttest.Login) > 0, "Entra was asked")
	report, err := s.client.Check(t.Context())
	testkit.NoError(t, err)
	testkit.DeepEqual(t, lanesOf(report), []string{"public"})
	testkit.Equal(t, report.Lanes[0].Host, "login.microsoftonline.com")
	testkit.Equal(t, report.Lanes[0].TLS.ALPN, "h2")
	for _, e := range s.azure.Journal().On(clienttest.Login) {
		testkit.True(t, !strings.Contains(string(e.Body), "EMAIL_ADDRESS"), "no prompt on the login lane")
	}
	testkit.DeepEqual(t, planted().Find(s.azure.Journal().Bytes()), []string(nil))
}

// No identity, no call: nothing is sent.
func TestNoIdentity(t *testing.T) {
	s := newStand(t, clienttest.Config{})
	environ(t, s.azure)
	s.azure.Script(clienttest.AppIdentity, clienttest.Reply{Status: 400, Body: `{"statusCode":400,"message":"canary"}`, Times: clienttest.Forever})
	s = s.as(t, credentials.Config{Source: credentials.Managed})
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.CredentialMissing)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
	testkit.Equal(t, len(s.audit.named(event.AuthFailed)), 1)
	_, err = s.client.Check(t.Context())
	refused(t, err, event.CredentialMissing)
}

// A key from a vault travels in its header, and is read once.
func TestKeyVault(t *testing.T) {
	s := newStand(t, clienttest.Config{})
	secure(t, s.azure)
	environ(t, s.azure)
	s = s.as(t, credentials.Config{Source: credentials.Managed}, func(cfg *client.Config) {
		cfg.KeyVault = client.KeyVault{Vault: "https://" + s.azure.VaultHost(), Secret: clienttest.DefaultSecret}
	})
	for range 2 {
		status, _, err := s.post(t, chat, ask("hello"))
		testkit.NoError(t, err)
		testkit.Equal(t, status, 200)
	}
	for _, e := range s.azure.Journal().On(clienttest.Model) {
		testkit.Equal(t, e.Header.Get("Api-Key"), s.azure.Secret(clienttest.DefaultSecret))
		testkit.Equal(t, e.Header.Get("Authorization"), "")
	}
	report, err := s.client.Check(t.Context())
	testkit.NoError(t, err)
	testkit.Equal(t, report.Credential, "key vault")
	testkit.DeepEqual(t, lanesOf(report), []string{"identity", "private"})
	vault := report.Lanes[1]
	testkit.Equal(t, vault.Host, s.azure.VaultHost())
	testkit.True(t, vault.Meets(netguard.LevelChain) && vault.Meets(netguard.LevelConnect), vault.Report())
	testkit.Equal(t, vault.TLS.Version, "TLS 1.3")
	text, err := json.Marshal(report)
	testkit.NoError(t, err)
	testkit.True(t, !strings.Contains(string(text)+report.String(), s.azure.Secret(clienttest.DefaultSecret)), "no key is told")

	s.azure.Rotate(clienttest.DefaultSecret)
	status, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200) // by a second attempt with the new key
	testkit.Equal(t, s.audit.last(t).Attempts, 2)
}

// The key's lane is private too.
func TestVaultOnAPublicAddress(t *testing.T) {
	s := newStand(t, clienttest.Config{})
	secure(t, s.azure)
	environ(t, s.azure)
	s = s.as(t, credentials.Config{Source: credentials.Managed}, func(cfg *client.Config) {
		cfg.KeyVault = client.KeyVault{Vault: "https://" + s.azure.VaultHost(), Secret: clienttest.DefaultSecret}
	})
	s.azure.Unlink()
	_, _, err := s.post(t, chat, ask("hello"))
	refused(t, err, event.PrivateEndpoint)
	testkit.Equal(t, s.azure.Connections(clienttest.Vault), 0)
}

// A policy of the application never sees the credential, before the call or after.
func TestPoliciesSeeNoCredential(t *testing.T) {
	t.Parallel()
	var seen []*http.Request
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
		cfg.PerAttempt = append(cfg.PerAttempt, spy(&seen))
		cfg.PerCall = append(cfg.PerCall, spy(&seen))
	})
	_, _, err := s.post(t, chat, ask(letter()))
	testkit.NoError(t, err)
	testkit.Equal(t, len(seen), 2)
	for _, req := range seen {
		testkit.Equal(t, req.Header.Get("Authorization"), "")
	}
	testkit.True(t, s.azure.Journal()[0].Header.Get("Authorization") != "", "which is there on the wire")
}
