package openaiv3_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// ready is a credential whose token is always there.
type ready struct{}

func (ready) GetToken(context.Context, azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: strings.Repeat("t", 1500), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// canned answers every request at once, so that what is left is the SDK's own work.
type canned struct{}

func (canned) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, _ = io.Copy(io.Discard, req.Body)
		_ = req.Body.Close()
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: req,
		Body: io.NopCloser(strings.NewReader(`{"id":"chatcmpl-1","choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"stop"}]}`))}, nil
}

// BenchmarkTokenPath is what the SDK's own way to a token costs: the difference between the
// two. Ours is BenchmarkAuthenticate in client/internal/stage.
func BenchmarkTokenPath(b *testing.B) {
	shared := []option.RequestOption{azure.WithEndpoint("https://contoso.openai.azure.com", "2024-10-21"), option.WithHTTPClient(&http.Client{Transport: canned{}}), option.WithMaxRetries(0)}
	for _, bench := range []struct {
		name string
		way  option.RequestOption
	}{
		{"azure.WithAPIKey", azure.WithAPIKey("key")},
		{"azure.WithTokenCredential", azure.WithTokenCredential(ready{})},
	} {
		b.Run(bench.name, func(b *testing.B) {
			ai := openai.NewClient(append(shared, bench.way)...)
			params := question("hello")
			b.ReportAllocs()
			for b.Loop() {
				_, err := ai.Chat.Completions.New(b.Context(), params)
				testkit.NoError(b, err)
			}
		})
	}
}
