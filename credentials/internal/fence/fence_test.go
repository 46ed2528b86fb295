package fence_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/credentials/internal/fence"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

type refusal struct{}

func (refusal) Error() string { return "refused" }
func (refusal) Safe()         {}

func pass(*http.Request) error { return nil }

func server(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, url string, trace **fence.Trace) *http.Request {
	t.Helper()
	ctx, tr := fence.WithTrace(t.Context())
	*trace = tr
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	testkit.NoError(t, err)
	return r
}

func TestAllowComesFirst(t *testing.T) {
	t.Parallel()
	s := server(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	var trace *fence.Trace
	_, err := fence.New(s.Client(), func(*http.Request) error { return refusal{} }, nil).Do(get(t, s.URL, &trace))
	testkit.ErrorIs(t, err, refusal{})
	testkit.ErrorIs(t, trace.Cause(), refusal{})
	testkit.Equal(t, trace.Status(), 0)
	var final interface{ NonRetriable() }
	testkit.True(t, errors.As(err, &final), "azcore must not try again")
}

func TestAnswerIsChecked(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusUnauthorized)
	})
	var trace *fence.Trace
	_, err := fence.New(s.Client(), pass, func(*http.Response) error { return refusal{} }).Do(get(t, s.URL, &trace))
	testkit.ErrorIs(t, err, refusal{})
	testkit.Equal(t, trace.Status(), http.StatusUnauthorized)
	testkit.Equal(t, trace.RetryAfter(), 7*time.Second)
}

func TestAnswerIsCutOff(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("x", fence.MaxAnswer+1000))
	})
	var trace *fence.Trace
	response, err := fence.New(s.Client(), pass, nil).Do(get(t, s.URL, &trace))
	testkit.NoError(t, err)
	data, err := io.ReadAll(response.Body)
	testkit.NoError(t, err)
	testkit.NoError(t, response.Body.Close())
	testkit.Equal(t, len(data), fence.MaxAnswer)
}

// An error that makes no promise about its text is passed on for azcore to try again, and
// is not a cause.
func TestOtherErrors(t *testing.T) {
	t.Parallel()
	s := server(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	var trace *fence.Trace
	_, err := fence.New(s.Client(), pass, nil).Do(get(t, s.URL, &trace))
	testkit.True(t, err != nil, "an error")
	testkit.True(t, trace.Cause() == nil, "no cause")
	var final interface{ NonRetriable() }
	testkit.True(t, !errors.As(err, &final), "azcore may try again")
}

// The trace tells of the last request, and is not needed.
func TestLastRequestCounts(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/busy" {
			w.Header().Set("Retry-After", "9")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	f := fence.New(s.Client(), pass, nil)
	ctx, trace := fence.WithTrace(t.Context())
	for _, c := range []struct {
		path   string
		status int
		wait   time.Duration
	}{{"/busy", http.StatusTooManyRequests, 9 * time.Second}, {"/ok", http.StatusOK, 0}} {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+c.path, nil)
		testkit.NoError(t, err)
		response, err := f.Do(r)
		testkit.NoError(t, err)
		testkit.NoError(t, response.Body.Close())
		testkit.Equal(t, trace.Status(), c.status)
		testkit.Equal(t, trace.RetryAfter(), c.wait)
	}

	plain, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/ok", nil)
	testkit.NoError(t, err)
	response, err := f.Do(plain)
	testkit.NoError(t, err)
	testkit.NoError(t, response.Body.Close())
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		field, value string
		least, most  time.Duration
	}{
		"none":         {"X", "1", 0, 0},
		"seconds":      {"Retry-After", "90", 90 * time.Second, 90 * time.Second},
		"a day":        {"Retry-After", "86400", 24 * time.Hour, 24 * time.Hour},
		"absurd":       {"Retry-After", strings.Repeat("9", 30), 200 * 365 * 24 * time.Hour, 1<<63 - 1},
		"milliseconds": {"Retry-After-Ms", "1500", 1500 * time.Millisecond, 1500 * time.Millisecond},
		"of Azure":     {"X-Ms-Retry-After-Ms", "20", 20 * time.Millisecond, 20 * time.Millisecond},
		"date":         {"Retry-After", time.Now().Add(2 * time.Minute).UTC().Format(http.TimeFormat), 110 * time.Second, 2 * time.Minute},
		"past date":    {"Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT", 0, 0},
		"negative":     {"Retry-After", "-5", 0, 0},
		"words":        {"Retry-After", "soon", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := server(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set(c.field, c.value) })
			var trace *fence.Trace
			response, err := fence.New(s.Client(), pass, nil).Do(get(t, s.URL, &trace))
			testkit.NoError(t, err)
			testkit.NoError(t, response.Body.Close())
			testkit.True(t, trace.RetryAfter() >= c.least && trace.RetryAfter() <= c.most, trace.RetryAfter().String())
		})
	}
}

func TestSkew(t *testing.T) {
	t.Parallel()
	s := server(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
	})
	var trace *fence.Trace
	response, err := fence.New(s.Client(), pass, nil).Do(get(t, s.URL, &trace))
	testkit.NoError(t, err)
	testkit.NoError(t, response.Body.Close())
	testkit.True(t, trace.Skew() < -59*time.Minute && trace.Skew() > -61*time.Minute, trace.Skew().String())
}
