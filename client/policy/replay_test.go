package policy_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A 307, or a replay on a connection that died, must send the replaced body. A policy that
// swaps Body alone, over a transport that replays with GetBody, sends the original.
func TestReplaysSendTheReplacedBody(t *testing.T) {
	t.Parallel()
	const original, redacted = "my mail is jane@example.com", "my mail is PLACEHOLDER"
	for _, proto := range []string{"HTTP/1.1", "HTTP/2.0"} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var bodies []string
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				data, _ := io.ReadAll(r.Body)
				mu.Lock()
				bodies = append(bodies, r.Proto+" "+string(data))
				mu.Unlock()
				if r.URL.Path == "/first" {
					http.Redirect(w, r, "/second", http.StatusTemporaryRedirect)
				}
			}))
			srv.EnableHTTP2 = proto == "HTTP/2.0"
			srv.StartTLS()
			defer srv.Close()

			replace := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
				policy.SetBody(req, []byte(redacted))
				return next(req)
			})
			// follow replays inside the chain, with GetBody, as a transport does.
			follow := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
				resp, err := next(req)
				if err != nil || resp.StatusCode != http.StatusTemporaryRedirect {
					return resp, err
				}
				_ = resp.Body.Close()
				again := req.Clone(req.Context())
				again.URL.Path = resp.Header.Get("Location")
				if again.Body, err = req.GetBody(); err != nil {
					return nil, err
				}
				return next(again)
			})
			client := srv.Client()
			for name, policies := range map[string][]policy.Policy{"client follows": {replace}, "chain follows": {replace, follow}} {
				bodies = nil
				client := &http.Client{Transport: policy.Chain(client.Transport, policies...)}
				resp, err := client.Post(srv.URL+"/first", "text/plain", strings.NewReader(original))
				testkit.NoError(t, err)
				testkit.NoError(t, resp.Body.Close())
				mu.Lock()
				testkit.DeepEqual(t, bodies, []string{proto + " " + redacted, proto + " " + redacted})
				mu.Unlock()
				testkit.True(t, resp.StatusCode == http.StatusOK, name)
			}
		})
	}
}
