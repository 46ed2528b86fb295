package edge_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// serve starts a TLS server of HTTP/1.1 or HTTP/2 and returns its URL and the policy of
// a client that trusts it.
func serve(t testing.TB, h2 bool, h http.HandlerFunc) (string, *tls.Config) {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = h2
	srv.StartTLS()
	t.Cleanup(srv.Close)
	roots := srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	srv.Client().CloseIdleConnections()
	return srv.URL, &tls.Config{RootCAs: roots, NextProtos: []string{"h2", "http/1.1"}, MinVersion: tls.VersionTLS12}
}

// raw starts a TLS server of HTTP/1.1 that hands each connection, its first request
// read, to f.
func raw(t testing.TB, f func(c net.Conn)) (string, *tls.Config, *atomic.Int64) {
	t.Helper()
	_, trust := serve(t, false, nil)
	srv := httptest.NewUnstartedServer(nil)
	srv.StartTLS()
	cert := srv.TLS.Certificates
	srv.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: cert, NextProtos: []string{"http/1.1"}})
	testkit.NoError(t, err)
	done, requests := make(chan struct{}), new(atomic.Int64)
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			req, err := http.ReadRequest(bufio.NewReader(c))
			if err == nil {
				requests.Add(1)
				_, _ = io.Copy(io.Discard, req.Body)
				f(c)
			}
			_ = c.Close()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return "https://" + l.Addr().String(), trust, requests
}

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

func transport(t testing.TB, c edge.Config) *edge.Transport {
	t.Helper()
	if c.Dial == nil {
		c.Dial = dial
	}
	tr := edge.New(c)
	t.Cleanup(tr.Close)
	return tr
}

func post(ctx context.Context, tr http.RoundTripper, url, body string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	return tr.RoundTrip(req)
}

// read returns the whole answer of one POST, or the first error.
func read(t testing.TB, tr http.RoundTripper, url string) (string, error) {
	t.Helper()
	resp, err := post(t.Context(), tr, url, "prompt")
	if err != nil {
		return "", err
	}
	defer func() { testkit.NoError(t, resp.Body.Close()) }()
	text, err := io.ReadAll(resp.Body)
	return string(text), err
}

// refused demands a refusal with the code and the cause.
func refused(t testing.TB, err error, code event.Code, cause error) {
	t.Helper()
	testkit.ErrorIs(t, err, policy.ErrRefused)
	testkit.Equal(t, policy.CodeOf(err), code)
	if cause != nil {
		testkit.ErrorIs(t, err, cause)
	}
}

// eventually waits for what happens on another goroutine.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Errorf("never: %s", what)
}

var errHalt = errors.New("an operator's reason")
