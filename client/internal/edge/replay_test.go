package edge_test

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The frames of RFC 9113 that the hostile server needs.
const (
	frameHeaders  = 0x1
	frameReset    = 0x3
	frameSettings = 0x4
	frameGoAway   = 0x7

	codeRefused = 0x7
)

func writeFrame(w io.Writer, kind byte, stream uint32, payload []byte) {
	head := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	head = append(head, 0)
	_, _ = w.Write(append(binary.BigEndian.AppendUint32(head, stream), payload...))
}

// refuser is an HTTP/2 server that processes nothing: it answers each request with
// GOAWAY(last stream 0), or with REFUSED_STREAM. It counts the requests.
func refuser(t testing.TB, goAway bool) (url string, trust *tls.Config, requests *atomic.Int64) {
	t.Helper()
	_, trust = serve(t, true, nil)
	srv := httptest.NewUnstartedServer(nil)
	srv.StartTLS()
	cert := srv.TLS.Certificates
	srv.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: cert, NextProtos: []string{"h2"}})
	testkit.NoError(t, err)
	requests = new(atomic.Int64)
	var all sync.WaitGroup
	over, end := context.WithCancel(t.Context())
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer context.AfterFunc(over, func() { _ = c.(*tls.Conn).NetConn().Close() })() // what a client leaves open
				defer func() { _ = c.Close() }()
				refuseAll(c, goAway, requests)
			})
		}
	})
	t.Cleanup(func() { end(); _ = l.Close(); all.Wait() })
	return "https://" + l.Addr().String(), trust, requests
}

func refuseAll(c net.Conn, goAway bool, requests *atomic.Int64) {
	_, _ = io.ReadFull(c, make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")))
	writeFrame(c, frameSettings, 0, nil)
	var head [9]byte
	for {
		if _, err := io.ReadFull(c, head[:]); err != nil {
			return
		}
		size := int64(binary.BigEndian.Uint32(head[:4]) >> 8)
		if _, err := io.CopyN(io.Discard, c, size); err != nil {
			return
		}
		if head[3] != frameHeaders {
			continue
		}
		requests.Add(1)
		if goAway {
			writeFrame(c, frameGoAway, 0, make([]byte, 8))
			return
		}
		writeFrame(c, frameReset, binary.BigEndian.Uint32(head[5:]), binary.BigEndian.AppendUint32(nil, codeRefused))
	}
}

func TestOneSend(t *testing.T) {
	t.Parallel()
	for _, goAway := range []bool{true, false} {
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			t.Run(fmt.Sprintf("goaway=%t/%s", goAway, method), func(t *testing.T) {
				t.Parallel()
				send := func(ctx context.Context, tr http.RoundTripper, url string) error {
					var body io.Reader
					if method == http.MethodPost {
						body = strings.NewReader("prompt") // a body with GetBody
					}
					req, err := http.NewRequestWithContext(ctx, method, url, body)
					testkit.NoError(t, err)
					resp, err := tr.RoundTrip(req)
					if err == nil {
						_ = resp.Body.Close()
					}
					return err
				}
				url, trust, requests := refuser(t, goAway)
				err := send(t.Context(), transport(t, edge.Config{TLS: trust}), url)
				refused(t, err, event.ConnectFailure, nil)
				testkit.Equal(t, requests.Load(), 1)

				url, trust, requests = refuser(t, goAway)
				plain := &http.Transport{TLSClientConfig: trust, ForceAttemptHTTP2: true}
				defer plain.CloseIdleConnections()
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- send(ctx, plain, url) }()
				eventually(t, "the plain client sends again", func() bool { return requests.Load() > 1 })
				cancel()
				testkit.True(t, <-done != nil, "the plain client fails too")
			})
		}
	}
}

func TestUnsent(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.NoError(t, err)
	url := "https://" + l.Addr().String()
	testkit.NoError(t, l.Close())
	_, trust := serve(t, true, nil)
	body := &closer{Reader: strings.NewReader("prompt")}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	testkit.NoError(t, err)
	_, err = transport(t, edge.Config{TLS: trust}).RoundTrip(req)
	refused(t, err, event.ConnectFailure, edge.ErrUnsent)
	testkit.True(t, body.closed.Load(), "the body is closed")
}

func TestHandshakeFaults(t *testing.T) {
	t.Parallel()
	url, _ := serve(t, true, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	_, err := read(t, transport(t, edge.Config{TLS: &tls.Config{MinVersion: tls.VersionTLS12}}), url) // trusts nobody here
	refused(t, err, event.TLSCertificate, edge.ErrHandshake)
	testkit.ErrorIs(t, err, edge.ErrUnsent)

	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.NoError(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			all.Go(func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() }) // says nothing
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	tr := transport(t, edge.Config{TLS: &tls.Config{MinVersion: tls.VersionTLS12}, TLSTimeout: 30 * time.Millisecond})
	_, err = read(t, tr, "https://"+l.Addr().String())
	refused(t, err, event.HandshakeTimeout, edge.ErrHandshake)
	tr.Close()
}

// TestBrokenRecord is a server whose session breaks after the handshake, as one that asks
// to renegotiate makes it do: before its answer that is a fault of TLS, and in the middle
// of it the answer is not whole.
func TestBrokenRecord(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		answer string
		code   event.Code
		cause  error
	}{
		{"", event.TLSFailure, tlspolicy.ErrHandshake},
		{"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{", event.StreamAborted, edge.ErrIncomplete},
	} {
		t.Run(string(row.code), func(t *testing.T) {
			t.Parallel()
			url, trust, _ := raw(t, func(c net.Conn) {
				_, _ = io.WriteString(c, row.answer)
				_, _ = c.(*tls.Conn).NetConn().Write([]byte{22, 3, 3, 0, 4, 0, 0, 0, 0}) // a HelloRequest in clear
				_, _ = io.Copy(io.Discard, c)
			})
			_, err := read(t, transport(t, edge.Config{TLS: trust}), url)
			refused(t, err, row.code, row.cause)
		})
	}
}

func TestIdentityLane(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte("token"))
	}))
	defer srv.Close()
	tr := transport(t, edge.Config{Insecure: true})
	var p edge.Proof
	req, err := http.NewRequestWithContext(edge.WithProof(t.Context(), &p), http.MethodGet, srv.URL, nil)
	testkit.NoError(t, err)
	resp, err := tr.Do(req)
	testkit.NoError(t, err)
	text, err := io.ReadAll(resp.Body)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, string(text), "token")
	testkit.True(t, p.TLS == nil, "plain http")
	_, err = read(t, tr, srv.URL+"/away")
	refused(t, err, event.RedirectBlocked, edge.ErrRedirect)
}
