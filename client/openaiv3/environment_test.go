package openaiv3_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/openaiv3"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// clearEnvironment takes away all that the SDKs of OpenAI and Azure read.
func clearEnvironment(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		name, value, _ := strings.Cut(pair, "=")
		for _, prefix := range []string{"OPENAI_", "AZURE_", "IDENTITY_", "MSI_", "IMDS_"} {
			if strings.HasPrefix(name, prefix) {
				t.Setenv(name, value) // puts it back after the test
				testkit.NoError(t, os.Unsetenv(name))
			}
		}
	}
}

// hostile are variables that would move a call, add to it, or authenticate it. Every value
// holds a canary.
func hostile(canaries *testkit.CanarySet) map[string]string {
	c := canaries.Text
	return map[string]string{
		"OPENAI_BASE_URL":       "https://" + c("url") + ".example/v1",
		"OPENAI_API_KEY":        "sk-" + c("key"),
		"OPENAI_ADMIN_KEY":      "sk-admin-" + c("admin"),
		"OPENAI_ORG_ID":         "org-" + c("org"),
		"OPENAI_PROJECT_ID":     "proj-" + c("project"),
		"OPENAI_WEBHOOK_SECRET": "whsec_" + c("webhook"),
		"OPENAI_CUSTOM_HEADERS": "X-Canary: " + c("header") + "\nAuthorization: Bearer " + c("token") + "\nHost: " + c("host") + ".example\n:" + c("bad"),
		"OPENAI_API_VERSION":    c("version"),
		"OPENAI_LOG":            "debug",

		"AZURE_OPENAI_ENDPOINT":              "https://" + c("endpoint") + ".openai.azure.com",
		"AZURE_OPENAI_API_KEY":               c("azurekey"),
		"AZURE_OPENAI_KEY":                   c("oldkey"),
		"AZURE_OPENAI_AD_TOKEN":              c("adtoken"),
		"AZURE_CLIENT_ID":                    c("client"),
		"AZURE_CLIENT_SECRET":                c("secret"),
		"AZURE_CLIENT_CERTIFICATE_PATH":      "/" + c("certificate"),
		"AZURE_CLIENT_CERTIFICATE_PASSWORD":  c("password"),
		"AZURE_USERNAME":                     c("username"),
		"AZURE_PASSWORD":                     c("userpassword"),
		"AZURE_TENANT_ID":                    c("tenant"),
		"AZURE_AUTHORITY_HOST":               "https://" + c("authority") + ".example/",
		"AZURE_FEDERATED_TOKEN_FILE":         "/" + c("federated"),
		"AZURE_ADDITIONALLY_ALLOWED_TENANTS": "*",
		"AZURE_REGIONAL_AUTHORITY_NAME":      c("region"),
		"AZURE_POD_IDENTITY_AUTHORITY_HOST":  "http://" + c("pod") + ".example",
		"AZURE_TOKEN_CREDENTIALS":            "dev",
	}
}

// keyless opens a place whose identity is the real one of azidentity, in the process's
// environment.
func keyless(t *testing.T, env map[string]string, changes ...func(*client.Config)) *place {
	t.Helper()
	clearEnvironment(t)
	for name, value := range env {
		t.Setenv(name, value)
	}
	azure := clienttest.New(t, clienttest.Config{})
	for name, value := range azure.Env() {
		t.Setenv(name, value)
	}
	cfg := configFor(azure)
	cfg.Credential = nil
	// azidentity keeps tokens per process by client id, so each fake has its own.
	cfg.Credentials = credentials.Config{Source: credentials.Managed, ClientID: azure.ClientID()}
	for _, change := range changes {
		change(&cfg)
	}
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { testkit.NoError(t, c.Close()) })
	return &place{azure: azure, client: c, ai: openaiv3.New(c)}
}

// Without a variable the SDK reads, a keyless call works in both styles.
func TestKeylessWithoutEnvironment(t *testing.T) {
	for api, style := range []string{client.V1: "v1", client.Deployments: "deployments"} {
		t.Run(style, func(t *testing.T) {
			p := keyless(t, nil, func(cfg *client.Config) { cfg.API = client.API(api) })
			for _, k := range kinds() {
				checkCall(t, p, k, client.API(api))
			}
		})
	}
}

// With hostile values in all of them it works too, and none of the values leaves.
func TestKeylessWithHostileEnvironment(t *testing.T) {
	for api, style := range []string{client.V1: "v1", client.Deployments: "deployments"} {
		t.Run(style, func(t *testing.T) {
			canaries := testkit.Canaries()
			p := keyless(t, hostile(canaries), func(cfg *client.Config) { cfg.API = client.API(api) })
			for _, k := range kinds() {
				checkCall(t, p, k, client.API(api))
				testkit.DeepEqual(t, canaries.Find(p.azure.Journal().Bytes()), []string(nil))
			}
		})
	}
}

// In production each static secret of the environment is refused by name.
func TestStaticSecretsInProduction(t *testing.T) {
	clearEnvironment(t)
	canaries := testkit.Canaries()
	production := func() error {
		_, err := client.New(client.Config{Endpoint: "https://contoso.openai.azure.com", Audit: event.Discard{}})
		return err
	}
	testkit.NoError(t, production())
	for _, name := range []string{
		"OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "AZURE_OPENAI_API_KEY", "AZURE_OPENAI_KEY", "AZURE_OPENAI_AD_TOKEN",
		"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "AZURE_USERNAME", "AZURE_PASSWORD",
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, hostile(canaries)[name])
			err := production()
			wantRefusal(t, err, event.CredentialStatic)
			var fault *client.FieldError
			testkit.True(t, errors.As(err, &fault) && strings.Contains(fault.Path, name), "the fault names the variable")
			testkit.True(t, strings.Contains(err.Error(), name), "so does the text")
			testkit.DeepEqual(t, canaries.Find([]byte(err.Error())), []string(nil))
		})
	}
}

// All at once are named all at once.
func TestAllStaticSecretsInProduction(t *testing.T) {
	clearEnvironment(t)
	canaries := testkit.Canaries()
	for name, value := range hostile(canaries) {
		// A workload identity that the variables describe is none that azidentity takes.
		if name != "AZURE_FEDERATED_TOKEN_FILE" {
			t.Setenv(name, value)
		}
	}
	_, err := client.New(client.Config{Endpoint: "https://contoso.openai.azure.com", Audit: event.Discard{}})
	wantRefusal(t, err, event.CredentialStatic)
	var faults *client.ConfigError
	testkit.True(t, errors.As(err, &faults), "the error lists its faults")
	testkit.Equal(t, len(faults.Faults), 10)
	testkit.DeepEqual(t, canaries.Find([]byte(err.Error())), []string(nil))
}

// An identity endpoint that is not on this machine would be handed the identity header.
func TestForeignIdentityEndpoint(t *testing.T) {
	clearEnvironment(t)
	canaries := testkit.Canaries()
	t.Setenv("IDENTITY_ENDPOINT", "https://"+canaries.Text("identity")+".example/token")
	t.Setenv("IDENTITY_HEADER", canaries.Text("header"))
	_, err := client.New(client.Config{Endpoint: "https://contoso.openai.azure.com", Audit: event.Discard{}})
	wantRefusal(t, err, event.EgressBlocked)
	testkit.True(t, strings.Contains(err.Error(), "IDENTITY_ENDPOINT"), "the text names the variable")
	testkit.DeepEqual(t, canaries.Find([]byte(err.Error())), []string(nil))
}
