package clienttest_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// secrets is the real client. It verifies the challenge if the vault has no port.
func secrets(t *testing.T, azure *clienttest.Azure, url string) *azsecrets.Client {
	t.Helper()
	client, err := azsecrets.NewClient(url, managed(t, azure), &azsecrets.ClientOptions{ClientOptions: options(azure), DisableChallengeResourceVerification: url == azure.VaultURL()})
	testkit.NoError(t, err)
	return client
}

func TestVault(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{})
	setenv(t, azure)
	// With the port of the fake, and with that of Azure through Dial.
	for _, url := range []string{azure.VaultURL(), "https://" + azure.VaultHost()} {
		client := secrets(t, azure, url)
		got, err := client.GetSecret(t.Context(), clienttest.DefaultSecret, "", nil)
		testkit.NoError(t, err)
		testkit.Equal(t, *got.Value, azure.Secret(clienttest.DefaultSecret))
		testkit.Equal(t, *got.Attributes.Enabled, true)
		testkit.Equal(t, *got.Attributes.RecoveryLevel, "Recoverable+ProtectedSubscription")
		testkit.True(t, got.Attributes.Expires == nil && time.Since(*got.Attributes.Created) < time.Minute, "it was made now, for ever")

		old := got.ID.Version()
		fresh := azure.Rotate(clienttest.DefaultSecret)
		got, err = client.GetSecret(t.Context(), clienttest.DefaultSecret, "", nil)
		testkit.NoError(t, err)
		testkit.True(t, *got.Value == fresh && got.ID.Version() != old, "the new version is current")
		got, err = client.GetSecret(t.Context(), clienttest.DefaultSecret, old, nil)
		testkit.NoError(t, err)
		testkit.True(t, *got.Value != fresh, "the old version is still there")
	}
}

func TestVaultAttributes(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{})
	setenv(t, azure)
	client := secrets(t, azure, azure.VaultURL())
	expires := time.Now().Add(time.Hour).Truncate(time.Second)
	value := "value-of-" + "a-secret"
	made := azure.SetSecret("Key", clienttest.Secret{Value: value, ContentType: "text/plain", Expires: expires, NotBefore: expires.Add(-2 * time.Hour), RecoveryLevel: "Purgeable"})
	got, err := client.GetSecret(t.Context(), "key", "", nil)
	testkit.NoError(t, err)
	testkit.Equal(t, *got.Value, value)
	testkit.Equal(t, *got.ContentType, "text/plain")
	testkit.Equal(t, got.ID.Version(), made.Version)
	testkit.True(t, got.Attributes.Expires.Equal(expires) && got.Attributes.NotBefore.Before(expires), "it has its times")
	testkit.Equal(t, *got.Attributes.RecoveryLevel, "Purgeable")

	azure.SetSecret("disabled", clienttest.Secret{Value: value, Disabled: true})
	azure.SetSecret("early", clienttest.Secret{Value: value, NotBefore: time.Now().Add(time.Hour)})
	azure.SetSecret("late", clienttest.Secret{Value: value, Expires: time.Now().Add(-time.Hour)})
	for name, want := range map[string]struct {
		status int
		code   string
	}{
		"none":     {404, "SecretNotFound"},
		"disabled": {403, "Forbidden"},
		"early":    {403, "Forbidden"},
		"late":     {403, "Forbidden"},
	} {
		_, err := client.GetSecret(t.Context(), name, "", nil)
		var failure *azcore.ResponseError
		testkit.True(t, errors.As(err, &failure), "there is a response")
		testkit.Equal(t, failure.StatusCode, want.status)
		testkit.Equal(t, failure.ErrorCode, want.code)
	}
}

func TestVaultChallenge(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{})
	setenv(t, azure)
	get := func(url, token string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		testkit.NoError(t, err)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		resp, err := azure.Client().Do(req)
		testkit.NoError(t, err)
		_ = resp.Body.Close()
		return resp
	}
	secret := "https://" + azure.VaultHost() + "/secrets/" + clienttest.DefaultSecret + "/?api-version=7.5"
	resp := get(secret, "")
	testkit.Equal(t, resp.StatusCode, 401)
	testkit.Equal(t, resp.Header.Get("WWW-Authenticate"), `Bearer authorization="https://login.microsoftonline.com/`+azure.TenantID()+`", resource="https://vault.azure.net"`)
	testkit.Equal(t, get(secret, azure.Token("https://cognitiveservices.azure.com")).StatusCode, 401)
	token := azure.Token("https://vault.azure.net")
	testkit.Equal(t, get(secret, token).StatusCode, 200)
	testkit.Equal(t, get(azure.VaultURL()+"/secrets/"+clienttest.DefaultSecret+"?api-version=7.5", token).StatusCode, 200)
	testkit.Equal(t, get("https://"+azure.VaultHost()+"/secrets/x", token).StatusCode, 400)
	testkit.Equal(t, get("https://"+azure.VaultHost()+"/keys/x?api-version=7.5", token).StatusCode, 404)

	azure.Script(clienttest.Vault, clienttest.Challenge(`Bearer resource="https://elsewhere.example"`))
	_, err := secrets(t, azure, "https://"+azure.VaultHost()).GetSecret(t.Context(), clienttest.DefaultSecret, "", nil)
	testkit.True(t, err != nil && strings.Contains(err.Error(), "challenge resource"), "the SDK sees the challenge of the script")
}
