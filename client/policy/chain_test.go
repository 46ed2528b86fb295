package policy_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// roundTripper is an http.RoundTripper made of a function.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// body counts how often it is closed.
type body struct {
	io.Reader
	closed int
}

func (b *body) Close() error { b.closed++; return nil }

func newRequest(t testing.TB, b io.Reader) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://contoso.openai.azure.com/openai/v1/responses", b)
	testkit.NoError(t, err)
	return req
}

func answer(req *http.Request) (*http.Response, error) {
	if req.Body != nil {
		_, err := io.Copy(io.Discard, req.Body)
		if err = errors.Join(err, req.Body.Close()); err != nil {
			return nil, err
		}
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok")), Request: req}, nil
}

func pass(req *http.Request, next policy.Next) (*http.Response, error) { return next(req) }

func TestChainOrder(t *testing.T) {
	t.Parallel()
	var order []string
	step := func(name string) policy.Policy {
		return policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
			order = append(order, name+" down")
			resp, err := next(req)
			order = append(order, name+" up")
			return resp, err
		})
	}
	resp, err := policy.Chain(roundTripper(answer), step("one"), step("two")).RoundTrip(newRequest(t, nil))
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, strings.Join(order, ", "), "one down, two down, two up, one up")
}

func TestChainKeepsTheCallersRequest(t *testing.T) {
	t.Parallel()
	spoil := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		req.Header.Set("Authorization", "changed")
		req.URL.Path = "/changed"
		req.Host = "changed"
		policy.SetBody(req, []byte("changed"))
		return next(req)
	})
	req := newRequest(t, strings.NewReader("original"))
	req.Header.Set("Authorization", "original")
	resp, err := policy.Chain(roundTripper(answer), spoil).RoundTrip(req)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, req.Header.Get("Authorization"), "original")
	testkit.Equal(t, req.URL.Path, "/openai/v1/responses")
	testkit.Equal(t, req.Host, "contoso.openai.azure.com")
	testkit.True(t, resp.Request == req, "the response carries the caller's request, not the one with the credential")
}

func TestChainClosesTheBody(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	for name, p := range map[string]policy.Func{
		"refusal": func(*http.Request, policy.Next) (*http.Response, error) {
			return nil, policy.Refuse("p", event.PolicyDenied, cause)
		},
		"plain error": func(*http.Request, policy.Next) (*http.Response, error) { return nil, cause },
		"nothing":     func(*http.Request, policy.Next) (*http.Response, error) { return nil, nil },
		"panic":       func(*http.Request, policy.Next) (*http.Response, error) { panic(cause) },
		"runtime panic": func(*http.Request, policy.Next) (*http.Response, error) {
			var list []error
			return nil, list[len(list)]
		},
		"nil func": nil,
		"other body": func(req *http.Request, _ policy.Next) (*http.Response, error) {
			policy.SetBody(req, []byte("b"))
			return nil, cause
		},
		"lost request": func(_ *http.Request, next policy.Next) (*http.Response, error) { return next(nil) },
		"after success": func(req *http.Request, next policy.Next) (*http.Response, error) {
			resp, _ := next(req)
			return resp, cause
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &body{Reader: strings.NewReader("text")}
			resp, err := policy.Chain(roundTripper(answer), p).RoundTrip(newRequest(t, b))
			if resp != nil {
				_ = resp.Body.Close()
			}
			testkit.True(t, err != nil, "an error")
			testkit.True(t, resp == nil, "no response beside an error")
			testkit.Equal(t, b.closed, 1)
		})
	}
}

func TestChainNamesABrokenContract(t *testing.T) {
	t.Parallel()
	const secret = "the prompt in a panic"
	for name, p := range map[string]policy.Func{
		"nothing":  func(*http.Request, policy.Next) (*http.Response, error) { return nil, nil },
		"panic":    func(*http.Request, policy.Next) (*http.Response, error) { panic(secret) },
		"nil func": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := policy.Chain(roundTripper(answer), p).RoundTrip(newRequest(t, nil))
			if resp != nil {
				_ = resp.Body.Close()
			}
			testkit.ErrorIs(t, err, policy.ErrContract)
			testkit.ErrorIs(t, err, policy.ErrRefused)
			testkit.Equal(t, policy.CodeOf(err), event.PolicyFailed)
			testkit.True(t, !strings.Contains(err.Error(), secret), "the panic's text is dropped")
		})
	}
}

// A body that was swapped alone must not leave a GetBody behind that returns the old text.
func TestBodyAndGetBodyAgree(t *testing.T) {
	t.Parallel()
	const original, redacted = "original", "redacted text"
	swap := func(f func(*http.Request)) policy.Func {
		return func(req *http.Request, next policy.Next) (*http.Response, error) { f(req); return next(req) }
	}
	for name, test := range map[string]struct {
		policies []policy.Policy
		want     string
		length   int64
		again    bool
	}{
		"untouched": {nil, original, int64(len(original)), false},
		"set body":  {[]policy.Policy{swap(func(r *http.Request) { policy.SetBody(r, []byte(redacted)) })}, redacted, int64(len(redacted)), true},
		"body alone": {[]policy.Policy{swap(func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(redacted)) })},
			redacted, -1, false},
		"body alone after set body": {[]policy.Policy{
			swap(func(r *http.Request) { policy.SetBody(r, []byte(original)) }),
			swap(func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(redacted)) }),
		}, redacted, -1, false},
		"foreign GetBody": {[]policy.Policy{swap(func(r *http.Request) {
			policy.SetBody(r, []byte(redacted))
			r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(original)), nil }
		})}, redacted, int64(len(redacted)), true},
		"removed": {[]policy.Policy{swap(func(r *http.Request) { r.Body = nil })}, "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			last := roundTripper(func(req *http.Request) (*http.Response, error) {
				testkit.Equal(t, req.ContentLength, test.length)
				testkit.Equal(t, req.GetBody != nil, test.again)
				if req.GetBody != nil {
					again, err := req.GetBody()
					testkit.NoError(t, err)
					data, err := io.ReadAll(again)
					testkit.NoError(t, err)
					testkit.Equal(t, string(data), test.want)
				}
				if req.Body != nil {
					data, err := io.ReadAll(req.Body)
					testkit.NoError(t, err)
					testkit.Equal(t, string(data), test.want)
				}
				return answer(&http.Request{})
			})
			resp, err := policy.Chain(last, append(test.policies, policy.Func(pass))...).RoundTrip(newRequest(t, bytes.NewReader([]byte(original))))
			testkit.NoError(t, err)
			testkit.NoError(t, resp.Body.Close())
		})
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	req := newRequest(t, strings.NewReader("original"))
	_, known := policy.Body(req)
	testkit.True(t, !known, "a foreign body is not known")
	policy.SetBody(req, []byte("ours"))
	data, known := policy.Body(req)
	testkit.True(t, known, "our body is known")
	testkit.Equal(t, string(data), "ours")
}

func BenchmarkChain(b *testing.B) {
	resp := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody}
	bare := roundTripper(func(*http.Request) (*http.Response, error) { return resp, nil })
	policies := make([]policy.Policy, 14)
	for i := range policies {
		policies[i] = policy.Func(pass)
	}
	for name, rt := range map[string]http.RoundTripper{"bare": bare, "14 policies": policy.Chain(bare, policies...)} {
		b.Run(name, func(b *testing.B) {
			req := newRequest(b, nil)
			req.Header.Set("Content-Type", "application/json")
			b.ReportAllocs()
			for b.Loop() {
				got, err := rt.RoundTrip(req)
				if err != nil {
					b.Fatal(err)
				}
				_ = got.Body.Close()
			}
		})
	}
}
