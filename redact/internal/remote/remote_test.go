package remote_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/redact/internal/remote"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestIndex(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		text       string
		unit       remote.Unit
		start, end int
		want       string
		ok         bool
	}{
		{"abc", remote.CodePoints, 1, 2, "b", true},
		{"aÜ😀b", remote.CodePoints, 2, 3, "😀", true},
		{"aÜ😀b", remote.CodePoints, 3, 4, "b", true},
		{"aÜ😀b", remote.UTF16, 2, 4, "😀", true},
		{"aÜ😀b", remote.UTF16, 4, 5, "b", true},
		{"aÜ😀b", remote.UTF16, 3, 4, "", false}, // within a character
		{"aÜ😀b", remote.UTF16, 2, 3, "", false},
		{"a\xff\xffb", remote.UTF16, 2, 4, "\xffb", true},
		{"ab", remote.CodePoints, 0, 3, "", false},
		{"ab", remote.CodePoints, 1, 1, "", false},
		{"ab", remote.CodePoints, -1, 1, "", false},
		{"", remote.CodePoints, 0, 1, "", false},
	} {
		from, to, ok := remote.NewIndex(test.text, test.unit).Bytes(test.start, test.end)
		testkit.Equal(t, ok, test.ok)
		testkit.Equal(t, test.text[from:to], test.want)
	}
}

// FuzzIndex holds the index to what the standard library says of runes and UTF-16.
func FuzzIndex(f *testing.F) {
	f.Add("aÜ😀b\xff", 1, 3)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		runes := []rune(text)
		if from, to, ok := remote.NewIndex(text, remote.CodePoints).Bytes(start, end); ok {
			testkit.Equal(t, remote.Valid(text[from:to]), string(runes[start:end]))
		} else {
			testkit.True(t, start < 0 || end > len(runes) || start >= end, "only what is outside is refused")
		}
		units := utf16.Encode(runes)
		if from, to, ok := remote.NewIndex(text, remote.UTF16).Bytes(start, end); ok {
			testkit.Equal(t, remote.Valid(text[from:to]), string(utf16.Decode(units[start:end])))
		}
		testkit.True(t, utf8.ValidString(remote.Valid(text)), "it is UTF-8")
		testkit.Equal(t, utf8.RuneCountInString(remote.Valid(text)), len(runes))
	})
}

// echo finds every "J" in the units of the configuration.
func echo(asked *[]string) func(context.Context, []string) ([][]remote.Finding, error) {
	return func(_ context.Context, bodies []string) ([][]remote.Finding, error) {
		*asked = append(*asked, bodies...)
		out := make([][]remote.Finding, len(bodies))
		for i, body := range bodies {
			for k, r := range []rune(body) {
				if r == 'J' {
					out[i] = append(out[i], remote.Finding{Start: k, End: k + 1, Kind: detect.Person, Text: "J"})
				}
			}
		}
		return out, nil
	}
}

func config(ask func(context.Context, []string) ([][]remote.Finding, error)) remote.Config {
	return remote.Config{Longest: 20, Overlap: 5, Batch: 2, Documents: 50, Ask: ask}
}

func TestEngine(t *testing.T) {
	t.Parallel()
	var asked []string
	e := remote.New(config(echo(&asked)))
	texts := []string{"J", "", strings.Repeat("öö J ", 20), "no"}
	spans, err := e.Detect(t.Context(), texts)
	testkit.NoError(t, err)
	testkit.Equal(t, len(spans), 4)
	testkit.Equal(t, len(spans[1])+len(spans[3]), 0)
	for i, text := range texts {
		hit := map[int]bool{}
		for _, s := range spans[i] {
			testkit.Equal(t, text[s.Start:s.End], "J")
			hit[s.Start] = true
		}
		testkit.Equal(t, len(hit), strings.Count(text, "J"))
	}
	for _, body := range asked {
		testkit.True(t, body != "" && utf8.RuneCountInString(body) <= 20, "no document is empty or too long")
	}
	n := len(asked)
	again, err := e.Detect(t.Context(), texts)
	testkit.NoError(t, err)
	testkit.DeepEqual(t, again, spans)
	testkit.Equal(t, len(asked), n) // all from the cache
}

func TestEngineFails(t *testing.T) {
	t.Parallel()
	answer := func(f ...remote.Finding) func(context.Context, []string) ([][]remote.Finding, error) {
		return func(context.Context, []string) ([][]remote.Finding, error) { return [][]remote.Finding{f}, nil }
	}
	broken := errors.New("broken")
	for name, ask := range map[string]func(context.Context, []string) ([][]remote.Finding, error){
		"error":       func(context.Context, []string) ([][]remote.Finding, error) { return nil, broken },
		"too few":     func(context.Context, []string) ([][]remote.Finding, error) { return nil, nil },
		"outside":     answer(remote.Finding{Start: 2, End: 9}),
		"other units": answer(remote.Finding{Start: 1, End: 2, Text: "x"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := remote.New(config(ask))
			for range 2 { // a failure is not kept
				_, err := e.Detect(t.Context(), []string{"some"})
				testkit.True(t, errors.Is(err, remote.ErrAnswer) || errors.Is(err, broken), "it fails")
			}
		})
	}
	var asked []string
	_, err := remote.New(config(echo(&asked))).Detect(t.Context(), []string{strings.Repeat("x", 10_000)})
	testkit.ErrorIs(t, err, remote.ErrAnswer)
	testkit.Equal(t, len(asked), 0)
}

func TestCacheForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		c := config(echo(&asked))
		c.CacheTTL, c.CacheSize = time.Minute, 2
		e := remote.New(c)
		ask := func(text string, want int) {
			t.Helper()
			_, err := e.Detect(t.Context(), []string{text})
			testkit.NoError(t, err)
			testkit.Equal(t, len(asked), want)
		}
		ask("a", 1)
		ask("a", 1)
		time.Sleep(time.Minute)
		ask("a", 2)
		ask("b", 3)
		ask("c", 4)
		ask("a", 5)
	})
}

// FuzzSplit: every value that is no longer than the overlap is whole in a document.
func FuzzSplit(f *testing.F) {
	f.Add(strings.Repeat("aJ öJb", 9), uint8(3))
	f.Add(strings.Repeat("\x80", 99), uint8(3))
	f.Fuzz(func(t *testing.T, text string, at uint8) {
		if len(text) > 2000 {
			return
		}
		c := config(nil)
		c.Documents = 10_000
		c.Ask = func(_ context.Context, bodies []string) ([][]remote.Finding, error) {
			out := make([][]remote.Finding, len(bodies))
			for i, body := range bodies {
				n := utf8.RuneCountInString(body)
				testkit.True(t, n <= 20, "no document is too long")
				out[i] = []remote.Finding{{Start: 0, End: n, Text: body}}
			}
			return out, nil
		}
		spans, err := remote.New(c).Detect(t.Context(), []string{text})
		testkit.NoError(t, err)
		from := int(at) % (len(text) + 1)
		to := min(from+3, len(text))
		covered := text == ""
		for _, s := range spans[0] {
			covered = covered || s.Start <= from && to <= s.End
		}
		testkit.True(t, covered, "three bytes are in one document")
	})
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"https://contoso.cognitiveservices.azure.com": true, "https://a/b": true, "http://127.0.0.1:5002": true, "http://localhost": true, "http://[::1]:1": true,
		"http://contoso.example": false, "http://10.0.0.1": false, "": false, "ftp://a": false, "https://u:p@a": false, "https://a?x=1": false, "https://a#x": false, "https://a?": false, "a": false,
	} {
		testkit.Equal(t, remote.Endpoint(address) == "", ok)
	}
}

func TestPost(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprintf(w, `{"body":%q,"auth":%q,"type":%q}`, body, r.Header.Get("Authorization"), r.Header.Get("Content-Type"))
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusPermanentRedirect) })
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "canary-7", http.StatusServiceUnavailable) })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "canary-7") })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "{")
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) {
		for range 17 {
			_, _ = w.Write(make([]byte, 1<<20))
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	rt := &http.Transport{}
	defer rt.CloseIdleConnections()

	var out struct{ Body, Auth, Type string }
	testkit.NoError(t, remote.Post(t.Context(), rt, server.URL+"/ok", "token", []int{1}, &out))
	testkit.Equal(t, out.Body+" "+out.Auth+" "+out.Type, "[1] Bearer token application/json")
	for path, want := range map[string]string{
		"/moved": "status 308", "/busy": "status 503", "/broken": "the answer is not JSON of the known form",
		"/cut": "the answer could not be read", "/large": "the answer is too large",
	} {
		err := remote.Post(t.Context(), rt, server.URL+path, "", []int{1}, &out)
		testkit.ErrorIs(t, err, remote.ErrAnswer)
		testkit.Equal(t, err.Error(), "remote: no usable answer of a detector's service: "+want)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := remote.Post(ctx, rt, server.URL+"/ok", "", []int{1}, &out)
	testkit.ErrorIs(t, err, context.Canceled)
}
