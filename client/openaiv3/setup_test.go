package openaiv3_test

import (
	"context"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/openai/openai-go/v3"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/openaiv3"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// deployment is one that the fake has.
const deployment = "gpt-4o"

// TestMain sets a proxy before net/http can look for one, which it does once: that any test
// passes shows that the proxy is not used.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "ALL_PROXY"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			os.Exit(1)
		}
	}
	testkit.Main(m)
}

// A place is a fake with a client on it.
type place struct {
	azure  *clienttest.Azure
	client *client.Client
	ai     openai.Client
}

// tokens is a credential that needs no environment, so that tests can be parallel. The
// keyless tests use the real identity.
type tokens struct{ azure *clienttest.Azure }

func (c tokens) GetToken(context.Context, azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: c.azure.Token("https://cognitiveservices.azure.com"), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// configFor is the least that a client on the fake has to say.
func configFor(azure *clienttest.Azure) client.Config {
	cfg := client.Config{
		Endpoint:   azure.Endpoint(),
		Profile:    client.Test,
		Credential: tokens{azure},
		Network:    client.Network{AllowedPrefixes: []netip.Prefix{azure.Prefix()}, DNS: azure.DNS()},
		Audit:      event.Discard{},
		Waivers:    []client.Waiver{unsafeallow.Loopback("the fake Azure is on this machine", time.Now().Add(time.Hour))},
	}
	cfg.TLS.Roots = azure.Roots()
	return cfg
}

// open starts a fake and a client, and ends both with the test.
func open(t testing.TB, fake clienttest.Config, changes ...func(*client.Config)) *place {
	t.Helper()
	azure := clienttest.New(t, fake)
	cfg := configFor(azure)
	for _, change := range changes {
		change(&cfg)
	}
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { testkit.NoError(t, c.Close()) })
	return &place{azure: azure, client: c, ai: openaiv3.New(c)}
}

// deployments makes the client use the paths of deployments.
func deployments(cfg *client.Config) { cfg.API = client.Deployments }

// question is a chat of one message.
func question(text string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{
		Model:    deployment,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)},
	}
}

// wantRefusal checks that err is a refusal with the code, through whatever the SDK put
// around it.
func wantRefusal(t testing.TB, err error, want event.Code) {
	t.Helper()
	testkit.ErrorIs(t, err, policy.ErrRefused)
	testkit.Equal(t, policy.CodeOf(err), want)
}
