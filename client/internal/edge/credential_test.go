package edge_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The credential is on the wire, alone, and in no header on this side of it.
func TestCredential(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		var got http.Header
		url, trust := serve(t, h2, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Clone()
			_, _ = io.WriteString(w, "ok")
		})
		tr := transport(t, edge.Config{TLS: trust})
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader("prompt"))
		testkit.NoError(t, err)
		inbound := []string{"Authorization", "Api-Key", "api-key", "Ocp-Apim-Subscription-Key", "Cookie", "Proxy-Authorization"}
		for _, name := range inbound {
			req.Header[name] = []string{"inbound"}
		}
		req.Header.Set("X-Tag", "kept")
		secret := "canary-" + "credential"
		carrying := edge.WithCredential(req, strings.TrimPrefix(url, "https://"), "Api-Key", []string{secret})
		testkit.True(t, !strings.Contains(fmt.Sprintf("%v %+v %#v", carrying.Header, carrying.Header, carrying.Context()), secret), "a request that is printed does not tell")
		resp, err := tr.RoundTrip(carrying)
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.DeepEqual(t, got.Values("Api-Key"), []string{secret})
		testkit.Equal(t, got.Get("X-Tag"), "kept")
		for _, name := range inbound {
			testkit.True(t, name == "Api-Key" || name == "api-key" || got.Get(name) == "", name)
		}
		testkit.Equal(t, carrying.Header.Get("Api-Key"), "inbound")
		testkit.Equal(t, resp.Request.Header.Get("Api-Key"), "inbound") // what the answer points to
	}
}

func TestCredentialForAnotherHost(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	tr := transport(t, edge.Config{TLS: trust})
	for _, host := range []string{"evil.example", "127.0.0.1", "", strings.TrimPrefix(url, "https://") + "0"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		testkit.NoError(t, err)
		_, err = tr.RoundTrip(edge.WithCredential(req, host, "Authorization", []string{"x"}))
		refused(t, err, event.HostBlocked, edge.ErrRequest)
	}
}

// However it is printed, also as the parent of another context.
func TestCredentialIsNotPrinted(t *testing.T) {
	t.Parallel()
	secret := "canary-" + "credential"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://host.example", nil)
	testkit.NoError(t, err)
	type key struct{}
	ctx := edge.WithCredential(req, "host.example", "Authorization", []string{secret}).Context()
	child, cancel := context.WithCancel(context.WithValue(ctx, key{}, "v"))
	defer cancel()
	for _, value := range []any{ctx, child, []any{ctx}, struct{ C context.Context }{ctx}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%t"} {
			testkit.True(t, !strings.Contains(fmt.Sprintf(verb, value), secret), verb)
		}
		data, err := json.Marshal(value)
		testkit.True(t, err != nil || !strings.Contains(string(data), secret), "JSON")
	}
	testkit.Equal(t, child.Value(key{}), any("v"))
}

func TestIsCredential(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"Authorization": true, "authorization": true, "api-key": true, "API-KEY": true, "OCP-APIM-Subscription-Key": true,
		"Proxy-Authorization": true, "Cookie": true, "Api_Key": false, "X-Api-Key": false, "Accept": false} {
		testkit.Equal(t, edge.IsCredential(name), want)
	}
}
