package presidio_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/redact/presidio"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// An analyzer speaks the answers of Presidio: it finds each of its names.
type analyzer struct {
	*httptest.Server
	calls  atomic.Int32
	names  []string
	answer string // instead of what was found
}

func newAnalyzer(t testing.TB, names ...string) *analyzer {
	a := &analyzer{names: names}
	a.Server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.Close)
	return a
}

func (a *analyzer) serve(w http.ResponseWriter, r *http.Request) {
	a.calls.Add(1)
	var in struct {
		Text     []string `json:"text"`
		Language string   `json:"language"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.URL.Path != "/analyze" || in.Language == "" {
		http.Error(w, `{"error":"canary-7"}`, http.StatusInternalServerError)
		return
	}
	out := make([][]map[string]any, len(in.Text))
	for i, text := range in.Text {
		if text == "" {
			http.Error(w, `{"error":"No text provided"}`, http.StatusInternalServerError)
			return
		}
		out[i] = []map[string]any{}
		for _, name := range a.names {
			for at := 0; ; {
				n := strings.Index(text[at:], name)
				if n < 0 {
					break
				}
				start := utf8.RuneCountInString(text[:at+n])
				out[i] = append(out[i], map[string]any{
					"analysis_explanation": nil, "entity_type": "PERSON", "score": 0.85, "start": start, "end": start + utf8.RuneCountInString(name),
					"recognition_metadata": map[string]any{"recognizer_name": "SpacyRecognizer"},
				})
				at += n + len(name)
			}
		}
	}
	if a.answer != "" {
		_, _ = fmt.Fprint(w, a.answer)
		return
	}
	_ = json.NewEncoder(w).Encode(out)
}

func newDetector(t testing.TB, a *analyzer) *presidio.Detector {
	t.Helper()
	rt := &http.Transport{}
	t.Cleanup(rt.CloseIdleConnections)
	d, err := presidio.New(presidio.Config{Endpoint: a.URL, Transport: rt})
	testkit.NoError(t, err)
	return d
}

func TestDetect(t *testing.T) {
	t.Parallel()
	a := newAnalyzer(t, "Jane", "Ümit Öz")
	d := newDetector(t, a)
	texts := []string{"😀 Jane and 😀 Ümit Öz", "", "none", strings.Repeat("😀ä Jane ", 8000), "Jane\xff Jane"}
	spans, err := d.Detect(t.Context(), texts)
	testkit.NoError(t, err)
	for i, text := range texts {
		hit := map[int]bool{}
		for _, span := range spans[i] {
			testkit.Equal(t, span.Kind, detect.Person)
			testkit.True(t, text[span.Start:span.End] == "Jane" || text[span.Start:span.End] == "Ümit Öz", "the bytes are those of a name")
			hit[span.Start] = true
		}
		testkit.Equal(t, len(hit), strings.Count(text, "Jane")+strings.Count(text, "Ümit Öz"))
	}
	testkit.Equal(t, a.calls.Load(), 1)
}

func TestDetectFails(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"not nested": `[{"entity_type":"PERSON","start":0,"end":1,"score":1}]`,
		"too few":    `[]`,
		"too many":   `[[],[]]`,
		"null":       `null`,
		"outside":    `[[{"entity_type":"PERSON","start":0,"end":100,"score":1}]]`,
		"negative":   `[[{"entity_type":"PERSON","start":-1,"end":1,"score":1}]]`,
		"turned":     `[[{"entity_type":"PERSON","start":2,"end":1,"score":1}]]`,
		"no JSON":    `canary-7`,
		"error":      `{"error":"canary-7"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAnalyzer(t)
			a.answer = answer
			r, err := redact.New(redact.Config{Detectors: []redact.External{{Name: "presidio", Detector: newDetector(t, a)}}})
			testkit.NoError(t, err)
			out, err := r.Session("").Redact("😀 Jane")
			testkit.ErrorIs(t, err, redact.ErrDetector)
			testkit.Equal(t, out, "")
			testkit.True(t, !strings.Contains(err.Error(), "canary"), "the error tells nothing of the answer")
		})
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	_, err := presidio.New(presidio.Config{Endpoint: "http://presidio:3000", MinScore: -1, Kinds: map[string]detect.Kind{"A": "B"}, CacheSize: -1, CacheTTL: -1})
	testkit.ErrorIs(t, err, redact.ErrConfig)
	testkit.Equal(t, err.Error(), strings.Join([]string{
		"redact: Endpoint: neither https nor on this machine", "redact: Transport: nil", "redact: MinScore: not between 0 and 1",
		"redact: Kinds: unknown kind", "redact: CacheSize: negative", "redact: CacheTTL: negative",
	}, "\n"))
}

func TestKind(t *testing.T) {
	t.Parallel()
	for entity, want := range map[string]detect.Kind{
		"PERSON": detect.Person, "EMAIL_ADDRESS": detect.EmailAddress, "DATE_TIME": "", "URL": "", "NRP": redact.Other, "US_PASSPORT": detect.Passport, "NEW": redact.Other,
	} {
		testkit.Equal(t, presidio.Kind(entity), want)
	}
}

func ExampleNew() {
	service := httptest.NewServer(http.HandlerFunc((&analyzer{names: []string{"Jane Roe"}}).serve))
	defer service.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	d, err := presidio.New(presidio.Config{Endpoint: service.URL, Transport: transport})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := redact.New(redact.Config{
		Key:       redact.Key("an example of a key: 32 bytes .."),
		Detectors: []redact.External{{Name: "presidio", Detector: d}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := r.Session("").Redact("Jane Roe is out.")
	fmt.Println(out[:7], err)
	// Output: PERSON_ <nil>
}
