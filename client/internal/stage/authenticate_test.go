package stage_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

const scope = "https://cognitiveservices.azure.com/.default"

// fixed is a credential of the application with one token.
type fixed struct{}

func (fixed) GetToken(context.Context, azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: strings.Repeat("t", 1500), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// ready is the stage with a token in memory, a request for it and an answer.
func ready(tb testing.TB) (policy.Policy, *http.Request, policy.Next) {
	tb.Helper()
	credential, err := credentials.Wrap(fixed{}, credentials.Config{})
	testkit.NoError(tb, err)
	_, err = credential.Authorization(tb.Context(), scope)
	testkit.NoError(tb, err)
	req, err := http.NewRequestWithContext(tb.Context(), http.MethodPost, "https://contoso.openai.azure.com/openai/v1/chat/completions", nil)
	testkit.NoError(tb, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp := &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}
	next := func(*http.Request) (*http.Response, error) { return resp, nil }
	return stage.NewAuthenticate(stage.Authenticate{Token: credential, Scope: scope, Host: "contoso.openai.azure.com"}), req, next
}

func TestAuthenticateAllocates(t *testing.T) { // not parallel: it counts the allocations of the process
	authenticate, req, next := ready(t)
	testkit.Allocs(t, 2, func() { _, _ = authenticate.Do(req, next) })
}

func BenchmarkAuthenticate(b *testing.B) {
	authenticate, req, next := ready(b)
	b.ReportAllocs()
	for b.Loop() {
		_, _ = authenticate.Do(req, next)
	}
}

// An answer that was judged is read from its start, also when it is long or breaks off.
func TestJudgedAnswerIsWhole(t *testing.T) {
	t.Parallel()
	errCut := errors.New("cut")
	for name, body := range map[string]io.Reader{
		"short": strings.NewReader("no"),
		"empty": strings.NewReader(""),
		"long":  strings.NewReader(strings.Repeat("x", 100<<10)),
		"cut":   io.MultiReader(strings.NewReader("half"), broken{errCut}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, wantErr := io.ReadAll(body)
			if seeker, ok := body.(io.Seeker); ok {
				_, err := seeker.Seek(0, io.SeekStart)
				testkit.NoError(t, err)
			} else {
				body = io.MultiReader(strings.NewReader("half"), broken{errCut})
			}
			authenticate, req, _ := ready(t)
			closed := &closing{Reader: body}
			resp, err := authenticate.Do(req, func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusUnauthorized, Body: closed}, nil
			})
			testkit.NoError(t, err)
			got, err := io.ReadAll(resp.Body)
			testkit.Equal(t, string(got), string(want))
			testkit.True(t, errors.Is(err, wantErr) || err == nil && wantErr == nil, "the same end")
			testkit.NoError(t, resp.Body.Close())
			testkit.Equal(t, closed.times, 1)
		})
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

type closing struct {
	io.Reader

	times int
}

func (c *closing) Close() error { c.times++; return nil }
