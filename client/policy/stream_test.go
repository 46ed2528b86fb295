package policy_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestAsResponsesEndsAStreamWithAnEvent(t *testing.T) {
	t.Parallel()
	const last = `data: {"error":{"message":"sallyport: refused by edge: timeout: a deadline passed","type":"sallyport_refusal","param":null,"code":"timeout"}}` + "\n\n"
	refusal := policy.Refuse("edge", event.Timeout, nil)
	other := errors.New("other")
	for name, test := range map[string]struct {
		media, text string
		err         error
		want        string
		wantErr     error
	}{
		"between events":       {"text/event-stream; charset=utf-8", "data: 1\n\n", refusal, "data: 1\n\n" + last, nil},
		"at once":              {"text/event-stream", "", refusal, last, nil},
		"within a line":        {"text/event-stream", "data: {\"a", refusal, "data: {\"a\n\n" + last, nil},
		"between lines":        {"text/event-stream", "data: 1\n", refusal, "data: 1\n\n" + last, nil},
		"a good end":           {"text/event-stream", "data: 1\n\n", io.EOF, "data: 1\n\n", nil},
		"another error":        {"text/event-stream", "data: 1\n\n", other, "data: 1\n\n", other},
		"an answer of another": {"application/json", "{}", refusal, "{}", refusal},
	} {
		for size, read := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader} {
			t.Run(name+", read "+size, func(t *testing.T) {
				t.Parallel()
				rt := policy.AsResponses(roundTripper(func(req *http.Request) (*http.Response, error) {
					b := &body{Reader: io.MultiReader(strings.NewReader(test.text), iotest.ErrReader(test.err))}
					return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {test.media}}, Body: b, Request: req}, nil
				}))
				resp, err := rt.RoundTrip(newRequest(t, nil))
				testkit.NoError(t, err)
				defer resp.Body.Close()
				got, err := io.ReadAll(read(resp.Body))
				testkit.Equal(t, string(got), test.want)
				testkit.True(t, errors.Is(err, test.wantErr), "the right error")
				if test.wantErr == nil {
					n, err := resp.Body.Read(make([]byte, 1))
					testkit.Equal(t, n, 0)
					testkit.Equal(t, err, io.EOF)
				}
			})
		}
	}
}

// A policy that panics is an error to those above it, which can then end what they began.
func TestChainPanicIsAnErrorAbove(t *testing.T) {
	t.Parallel()
	var seen error
	above := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		resp, err := next(req)
		seen = err
		return resp, err
	})
	below := policy.Func(func(*http.Request, policy.Next) (*http.Response, error) { panic("text of the prompt") })
	resp, err := policy.Chain(roundTripper(answer), above, below).RoundTrip(newRequest(t, nil))
	if resp != nil {
		_ = resp.Body.Close()
	}
	testkit.ErrorIs(t, err, policy.ErrContract)
	testkit.ErrorIs(t, seen, policy.ErrContract)
	testkit.Equal(t, policy.CodeOf(seen), event.PolicyFailed)
}

// net/http takes a length of zero beside a body for unknown, so nobody may take it for none.
func TestChainBodyOfUnknownLength(t *testing.T) {
	t.Parallel()
	var length int64
	look := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		length = req.ContentLength
		return next(req)
	})
	req := newRequest(t, io.MultiReader(strings.NewReader("text")))
	testkit.Equal(t, req.ContentLength, 0)
	resp, err := policy.Chain(roundTripper(answer), look).RoundTrip(req)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, length, -1)
}
