package edge_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// streaming answers with one line and then holds the stream open.
func streaming(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	_, _ = w.Write([]byte("data: first\n\n"))
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}

func TestSeverCutsStreams(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%t", h2), func(t *testing.T) {
			t.Parallel()
			url, trust := serve(t, h2, streaming)
			var open, dials atomic.Int64
			tr := transport(t, edge.Config{TLS: trust, Dial: counted(&open, &dials)})
			results := make(chan error, 3)
			for range 3 {
				resp, err := post(t.Context(), tr, url, "prompt")
				testkit.NoError(t, err)
				go func() {
					_, err := io.ReadAll(resp.Body)
					_ = resp.Body.Close()
					results <- err
				}()
			}
			start := time.Now()
			tr.Sever(errHalt)
			for range 3 {
				err := <-results
				refused(t, err, event.KillSwitch, errHalt)
				testkit.ErrorIs(t, err, edge.ErrSevered)
			}
			testkit.True(t, time.Since(start) < 100*time.Millisecond, "within 100 ms")
			testkit.Equal(t, open.Load(), 0)

			_, err := read(t, tr, url)
			refused(t, err, event.KillSwitch, errHalt)
			before := dials.Load()
			tr.Resume()
			resp, err := post(t.Context(), tr, url, "prompt")
			testkit.NoError(t, err)
			testkit.NoError(t, resp.Body.Close())
			testkit.True(t, dials.Load() > before, "a new connection after a halt")
		})
	}
}

func TestCloseIsFinal(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	tr := edge.New(edge.Config{TLS: trust, Dial: dial})
	_, err := read(t, tr, url)
	testkit.NoError(t, err)
	tr.Close()
	tr.Resume()
	tr.Sever(errHalt)
	tr.Close()
	_, err = read(t, tr, url)
	refused(t, err, event.Closed, edge.ErrClosed)
}

func TestSeverWhileDialling(t *testing.T) {
	t.Parallel()
	_, trust := serve(t, true, nil)
	dialling := make(chan struct{})
	tr := transport(t, edge.Config{TLS: trust, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		close(dialling)
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	go func() { <-dialling; tr.Sever(nil) }()
	_, err := read(t, tr, "https://127.0.0.1:1")
	refused(t, err, event.KillSwitch, edge.ErrSevered)
}

func TestCallerEnds(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%t", h2), func(t *testing.T) {
			t.Parallel()
			url, trust := serve(t, h2, streaming)
			tr := transport(t, edge.Config{TLS: trust})
			ctx, cancel := context.WithCancelCause(t.Context())
			resp, err := post(ctx, tr, url, "prompt")
			testkit.NoError(t, err)
			cancel(errHalt)
			_, err = io.ReadAll(resp.Body)
			refused(t, err, event.Canceled, context.Canceled)
			testkit.ErrorIs(t, err, errHalt)
			_ = resp.Body.Close()

			ctx, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer stop()
			resp, err = post(ctx, tr, url, "prompt")
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				_ = resp.Body.Close()
			}
			refused(t, err, event.Timeout, context.DeadlineExceeded)
		})
	}
}

// slowClose gives the server time to answer the close_notify in good order.
type slowClose struct{ net.Conn }

func (c slowClose) Close() error {
	time.Sleep(50 * time.Millisecond)
	return c.Conn.Close()
}

func TestCutIsNeverAWholeAnswer(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, false, streaming)
	tr := transport(t, edge.Config{TLS: trust, IdleBodyTimeout: 30 * time.Millisecond, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return slowClose{c}, nil
	}})
	_, err := read(t, tr, url)
	refused(t, err, event.IdleTimeout, edge.ErrIdle)
}

// A server that gives up in the middle of an answer leaves one that is not whole, however
// the protocol says so: a cut connection, or a reset of the stream alone.
func TestServerGivesUp(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%t", h2), func(t *testing.T) {
			t.Parallel()
			url, trust := serve(t, h2, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte("half an ans"))
				_ = http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			})
			tr := transport(t, edge.Config{TLS: trust, Dial: dial})
			resp, err := post(t.Context(), tr, url, "prompt")
			testkit.NoError(t, err)
			text, err := io.ReadAll(resp.Body)
			refused(t, err, event.StreamAborted, edge.ErrIncomplete)
			testkit.Equal(t, string(text), "half an ans")
			testkit.NoError(t, resp.Body.Close())
		})
	}
}
