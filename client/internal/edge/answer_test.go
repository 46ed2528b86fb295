package edge_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestRawAnswers(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\n"
	for name, row := range map[string]struct {
		answer string
		code   event.Code // empty: fine
		cause  error
	}{
		"control":            {head + "Content-Length: 2\r\n\r\nok", "", nil},
		"informational":      {"HTTP/1.1 103 Early Hints\r\n\r\n" + head + "Content-Length: 2\r\n\r\nok", "", nil},
		"upgrade":            {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", event.UpgradeBlocked, edge.ErrUpgrade},
		"status 099":         {"HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n", event.ResponseInvalid, edge.ErrStatus},
		"status 999":         {"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", event.ResponseInvalid, edge.ErrStatus},
		"304":                {"HTTP/1.1 304 Not Modified\r\n\r\n", event.ResponseInvalid, edge.ErrStatus},
		"two lengths":        {head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", event.ResponseInvalid, nil},
		"HTTP/0.9":           {"ok", event.ResponseInvalid, nil},
		"huge header":        {head + "X: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", event.ResponseTooLarge, edge.ErrTooLarge},
		"flood of 1xx":       {strings.Repeat("HTTP/1.1 103 E\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 1000), event.ResponseTooLarge, edge.ErrTooLarge},
		"length over limit":  {head + "Content-Length: 2000\r\n\r\nok", event.ResponseTooLarge, edge.ErrTooLarge},
		"chunks over limit":  {head + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + strings.Repeat("x", 2000) + "\r\n0\r\n\r\n", event.ResponseTooLarge, edge.ErrTooLarge},
		"short length":       {head + "Content-Length: 9\r\n\r\nok", event.StreamAborted, edge.ErrIncomplete},
		"chunk cut":          {head + "Transfer-Encoding: chunked\r\n\r\n9\r\nok", event.StreamAborted, edge.ErrIncomplete},
		"ended by the close": {head + "\r\nok", event.StreamAborted, edge.ErrIncomplete},
		"no answer":          {"", event.ConnectFailure, nil},
		"brotli":             {head + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrEncoding},
		"not encoded":        {head + "Content-Encoding: Identity\r\nContent-Length: 2\r\n\r\nok", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, trust, requests := raw(t, func(c net.Conn) { _, _ = io.WriteString(c, row.answer) })
			tr := transport(t, edge.Config{TLS: trust, MaxBodyBytes: 1000})
			text, err := read(t, tr, url)
			testkit.Equal(t, requests.Load(), 1)
			if row.code == "" {
				testkit.NoError(t, err)
				testkit.Equal(t, text, "ok")
				return
			}
			refused(t, err, row.code, row.cause)
			testkit.True(t, len(text) <= 1000, "no more than the limit")
			testkit.True(t, !strings.Contains(err.Error(), "xxx"), "the peer's bytes stay out of the error")
		})
	}
}

func TestPackedAnswerIsRefused(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	packer := gzip.NewWriter(&bomb)
	_, _ = packer.Write(make([]byte, 4<<20))
	testkit.NoError(t, packer.Close())
	for _, h2 := range []bool{false, true} {
		for _, status := range []int{200, 400} {
			url, trust := serve(t, h2, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.WriteHeader(status)
				_, _ = w.Write(bomb.Bytes())
			})
			_, err := read(t, transport(t, edge.Config{TLS: trust}), url)
			refused(t, err, event.ResponseInvalid, edge.ErrEncoding)
		}
	}
}

func TestEndlessAnswerIsCut(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		for _, status := range []int{200, 500} {
			t.Run(fmt.Sprintf("h2=%t/%d", h2, status), func(t *testing.T) {
				t.Parallel()
				gone := make(chan struct{})
				url, trust := serve(t, h2, func(w http.ResponseWriter, _ *http.Request) {
					defer close(gone)
					w.WriteHeader(status)
					for {
						if _, err := w.Write(make([]byte, 4096)); err != nil {
							return
						}
					}
				})
				text, err := read(t, transport(t, edge.Config{TLS: trust, MaxBodyBytes: 100_000}), url)
				refused(t, err, event.ResponseTooLarge, edge.ErrTooLarge)
				testkit.Equal(t, len(text), 100_000)
				<-gone
			})
		}
	}
}

func TestStallIsCut(t *testing.T) {
	t.Parallel()
	const limit = 50 * time.Millisecond
	for name, row := range map[string]struct {
		config edge.Config
		cause  error
	}{
		"idle":  {edge.Config{IdleBodyTimeout: limit}, edge.ErrIdle},
		"total": {edge.Config{TotalTimeout: limit}, edge.ErrTotal},
	} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/h2=%t", name, h2), func(t *testing.T) {
				t.Parallel()
				url, trust := serve(t, h2, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					for range 1000 {
						if _, err := w.Write([]byte("data: x\n\n")); err != nil {
							return
						}
						_ = http.NewResponseController(w).Flush()
						if name == "idle" {
							<-r.Context().Done()
							return
						}
						time.Sleep(limit / 10)
					}
				})
				config := row.config
				config.TLS = trust
				start := time.Now()
				text, err := read(t, transport(t, config), url)
				refused(t, err, event.Timeout, row.cause)
				testkit.True(t, text != "", "what came first is delivered")
				testkit.True(t, time.Since(start) < limit+250*time.Millisecond, "in time")
			})
		}
	}
}

func TestHeaderTimeout(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		url, trust := serve(t, h2, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() })
		_, err := read(t, transport(t, edge.Config{TLS: trust, HeaderTimeout: 30 * time.Millisecond}), url)
		refused(t, err, event.Timeout, nil)
		testkit.True(t, !errors.Is(err, edge.ErrUnsent), "the prompt may have left")
	}
}
