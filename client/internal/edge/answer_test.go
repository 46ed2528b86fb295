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
		"two framings":       {head + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", event.ResponseInvalid, edge.ErrFraming},
		"blank in a name":    {head + "Content-Length : 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"no name":            {head + ": 2\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"continued line":     {head + "X: a\r\n b\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"LF alone":           {"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", event.ResponseInvalid, edge.ErrFraming},
		"CR in a value":      {head + "X: a\rb\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"NUL in a value":     {head + "X: a\x00b\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"tab in a value":     {head + "X: a\tb\r\nContent-Length: 2\r\n\r\nok", "", nil},
		"HTTP/2.0":           {"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"chunks in HTTP/1.0": {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", event.ResponseInvalid, edge.ErrFraming},
		"HTTP/1.0":           {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "", nil},
		"coded twice":        {head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", event.ResponseInvalid, edge.ErrFraming},
		"another coding":     {head + "Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", event.ResponseInvalid, edge.ErrFraming},
		"status of letters":  {"HTTP/1.1 2OO OK\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"status of 4 digits": {"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"no reason":          {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", "", nil},
		"103 with a length":  {"HTTP/1.1 103 E\r\nContent-Length: 2\r\n\r\n" + head + "Content-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"204 with a length":  {"HTTP/1.1 204 N\r\nContent-Length: 2\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"204 with a body":    {"HTTP/1.1 204 N\r\n\r\nok", event.ResponseInvalid, edge.ErrFraming},
		"huge header":        {head + "X: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", event.HeaderTooLarge, edge.ErrTooLarge},
		"flood of 1xx":       {strings.Repeat("HTTP/1.1 103 E\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 1000), event.HeaderTooLarge, edge.ErrTooLarge},
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

func packed(t testing.TB, text []byte) string {
	t.Helper()
	var b bytes.Buffer
	packer := gzip.NewWriter(&b)
	_, err := packer.Write(text)
	testkit.NoError(t, err)
	testkit.NoError(t, packer.Close())
	return b.String()
}

func TestPackedAnswer(t *testing.T) {
	t.Parallel()
	ok := packed(t, []byte("ok"))
	for name, row := range map[string]struct {
		coding []string
		body   string
		code   event.Code // empty: the text is ok
		cause  error
	}{
		"gzip":          {[]string{"gzip"}, ok, "", nil},
		"old name":      {[]string{" X-Gzip "}, ok, "", nil},
		"two members":   {[]string{"gzip"}, packed(t, []byte("o")) + packed(t, []byte("k")), "", nil},
		"bomb":          {[]string{"gzip"}, packed(t, make([]byte, 4<<20)), event.UnpackedTooLarge, edge.ErrUnpacked},
		"packed itself": {[]string{"gzip"}, strings.Repeat(packed(t, nil), 100_000), event.ResponseTooLarge, edge.ErrTooLarge},
		"another":       {[]string{"br"}, ok, event.ResponseInvalid, edge.ErrEncoding},
		"twice":         {[]string{"gzip, gzip"}, ok, event.ResponseInvalid, edge.ErrEncoding},
		"two fields":    {[]string{"gzip", "gzip"}, ok, event.ResponseInvalid, edge.ErrEncoding},
		"not packed":    {[]string{"gzip"}, "plain text that is long enough", event.ResponseInvalid, edge.ErrEncoding},
		"broken":        {[]string{"gzip"}, ok[:len(ok)-5] + "12345", event.ResponseInvalid, edge.ErrEncoding},
		"early end":     {[]string{"gzip"}, ok[:len(ok)-5], event.StreamAborted, edge.ErrIncomplete},
		"nothing":       {[]string{"gzip"}, "", event.StreamAborted, edge.ErrIncomplete},
	} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/h2=%t", name, h2), func(t *testing.T) {
				t.Parallel()
				url, trust := serve(t, h2, func(w http.ResponseWriter, r *http.Request) {
					_, _ = io.Copy(io.Discard, r.Body)
					w.Header()["Content-Encoding"] = row.coding
					w.WriteHeader(http.StatusBadRequest)
					_ = http.NewResponseController(w).Flush()
					_, _ = io.WriteString(w, row.body)
				})
				text, err := read(t, transport(t, edge.Config{TLS: trust, MaxBodyBytes: 1 << 20}), url)
				if row.code == "" {
					testkit.NoError(t, err)
					testkit.Equal(t, text, "ok")
					return
				}
				refused(t, err, row.code, row.cause)
				testkit.True(t, len(text) <= 1<<20, "no more than the limit")
			})
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
	const limit = 300 * time.Millisecond // the total has a handshake in it
	for name, row := range map[string]struct {
		config edge.Config
		code   event.Code
		cause  error
	}{
		"idle":  {edge.Config{IdleBodyTimeout: limit}, event.IdleTimeout, edge.ErrIdle},
		"total": {edge.Config{TotalTimeout: limit}, event.TotalTimeout, edge.ErrTotal},
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
				text, err := read(t, transport(t, config), url)
				refused(t, err, row.code, row.cause)
				testkit.True(t, text != "", "what came first is delivered")
			})
		}
	}
}

func TestHeaderTimeout(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		url, trust := serve(t, h2, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-r.Context().Done() })
		_, err := read(t, transport(t, edge.Config{TLS: trust, HeaderTimeout: 30 * time.Millisecond}), url)
		refused(t, err, event.HeaderTimeout, nil)
		testkit.True(t, !errors.Is(err, edge.ErrUnsent), "the prompt may have left")
	}
}

// What a server sends in good order is never taken for a flood, however much of it waits for
// a reader.
func TestMuchUnread(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 3<<20)
	url, trust := serve(t, true, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("X", strings.Repeat("x", 30<<10))
		_, _ = io.WriteString(w, body)
	})
	tr := transport(t, edge.Config{TLS: trust})
	var answers []*http.Response
	for range 20 {
		resp, err := post(t.Context(), tr, url, "prompt")
		testkit.NoError(t, err)
		answers = append(answers, resp)
	}
	time.Sleep(50 * time.Millisecond)
	for _, resp := range answers {
		n, err := io.Copy(io.Discard, resp.Body)
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, n, 3<<20)
	}
}
