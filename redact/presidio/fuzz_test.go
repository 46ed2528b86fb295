package presidio_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/presidio"
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
	f.Add(`[[{"entity_type":"PERSON","start":0,"end":4,"score":0.85}]]`, "Jané Doe")
	f.Add(`[[{"entity_type":"PERSON","start":3,"end":1,"score":1e9}]]`, "\U0001F600 x")
	f.Add(`[]`, "x")
	f.Add(`[[]] []`, "x")
	f.Add(`{"error":"x"}`, "\xff")
	f.Fuzz(func(t *testing.T, answer, text string) {
		d, err := presidio.New(presidio.Config{Endpoint: "https://pii.example", Transport: answered(answer)})
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
