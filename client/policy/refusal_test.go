package policy_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

type safeError struct{}

func (safeError) Error() string { return "a fact without payload" }
func (safeError) Safe()         {}

func TestRefusalText(t *testing.T) {
	t.Parallel()
	const payload = "jane@example.com"
	for name, test := range map[string]struct {
		err  *policy.RefusalError
		want string
	}{
		"alone":     {policy.Refuse("gate", event.SchemeBlocked, nil), "sallyport: refused by gate: scheme_blocked: only https may leave"},
		"cause":     {policy.Refuse("gate", event.SchemeBlocked, errors.New(payload)), "sallyport: refused by gate: scheme_blocked: only https may leave"},
		"safe":      {policy.Refuse("gate", event.SchemeBlocked, fmt.Errorf("%s: %w", payload, safeError{})), "sallyport: refused by gate: scheme_blocked: only https may leave: a fact without payload"},
		"wait":      {&policy.RefusalError{Policy: "limit", Code: event.LocalRateLimited, RetryAfter: 1500 * time.Millisecond}, "sallyport: refused by limit: local_rate_limited: the caller's quota is used up; retry after 1.5s"},
		"off list":  {policy.Refuse("mine", event.Code("x"), nil), "sallyport: refused by mine: x: it failed for a reason without a code"},
		"zero":      {&policy.RefusalError{}, "sallyport: refused by : : it failed for a reason without a code"},
		"nil cause": {&policy.RefusalError{Policy: "p", Code: event.Other}, "sallyport: refused by p: _OTHER: it failed for a reason without a code"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, test.err.Error(), test.want)
			testkit.ErrorIs(t, test.err, policy.ErrRefused)
			for _, verb := range []string{"%v", "%+v", "%s", "%q"} {
				testkit.True(t, !strings.Contains(fmt.Sprintf(verb, test.err), payload), "no payload under "+verb)
			}
		})
	}
}

func TestRefusalUnwraps(t *testing.T) {
	t.Parallel()
	err := error(&url.Error{Op: "Post", URL: "https://host/", Err: policy.Refuse("edge", event.ConnectFailure, io.ErrUnexpectedEOF)})
	testkit.ErrorIs(t, err, policy.ErrRefused)
	testkit.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want event.Code
	}{
		"nil":      {nil, ""},
		"refusal":  {fmt.Errorf("wrapped: %w", policy.Refuse("p", event.DNSFailure, nil)), event.DNSFailure},
		"canceled": {fmt.Errorf("wrapped: %w", context.Canceled), event.Canceled},
		"deadline": {context.DeadlineExceeded, event.Timeout},
		"os":       {os.ErrDeadlineExceeded, event.Timeout},
		"other":    {io.EOF, event.Other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, policy.CodeOf(test.err), test.want)
		})
	}
}

func TestAsResponses(t *testing.T) {
	t.Parallel()
	failing := func(err error) http.RoundTripper {
		return policy.AsResponses(roundTripper(func(*http.Request) (*http.Response, error) { return nil, err }))
	}
	t.Run("refusal", func(t *testing.T) {
		t.Parallel()
		req := newRequest(t, nil)
		resp, err := failing(&policy.RefusalError{Policy: "limit", Code: event.LocalRateLimited, RetryAfter: 1200 * time.Millisecond}).RoundTrip(req)
		testkit.NoError(t, err)
		defer resp.Body.Close()
		testkit.Equal(t, resp.StatusCode, http.StatusTooManyRequests)
		testkit.Equal(t, resp.Header.Get("Retry-After"), "2")
		testkit.Equal(t, resp.Header.Get("Retry-After-Ms"), "1200")
		testkit.Equal(t, resp.Header.Get(policy.HeaderCode), string(event.LocalRateLimited))
		testkit.True(t, resp.Request == req, "the caller's request")
	})
	t.Run("other error", func(t *testing.T) {
		t.Parallel()
		resp, err := failing(io.ErrUnexpectedEOF).RoundTrip(newRequest(t, nil))
		if resp != nil {
			_ = resp.Body.Close()
		}
		testkit.Equal(t, err, io.ErrUnexpectedEOF)
	})
}

func TestCaller(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, policy.CallerOf(t.Context()), policy.Caller{})
	want := policy.Caller{Tenant: "t", User: "u", App: "a"}
	testkit.Equal(t, policy.CallerOf(policy.WithCaller(t.Context(), want)), want)
	_, ok := policy.CallOf(t.Context())
	testkit.True(t, !ok, "no call outside the pipeline")
}
