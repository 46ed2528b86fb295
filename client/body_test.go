package client_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A tracked body tells whether it was closed.
type tracked struct {
	io.Reader

	closed atomic.Int32
}

func (b *tracked) Close() error { b.closed.Add(1); return nil }

var errTorn = errors.New("canary of the reader")

// Bad input is a refusal with a code; the body is closed and nothing is sent.
func TestBadBodies(t *testing.T) {
	t.Parallel()
	const good = `{"model":"gpt-4o","messages":[]}`
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.MaxBodyBytes = 64 << 10 })
	for name, test := range map[string]struct {
		media  string
		body   io.Reader
		length int64 // 0: unknown
		code   event.Code
	}{
		"no media type":        {"", strings.NewReader(good), 0, event.TypeUnknown},
		"a form":               {"application/x-www-form-urlencoded", strings.NewReader(good), 0, event.TypeUnknown},
		"multipart":            {"multipart/form-data; boundary=a", strings.NewReader(good), 0, event.TypeUnknown},
		"another charset":      {"application/json; charset=utf-16", strings.NewReader(good), 0, event.TypeUnknown},
		"media type of JSON":   {"application/json;;", strings.NewReader(good), 0, event.TypeUnknown},
		"nothing":              {"application/json", strings.NewReader(""), 0, event.BodyTruncated},
		"no JSON":              {"application/json", strings.NewReader("hello"), 0, event.BodyInvalid},
		"HTML":                 {"application/json", strings.NewReader("<html>"), 0, event.BodyInvalid},
		"a list":               {"application/json", strings.NewReader("[]"), 0, event.BodyInvalid},
		"two values":           {"application/json", strings.NewReader(good + good), 0, event.BodyInvalid},
		"a comment":            {"application/json", strings.NewReader(`{/**/"model":"gpt-4o"}`), 0, event.BodyInvalid},
		"ends early":           {"application/json", strings.NewReader(`{"model":"gpt-4o","messages":[`), 0, event.BodyTruncated},
		"too large":            {"application/json", strings.NewReader(ask(strings.Repeat("a", 64<<10))), 0, event.BodyTooLarge},
		"announced too large":  {"application/json", strings.NewReader(good), 1 << 40, event.BodyTooLarge},
		"never ends":           {"application/json", endless{}, 0, event.BodyTooLarge},
		"shorter than said":    {"application/json", strings.NewReader(good), int64(len(good)) + 1, event.BodyTruncated},
		"longer than said":     {"application/json", strings.NewReader(good), int64(len(good)) - 1, event.BodyTruncated},
		"reader fails":         {"application/json", io.MultiReader(strings.NewReader(good[:9]), iotest.ErrReader(errTorn)), 0, event.BodyTruncated},
		"too deep":             {"application/json", strings.NewReader(`{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`), 0, event.BodyTooDeep},
		"a name twice":         {"application/json", strings.NewReader(`{"model":"a","model":"b"}`), 0, event.BodyDuplicateName},
		"a name twice, folded": {"application/json", strings.NewReader(`{"messages":[],"Messages":[]}`), 0, event.BodyDuplicateName},
		"twice by escapes":     {"application/json", strings.NewReader(`{"user":"a","\u0075ser":"b"}`), 0, event.BodyDuplicateName},
		"not UTF-8":            {"application/json", strings.NewReader("{\"user\":\"\xff\"}"), 0, event.BodyEncoding},
		"a lone surrogate":     {"application/json", strings.NewReader(`{"user":"\ud83d"}`), 0, event.BodyEncoding},
		"a byte order mark":    {"application/json", strings.NewReader("\ufeff" + good), 0, event.BodyInvalid},
		"model no string":      {"application/json", strings.NewReader(`{"model":1}`), 0, event.BodyInvalid},
		"model with a path":    {"application/json", strings.NewReader(`{"model":"../../x","messages":[]}`), 0, event.BodyField},
		"stream no boolean":    {"application/json", strings.NewReader(`{"model":"gpt-4o","stream":"yes"}`), 0, event.BodyInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &tracked{Reader: test.body}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.azure.Endpoint()+chat, body)
			testkit.NoError(t, err)
			if test.media != "" {
				req.Header.Set("Content-Type", test.media)
			}
			req.ContentLength = test.length
			_, _, err = do(s.client.HTTPClient(), req)
			refused(t, err, test.code)
			testkit.True(t, body.closed.Load() > 0, "the body is closed")
		})
	}
	t.Cleanup(func() {
		testkit.Equal(t, len(s.azure.Journal()), 0)
		testkit.Equal(t, s.azure.Connections(clienttest.Model), 0)
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte(" "), len(p))), nil }

// A model is a name that goes into paths, quotas and records, so it must be one.
func TestModelNames(t *testing.T) {
	t.Parallel()
	for _, api := range []client.API{client.V1, client.Deployments} {
		s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.API = api })
		for _, model := range []string{"..", ".", "../", "a/b", "%2e", "gpt-4o?x", "gpt-4o#", "gpt 4o", `gpt-4o\/..`, "gpt-4ö", strings.Repeat("a", 65)} {
			t.Run(model, func(t *testing.T) {
				_, _, err := s.post(t, chat, `{"model":"`+model+`","messages":[]}`)
				refused(t, err, event.BodyField)
				testkit.Equal(t, s.audit.last(t).Deployment.IsZero(), true)
			})
		}
		testkit.Equal(t, len(s.azure.Journal()), 0)
	}
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.API = client.Deployments })
	_, _, err := s.post(t, chat, `{"messages":[]}`)
	refused(t, err, event.BodyField)
}

// A body whose length nobody knows is read like any other, and a route without a body has
// none, whatever its length is said to be.
func TestBodyOfUnknownLength(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	unknown := func(method, path, body string) *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), method, s.azure.Endpoint()+path, io.MultiReader(strings.NewReader(body)))
		testkit.NoError(t, err)
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		return req
	}
	status, answer, err := do(s.client.HTTPClient(), unknown(http.MethodPost, chat, ask(letter())))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.Equal(t, said(t, answer), "You wrote: "+letter())

	_, _, err = do(s.client.HTTPClient(), unknown(http.MethodGet, "/openai/v1/models", letter()))
	refused(t, err, event.BodyInvalid)
	status, _, err = do(s.client.HTTPClient(), unknown(http.MethodGet, "/openai/v1/models", ""))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.DeepEqual(t, planted().Find(s.azure.Journal().Bytes()), []string(nil))
}
