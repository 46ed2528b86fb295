package edge_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// BenchmarkRoundTrip compares a POST of 1 KB over HTTP/2 with the same over a plain
// http.Transport.
func BenchmarkRoundTrip(b *testing.B) {
	url, trust := serve(b, true, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = w.Write([]byte("ok"))
	})
	prompt := strings.Repeat("x", 1024)
	plain := &http.Transport{TLSClientConfig: trust.Clone(), ForceAttemptHTTP2: true, DisableCompression: true}
	b.Cleanup(plain.CloseIdleConnections)
	for _, bench := range []struct {
		name string
		over http.RoundTripper
	}{{"bare", plain}, {"sallyport", transport(b, edge.Config{TLS: trust})}} {
		b.Run(bench.name, func(b *testing.B) { exchange(b, bench.over, url, prompt) })
	}
}

func exchange(b *testing.B, tr http.RoundTripper, url, prompt string) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		resp, err := post(ctx, tr, url, prompt)
		testkit.NoError(b, err)
		_, err = io.Copy(io.Discard, resp.Body)
		testkit.NoError(b, err)
		testkit.NoError(b, resp.Body.Close())
	}
}

// echo answers without a network.
type echo struct{}

func (echo) RoundTrip(req *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, req.Body)
	return &http.Response{StatusCode: http.StatusOK, ProtoMajor: 2, ContentLength: 2, Header: http.Header{}, Request: req,
		Body: io.NopCloser(struct{ io.Reader }{bytes.NewReader([]byte("ok"))})}, nil
}

// plainEcho is an http.Transport whose connections answer at once.
func plainEcho() *http.Transport {
	tr := &http.Transport{Protocols: new(http.Protocols)}
	tr.Protocols.SetHTTP1(true)
	tr.RegisterProtocol("https", echo{})
	return tr
}

// BenchmarkGuard is the same without the network: what remains is what the guard and its
// limits cost.
func BenchmarkGuard(b *testing.B) {
	_, trust := serve(b, true, nil)
	guarded := transport(b, edge.Config{TLS: trust})
	guarded.Over(echo{})
	for _, bench := range []struct {
		name string
		over http.RoundTripper
	}{{"bare", plainEcho()}, {"sallyport", guarded}} {
		b.Run(bench.name, func(b *testing.B) { exchange(b, bench.over, "https://contoso.openai.azure.com", "prompt") })
	}
}

// TestAllocations holds the guard to at most five allocations more than a plain transport.
func TestAllocations(t *testing.T) { // not parallel: it counts the allocations of the process
	_, trust := serve(t, true, nil)
	guarded := transport(t, edge.Config{TLS: trust})
	guarded.Over(echo{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	once := func(tr http.RoundTripper) func() {
		return func() {
			resp, err := post(ctx, tr, "https://contoso.openai.azure.com", "prompt")
			testkit.NoError(t, err)
			_, err = io.Copy(io.Discard, resp.Body)
			testkit.NoError(t, err)
			testkit.NoError(t, resp.Body.Close())
		}
	}
	const most = 5
	testkit.Allocs(t, testing.AllocsPerRun(100, once(plainEcho()))+most, once(guarded))
}
