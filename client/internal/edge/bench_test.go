package edge_test

import (
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
	for name, tr := range map[string]http.RoundTripper{"bare": plain, "sallyport": transport(b, edge.Config{TLS: trust})} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				resp, err := post(b.Context(), tr, url, prompt)
				testkit.NoError(b, err)
				_, err = io.Copy(io.Discard, resp.Body)
				testkit.NoError(b, err)
				testkit.NoError(b, resp.Body.Close())
			}
		})
	}
}
