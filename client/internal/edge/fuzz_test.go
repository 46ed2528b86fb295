package edge_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/policy"
)

// seeds are answers of HTTP/1.1, good and bad.
var seeds = []string{
	"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
	"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 8\r\n\r\n2\r\nok\r\n0\r\n\r\n",
	"HTTP/1.1 200 OK\r\nContent-Length : 8\r\n\r\n",
	"HTTP/1.1 204 No Content\r\n\r\nbody",
	"HTTP/1.1 304 Not Modified\r\n\r\n",
	"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
	"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://evil.example/\r\nContent-Length: 0\r\n\r\n",
	"HTTP/1.0 200 OK\r\n\r\nok",
	"HTTP/1.1 099 X\r\n\r\n",
	"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
	"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
	"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08",
	"ok",
}

// FuzzHead: however an answer is cut into reads, the verdict on its header is the same; and
// a header that passes is one that net/http understands in the same way.
func FuzzHead(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed), uint8(3))
	}
	f.Fuzz(func(t *testing.T, answer []byte, cut uint8) {
		whole, done := edge.JudgeHead(answer, len(answer)+1)
		parts, _ := edge.JudgeHead(answer, int(cut)%17+1)
		if (whole == nil) != (parts == nil) || whole != nil && whole.Code != parts.Code {
			t.Fatalf("in one piece: %v, in pieces: %v", whole, parts)
		}
		if whole != nil || !done {
			return
		}
		agree(t, answer)
	})
}

// agree reads the header as net/http does.
func agree(t *testing.T, answer []byte) {
	t.Helper()
	in := bufio.NewReader(bytes.NewReader(answer))
	for {
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			return // stricter than we are
		}
		if resp.StatusCode >= 100 && resp.StatusCode < 200 && resp.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		head, _, _ := bytes.Cut(answer, []byte("\r\n\r\n"))
		if len(resp.TransferEncoding) > 0 && bytes.Contains(bytes.ToLower(head), []byte("\ncontent-length:")) && resp.StatusCode != http.StatusNotModified {
			t.Fatalf("two framings: %q", answer)
		}
		return
	}
}

// FuzzAnswer: whatever a server answers, the caller gets a refusal, or an answer of a status
// that answers something, unpacked, of no more than the limit, whose body ends in io.EOF or a
// refusal; and no text of an error holds what the server wrote.
func FuzzAnswer(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) {
		const limit = 64
		tr := edge.New(edge.Config{Insecure: true, MaxBodyBytes: limit, MaxHeaderBytes: 4096, TotalTimeout: time.Second, Dial: answering(answer)})
		defer tr.Close()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:1/", strings.NewReader("prompt"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := tr.RoundTrip(req)
		if err != nil {
			isRefusal(t, err)
			return
		}
		if s := resp.StatusCode; s < 200 || s > 599 || s >= 300 && s < 400 || resp.Header.Get("Content-Encoding") == "gzip" {
			t.Fatalf("status %d, header %v", s, resp.Header)
		}
		body, err := io.ReadAll(resp.Body)
		if len(body) > limit {
			t.Fatalf("%d bytes", len(body))
		}
		if err != nil {
			isRefusal(t, err)
		}
		_ = resp.Body.Close() // what it says was said
	})
}

func isRefusal(t *testing.T, err error) {
	t.Helper()
	var refusal *policy.RefusalError
	if !errors.As(err, &refusal) || !refusal.Code.Valid() {
		t.Fatalf("not a refusal: %v", err)
	}
	if text := err.Error(); strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		t.Fatalf("the text of the error: %q", text)
	}
}

// answering dials a server that reads a request and answers it.
func answering(answer []byte) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer func() { _ = far.Close() }()
			req, err := http.ReadRequest(bufio.NewReader(far))
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			_, _ = far.Write(answer)
		}()
		return near, nil
	}
}
