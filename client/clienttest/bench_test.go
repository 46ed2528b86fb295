package clienttest_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// What every benchmark over the fake pays for the fake and for net/http on both sides.
func BenchmarkCall(b *testing.B) { benchmark(b, hello) }

// The same for a stream of 200 events.
func BenchmarkStream(b *testing.B) {
	text := strings.Repeat("word ", 196)
	benchmark(b, `{"stream":true,"model":"gpt-4o","messages":[{"role":"user","content":"`+text+`"}]}`)
}

func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		azure, err := clienttest.Start(clienttest.Config{})
		testkit.NoError(b, err)
		azure.Close()
	}
}

func benchmark(b *testing.B, body string) {
	azure := clienttest.New(b, clienttest.Config{Unrecorded: true, Cut: func(text string) []string { return strings.SplitAfter(text, " ") }})
	token := azure.Token("https://cognitiveservices.azure.com")
	client := azure.Client()
	b.ReportAllocs()
	for b.Loop() {
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, azure.Endpoint()+chatV1, strings.NewReader(body))
		testkit.NoError(b, err)
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := client.Do(req)
		testkit.NoError(b, err)
		_, err = io.Copy(io.Discard, resp.Body)
		testkit.NoError(b, err)
		_ = resp.Body.Close()
	}
}
