package clienttest_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestJournalIsExact(t *testing.T) {
	t.Parallel()
	for _, http1 := range []bool{false, true} {
		azure := clienttest.New(t, clienttest.Config{HTTP1: http1})
		// Spaces, escapes and order are the client's and must stay.
		body := "{ \"messages\" : [ {\"content\":\"caf\\u00e9 \u00e9 \\u003c\",\"role\":\"user\"} ],\r\n\t\"model\":\"gpt-4o\" }"
		path := "/openai/deployments/gpt%2D4o/chat/completions?api-version=2024-10-21&x=%41%20"
		got := call{azure: azure, path: path, body: body, header: http.Header{"X-Odd": {"one", "two"}}}.do(t)
		testkit.Equal(t, got.status, 200)

		journal := azure.Journal()
		testkit.Equal(t, len(journal), 1)
		e := journal[0]
		testkit.Equal(t, string(e.Body), body)
		testkit.Equal(t, e.Method, "POST")
		testkit.Equal(t, e.Path, "/openai/deployments/gpt%2D4o/chat/completions")
		testkit.Equal(t, e.RawQuery, "api-version=2024-10-21&x=%41%20")
		testkit.Equal(t, "https://"+e.Host, azure.Endpoint())
		testkit.DeepEqual(t, e.Header.Values("X-Odd"), []string{"one", "two"})
		testkit.True(t, !e.Broken && time.Since(e.At) < time.Minute, "the request was whole and has a time")
		for _, text := range []string{`caf\u00e9`, "x=%41%20", "two", "gpt%2D4o", azure.Host(), "POST"} {
			testkit.True(t, journal.Contains(text), "the journal holds "+text)
		}
		testkit.True(t, !journal.Contains("caf\u00e9"), "the journal does not decode")
		testkit.DeepEqual(t, journal.Bodies(clienttest.Model), [][]byte{[]byte(body)})
		testkit.Equal(t, len(journal.On(clienttest.Vault)), 0)
	}
}

// What a client sent of a body that it did not finish has left it all the same.
func TestJournalHoldsHalfBodies(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{HTTP1: true})
	conn, err := azure.Dial(t.Context(), "tcp", azure.Host()+":443")
	testkit.NoError(t, err)
	secure := tls.Client(conn, &tls.Config{RootCAs: azure.Roots(), ServerName: azure.Host()})
	fmt.Fprintf(secure, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 100\r\n\r\nhalf a sec", chatV1, azure.Host())
	testkit.NoError(t, secure.Close())
	wait(t, func() bool { return azure.Requests(clienttest.Model) == 1 })
	e := azure.Journal()[0]
	testkit.True(t, e.Broken, "the body is broken")
	testkit.Equal(t, string(e.Body), "half a sec")
}

func TestJournalKeepsChunkedAndCompressedBodies(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, azure.Endpoint()+chatV1, io.MultiReader(strings.NewReader("\x1f\x8b"), strings.NewReader("no gzip")))
	testkit.NoError(t, err)
	req.Header.Set("Content-Encoding", "gzip")
	resp, err := azure.Client().Do(req)
	testkit.NoError(t, err)
	_ = resp.Body.Close()
	testkit.Equal(t, string(azure.Journal()[0].Body), "\x1f\x8bno gzip")
}

func TestCounters(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Unrecorded: true})
	for range 3 {
		call{azure: azure, path: chatV1, body: hello}.do(t)
	}
	testkit.Equal(t, azure.Requests(clienttest.Model), 3)
	testkit.Equal(t, azure.Connections(clienttest.Model), 1)
	testkit.Equal(t, len(azure.Journal()), 0)
	azure.Forget()
	testkit.Equal(t, azure.Requests(clienttest.Model)+azure.Connections(clienttest.Model)+len(azure.Queries()), 0)
}

func TestWaitIdle(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	testkit.NoError(t, azure.WaitIdle(t.Context()))
	azure.Script(clienttest.Model, clienttest.Reply{Fault: clienttest.Stall})
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, azure.Endpoint()+chatV1, strings.NewReader(hello))
	testkit.NoError(t, err)
	resp, err := azure.Client().Do(req)
	testkit.NoError(t, err)
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	testkit.ErrorIs(t, azure.WaitIdle(short), context.DeadlineExceeded)
	leave()
	_ = resp.Body.Close()
	testkit.NoError(t, azure.WaitIdle(t.Context()))
}

func TestJournalBytesAreOneRequestAfterAnother(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	call{azure: azure, path: chatV1, body: hello}.do(t)
	req, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(azure.Journal().Bytes())))
	testkit.NoError(t, err)
	testkit.Equal(t, req.URL.Path, chatV1)
}

func TestNames(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, clienttest.Model.String(), "model")
	testkit.Equal(t, clienttest.Metadata.String(), "metadata")
	testkit.Equal(t, clienttest.Lane(99).String(), "unknown")
	testkit.Equal(t, clienttest.NoFault.String(), "none")
	testkit.Equal(t, clienttest.ErrorEvent.String(), "error-event")
	testkit.Equal(t, clienttest.Fault(99).String(), "unknown")
}

// wait gives the other side a few seconds.
func wait(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("nothing happened")
		}
	}
}
