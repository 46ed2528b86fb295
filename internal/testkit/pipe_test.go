package testkit_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestPipeListener(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := testkit.PipeListener()
		server := &http.Server{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(time.Hour)
				_, _ = io.WriteString(w, "late")
			}),
			ReadHeaderTimeout: time.Minute,
		}
		go func() { _ = server.Serve(listener) }()
		transport := &http.Transport{DialContext: listener.Dial}
		start := time.Now()

		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pipe/", nil)
		testkit.NoError(t, err)
		resp, err := transport.RoundTrip(req)
		testkit.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, string(body), "late")
		testkit.Equal(t, time.Since(start), time.Hour)

		transport.CloseIdleConnections()
		testkit.NoError(t, server.Close())
		synctest.Wait()
	})
}

func TestPipeListenerEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		listener := testkit.PipeListener()
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			synctest.Wait()
			cancel(io.ErrUnexpectedEOF)
		}()
		_, err := listener.Dial(ctx, "tcp", "pipe:80")
		testkit.ErrorIs(t, err, io.ErrUnexpectedEOF)

		go func() {
			synctest.Wait()
			_ = listener.Close()
			_ = listener.Close()
		}()
		_, err = listener.Accept()
		testkit.ErrorIs(t, err, net.ErrClosed)
		_, err = listener.Dial(t.Context(), "tcp", "pipe:80")
		testkit.ErrorIs(t, err, net.ErrClosed)
		testkit.Equal(t, listener.Addr().String(), "pipe")
		testkit.Equal(t, listener.Addr().Network(), "pipe")
	})
}
