package azurepii_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/azurepii"
)

// answered is a transport that answers everything with the same body.
type answered string

func (a answered) RoundTrip(r *http.Request) (*http.Response, error) {
	_ = r.Body.Close()
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(string(a))), Request: r}, nil
}

// FuzzAnswer lets the service answer anything: that is an error, or spans of the text that
// cut no character.
func FuzzAnswer(f *testing.F) {
	f.Add(`{"results":{"documents":[{"id":"1","entities":[{"text":"Jané","category":"Person","offset":0,"length":4,"confidenceScore":0.9}],"warnings":[]}],"errors":[]}}`, "Jané Doe")
	f.Add(`{"results":{"documents":[{"id":"1","entities":[{"text":"😀","category":"Person","offset":1,"length":1,"confidenceScore":9}]}]}}`, "\U0001F600 x")
	f.Add(`{"results":{"documents":[{"id":"2"}]}}`, "x")
	f.Add(`{"results":{"errors":[{"id":"1"}]}}`, "\xff")
	f.Fuzz(func(t *testing.T, answer, text string) {
		d, err := azurepii.New(azurepii.Config{Endpoint: "https://pii.example", Transport: answered(answer), Container: true})
		testkit.NoError(t, err)
		found, err := d.Detect(t.Context(), []string{text})
		if err != nil {
			testkit.True(t, found == nil, "nothing is returned beside an error")
			return
		}
		testkit.Equal(t, len(found), 1)
		for _, s := range found[0] {
			if s.Start < 0 || s.End <= s.Start || s.End > len(text) || s.Kind == "" || s.Score < 0 || s.Score >= 1 {
				t.Fatalf("%+v in %d bytes", s, len(text))
			}
			if utf8.ValidString(text) && !utf8.ValidString(text[s.Start:s.End]) {
				t.Fatalf("%+v cuts a character of %q", s, text)
			}
		}
	})
}
