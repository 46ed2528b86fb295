package clienttest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const accountScope = "https://cognitiveservices.azure.com/.default"

func options(azure *clienttest.Azure) azcore.ClientOptions {
	return azcore.ClientOptions{Transport: azure.Client(), Cloud: cloud.AzurePublic, Retry: policy.RetryOptions{MaxRetries: -1}}
}

// setenv cannot stand in a parallel test.
func setenv(t *testing.T, azure *clienttest.Azure) {
	t.Helper()
	for name, value := range azure.Env() {
		t.Setenv(name, value)
	}
}

// managed is the real credential, with an id of its own because of the process-wide cache.
func managed(t *testing.T, azure *clienttest.Azure) azcore.TokenCredential {
	t.Helper()
	credential, err := azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{ClientOptions: options(azure), ID: azidentity.ClientID(azure.ClientID())})
	testkit.NoError(t, err)
	return credential
}

// opens reports whether the account takes the token of a credential.
func opens(t *testing.T, azure *clienttest.Azure, credential azcore.TokenCredential) bool {
	t.Helper()
	token, err := credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{accountScope}})
	testkit.NoError(t, err)
	got := call{azure: azure, path: chatV1, body: hello, header: http.Header{"Authorization": {"Bearer " + token.Token}}}.do(t)
	return got.status == 200
}

func TestAppServiceIdentity(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{})
	setenv(t, azure)
	testkit.True(t, opens(t, azure, managed(t, azure)), "the token opens the account")
	requests := azure.Journal().On(clienttest.AppIdentity)
	testkit.Equal(t, len(requests), 1)
	testkit.True(t, strings.Contains(requests[0].RawQuery, "resource=https%3A%2F%2Fcognitiveservices.azure.com"), "the resource is asked for")
	testkit.Equal(t, azure.Requests(clienttest.Metadata), 0)
}

func TestMetadataIdentity(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{Identity: clienttest.IMDS})
	testkit.Equal(t, len(azure.Env()), 0)
	testkit.True(t, opens(t, azure, managed(t, azure)), "the token opens the account")
	testkit.Equal(t, azure.Requests(clienttest.Metadata), 1)
}

func TestWorkloadIdentity(t *testing.T) {
	azure := clienttest.New(t, clienttest.Config{Identity: clienttest.Workload})
	setenv(t, azure)
	credential, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{ClientOptions: options(azure)})
	testkit.NoError(t, err)
	testkit.True(t, opens(t, azure, credential), "the token opens the account")
	testkit.True(t, azure.Requests(clienttest.Login) >= 2, "discovery and token")

	// Another cluster's token is worth nothing.
	other := clienttest.New(t, clienttest.Config{Identity: clienttest.Workload})
	credential, err = azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{ClientOptions: options(azure), TokenFilePath: other.FederatedTokenFile()})
	testkit.NoError(t, err)
	_, err = credential.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{accountScope}})
	testkit.True(t, err != nil && strings.Contains(err.Error(), "AADSTS70021"), "the assertion is checked")

	// Nor is the one before.
	testkit.NoError(t, azure.RotateFederatedToken())
	credential, err = azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{ClientOptions: options(azure)})
	testkit.NoError(t, err)
	testkit.True(t, opens(t, azure, credential), "the new token opens the account")
}

func TestIdentityRefuses(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	endpoint, secret := azure.Env()["IDENTITY_ENDPOINT"], azure.Env()["IDENTITY_HEADER"]
	const imds = "http://169.254.169.254/metadata/identity/oauth2/token"
	const login = "https://login.microsoftonline.com/"
	token := login + azure.TenantID() + "/oauth2/v2.0/token"
	for name, test := range map[string]struct {
		method, url, header, value, body string
		status                           int
	}{
		"app: fine":               {"GET", endpoint + "?api-version=2019-08-01&resource=r", "X-Identity-Header", secret, "", 200},
		"app: its id":             {"GET", endpoint + "?api-version=2019-08-01&resource=r&client_id=" + azure.ClientID(), "X-Identity-Header", secret, "", 200},
		"app: no header":          {"GET", endpoint + "?api-version=2019-08-01&resource=r", "X-None", "", "", 401},
		"app: wrong header":       {"GET", endpoint + "?api-version=2019-08-01&resource=r", "X-Identity-Header", "wrong", "", 401},
		"app: old version":        {"GET", endpoint + "?api-version=2017-09-01&resource=r", "X-Identity-Header", secret, "", 400},
		"app: no resource":        {"GET", endpoint + "?api-version=2019-08-01", "X-Identity-Header", secret, "", 400},
		"app: another id":         {"GET", endpoint + "?api-version=2019-08-01&resource=r&client_id=none", "X-Identity-Header", secret, "", 400},
		"app: a resource id":      {"GET", endpoint + "?api-version=2019-08-01&resource=r&mi_res_id=x", "X-Identity-Header", secret, "", 400},
		"app: POST":               {"POST", endpoint + "?api-version=2019-08-01&resource=r", "X-Identity-Header", secret, "", 404},
		"metadata: fine":          {"GET", imds + "?api-version=2018-02-01&resource=r", "Metadata", "true", "", 200},
		"metadata: no header":     {"GET", imds + "?api-version=2018-02-01&resource=r", "X-None", "", "", 400},
		"metadata: no version":    {"GET", imds + "?resource=r", "Metadata", "true", "", 400},
		"metadata: another path":  {"GET", "http://169.254.169.254/metadata/instance", "Metadata", "true", "", 404},
		"metadata: another id":    {"GET", imds + "?api-version=2018-02-01&resource=r&client_id=none", "Metadata", "true", "", 400},
		"login: no form":          {"POST", token, "X-None", "", "%zz", 400},
		"login: another app":      {"POST", token, "Content-Type", "application/x-www-form-urlencoded", "grant_type=client_credentials&scope=r/.default&client_id=none", 400},
		"login: no assertion":     {"POST", token, "Content-Type", "application/x-www-form-urlencoded", "grant_type=client_credentials&scope=r/.default&client_id=" + azure.ClientID(), 401},
		"login: another tenant":   {"POST", login + "none/oauth2/v2.0/token", "X-None", "", "", 400},
		"login: unknown tenant":   {"GET", login + "none/v2.0/.well-known/openid-configuration", "X-None", "", "", 400},
		"login: another path":     {"GET", login, "X-None", "", "", 404},
		"login: configuration":    {"GET", login + azure.TenantID() + "/v2.0/.well-known/openid-configuration", "X-None", "", "", 200},
		"login: discovery":        {"GET", login + "common/discovery/instance?api-version=1.1", "X-None", "", "", 200},
		"metadata: through proxy": {"GET", imds + "?api-version=2018-02-01&resource=r", "X-Forwarded-For", "10.0.0.1", "", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), test.method, test.url, strings.NewReader(test.body))
			testkit.NoError(t, err)
			req.Header.Set(test.header, test.value)
			if test.header == "X-Forwarded-For" {
				req.Header.Set("Metadata", "true")
			}
			resp, err := azure.Client().Do(req)
			testkit.NoError(t, err)
			_ = resp.Body.Close()
			testkit.Equal(t, resp.StatusCode, test.status)
		})
	}
}
