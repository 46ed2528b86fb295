package azurepii_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/azurepii"
	"github.com/sallyport-go/sallyport/redact/detect"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A service speaks the answers of Azure AI Language: it finds each of its names.
type service struct {
	*httptest.Server
	calls  atomic.Int32
	names  []string
	change func(answer map[string]any) // makes the answer a wrong one
}

func newService(t testing.TB, names ...string) *service {
	s := &service{names: names}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.Close)
	return s
}

type input struct {
	Kind       string `json:"kind"`
	Parameters struct {
		Domain          string `json:"domain"`
		LoggingOptOut   bool   `json:"loggingOptOut"`
		StringIndexType string `json:"stringIndexType"`
	} `json:"parameters"`
	AnalysisInput struct {
		Documents []struct{ ID, Language, Text string } `json:"documents"`
	} `json:"analysisInput"`
}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	var in input
	err := json.NewDecoder(r.Body).Decode(&in)
	documents := in.AnalysisInput.Documents
	if err != nil || r.Method != http.MethodPost || r.URL.String() != "/language/:analyze-text?api-version=2026-05-01" ||
		r.Header.Get("Authorization") != "Bearer token" || in.Kind != "PiiEntityRecognition" || !in.Parameters.LoggingOptOut ||
		in.Parameters.StringIndexType != "Utf16CodeUnit" || len(documents) < 1 || len(documents) > 5 {
		http.Error(w, `{"error":{"code":"InvalidRequest","message":"canary-7"}}`, http.StatusBadRequest)
		return
	}
	var results []any
	for _, d := range documents {
		entities := []any{}
		for _, name := range s.names {
			for at := 0; ; {
				n := strings.Index(d.Text[at:], name)
				if n < 0 {
					break
				}
				at += n
				entities = append(entities, map[string]any{
					"text": name, "category": "Person", "confidenceScore": 0.97,
					"offset": len(utf16.Encode([]rune(d.Text[:at]))), "length": len(utf16.Encode([]rune(name))),
				})
				at += len(name)
			}
		}
		if utf8.RuneCountInString(d.Text) > 5120 {
			http.Error(w, "too long", http.StatusBadRequest)
			return
		}
		results = append(results, map[string]any{"id": d.ID, "redactedText": "...", "entities": entities, "warnings": []any{}})
	}
	answer := map[string]any{
		"kind":    "PiiEntityRecognitionResults",
		"results": map[string]any{"documents": results, "errors": []any{}, "modelVersion": "2025-11-01"},
	}
	if s.change != nil {
		s.change(answer)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

func token(context.Context) (string, error) { return "token", nil }

func newDetector(t testing.TB, s *service) *azurepii.Detector {
	t.Helper()
	rt := &http.Transport{}
	t.Cleanup(rt.CloseIdleConnections)
	d, err := azurepii.New(azurepii.Config{Endpoint: s.URL + "/", Transport: rt, Token: token})
	testkit.NoError(t, err)
	return d
}

func TestDetect(t *testing.T) {
	t.Parallel()
	s := newService(t, "Jane", "Ümit Öz")
	d := newDetector(t, s)
	texts := []string{"😀 Jane and 😀 Ümit Öz", "", "none", strings.Repeat("😀ä Jane ", 3000), "Jane\xff Jane", "6", "7"}
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
	calls := s.calls.Load()
	testkit.True(t, calls > 1, "more than one request was needed")
	_, err = d.Detect(t.Context(), texts)
	testkit.NoError(t, err)
	testkit.Equal(t, s.calls.Load(), calls) // all from the cache
}

func TestDetectFails(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	first := func(a object) object { return a["results"].(object)["documents"].([]any)[0].(object) }
	entity := func(a object) object { return first(a)["entities"].([]any)[0].(object) }
	for name, change := range map[string]func(object){
		"error of a document": func(a object) {
			a["results"].(object)["errors"] = []any{object{"id": "1", "error": object{"code": "InvalidArgument", "message": "canary-7"}}}
		},
		"missing document": func(a object) { a["results"].(object)["documents"] = []any{} },
		"unknown id":       func(a object) { first(a)["id"] = "2" },
		"twice": func(a object) {
			a["results"].(object)["documents"] = []any{first(a), first(a)}
		},
		"truncated":        func(a object) { first(a)["warnings"] = []any{object{"code": "DocumentTruncated", "message": "x"}} },
		"long words":       func(a object) { first(a)["warnings"] = []any{object{"code": "LongWordsInDocument", "message": "x"}} },
		"nothing":          func(a object) { delete(a, "results") },
		"graphemes":        func(a object) { entity(a)["offset"] = 1 },
		"outside":          func(a object) { entity(a)["length"] = 1000 },
		"negative":         func(a object) { entity(a)["offset"] = -1 },
		"without its text": func(a object) { delete(entity(a), "text") },
		"another type":     func(a object) { entity(a)["offset"] = "3" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t, "Jane")
			s.change = change
			r, err := redact.New(redact.Config{Detectors: []redact.External{{Name: "azure", Detector: newDetector(t, s)}}})
			testkit.NoError(t, err)
			out, err := r.Session("").Redact("😀 Jane")
			testkit.ErrorIs(t, err, redact.ErrDetector)
			testkit.Equal(t, out, "")
			testkit.True(t, !strings.Contains(err.Error(), "canary"), "the error tells nothing of the answer")
		})
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	s := newService(t)
	rt := &http.Transport{}
	defer rt.CloseIdleConnections()
	broken := errors.New("canary-7")
	for _, get := range []func(context.Context) (string, error){
		func(context.Context) (string, error) { return "", broken },
		func(context.Context) (string, error) { return "", nil },
	} {
		d, err := azurepii.New(azurepii.Config{Endpoint: s.URL, Transport: rt, Token: get})
		testkit.NoError(t, err)
		_, err = d.Detect(t.Context(), []string{"x"})
		testkit.True(t, err != nil && !strings.Contains(err.Error(), "canary"), "it fails, and does not tell why")
	}
	testkit.Equal(t, s.calls.Load(), 0)
}

func TestConfig(t *testing.T) {
	t.Parallel()
	_, err := azurepii.New(azurepii.Config{Endpoint: "http://contoso.example", Version: "1&x", MinScore: 2, Kinds: map[string]detect.Kind{"A": "B"}, CacheSize: -1, CacheTTL: -1})
	testkit.ErrorIs(t, err, redact.ErrConfig)
	testkit.Equal(t, err.Error(), strings.Join([]string{
		"redact: Endpoint: neither https nor on this machine", "redact: Transport: nil", "redact: Token: nil, and the service is no container",
		"redact: Version: not a version", "redact: MinScore: not between 0 and 1", "redact: Kinds: unknown kind", "redact: CacheSize: negative", "redact: CacheTTL: negative",
	}, "\n"))
}

func TestKind(t *testing.T) {
	t.Parallel()
	for category, want := range map[string]detect.Kind{
		"Person": detect.Person, "Email": detect.EmailAddress, "DateTime": "", "CHSocialSecurityNumber": redact.Other, "": redact.Other,
	} {
		testkit.Equal(t, azurepii.Kind(category), want)
	}
}

func ExampleNew() {
	service := httptest.NewServer(http.HandlerFunc((&service{names: []string{"Jane Roe"}}).serve))
	defer service.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	d, err := azurepii.New(azurepii.Config{
		Endpoint:  service.URL,
		Transport: transport,
		Token:     func(context.Context) (string, error) { return "token", nil }, // of a managed identity, for azurepii.Scope
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := redact.New(redact.Config{
		Key:       redact.Key("an example of a key: 32 bytes .."),
		Detectors: []redact.External{{Name: "azure", Detector: d}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := r.Session("").Redact("Jane Roe is out.")
	fmt.Println(out[:7], err)
	// Output: PERSON_ <nil>
}
