package clienttest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestErrors(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	for _, test := range []struct {
		reply  clienttest.Reply
		status int
		code   string
		says   string
	}{
		{clienttest.Throttled(20), 429, "429", "Please retry after 20 seconds"},
		{clienttest.Overloaded(), 429, "NoCapacity", "high demand"},
		{clienttest.ContentFiltered(), 400, "content_filter", "content management policy"},
		{clienttest.ContextTooLong(), 400, "context_length_exceeded", "maximum context length"},
		{clienttest.PermissionDenied(), 401, "PermissionDenied", "lacks the required data action"},
		{clienttest.Unauthorized(), 401, "401", "Access token is missing"},
		{clienttest.KeysDisabled(), 403, "AuthenticationTypeDisabled", "disabled"},
		{clienttest.DeploymentNotFound(), 404, "DeploymentNotFound", "does not exist"},
		{clienttest.PublicAccessDisabled(), 403, "AccessDenied", "Public access is disabled. Please configure private endpoint."},
		{clienttest.ServerError(503), 503, "503", "Service Unavailable"},
	} {
		azure.Script(clienttest.Model, test.reply)
		got := call{azure: azure, path: chatV1, body: hello}.do(t)
		testkit.Equal(t, got.status, test.status)
		e := errorOf(t, got.body)
		testkit.Equal(t, e.Code, test.code)
		testkit.True(t, strings.Contains(e.Message, test.says), test.says)
		switch test.code {
		case "429":
			testkit.Equal(t, got.header.Get("Retry-After"), "20")
			testkit.Equal(t, got.header.Get("Retry-After-Ms"), "20000")
			testkit.Equal(t, got.header.Get("X-Ratelimit-Remaining-Tokens"), "0")
		case "content_filter":
			testkit.Equal(t, e.Innererror.Code, "ResponsibleAIPolicyViolation")
			testkit.True(t, e.Innererror.Result["hate"].Filtered, "it says why")
		case "AccessDenied":
			testkit.Equal(t, got.header.Get("Policy-Id"), "ThrowExceptionDueToTrafficDenied")
		}
	}
	azure.Script(clienttest.Model, clienttest.Redirect(307, "https://elsewhere.example/"))
	got := call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.Equal(t, got.status, 307)
	testkit.Equal(t, got.header.Get("Location"), "https://elsewhere.example/")
}

func TestScriptOrder(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	big := func(e clienttest.Exchange) bool { return len(e.Body) > 100 }
	azure.Script(clienttest.Model, clienttest.Reply{When: big, Status: 413}, clienttest.Reply{Status: 418, Times: 2}, clienttest.Reply{Status: 503, Times: clienttest.Forever})
	var got []int
	for _, body := range []string{hello, hello + strings.Repeat(" ", 100), hello, hello, hello} {
		got = append(got, call{azure: azure, path: chatV1, body: body}.do(t).status)
	}
	testkit.DeepEqual(t, got, []int{418, 413, 418, 503, 503})
	testkit.Equal(t, azure.Unscript(clienttest.Model), 1)
	testkit.Equal(t, call{azure: azure, path: chatV1, body: hello}.do(t).status, 200)
}

func TestScriptHeadersAndDelay(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	azure.Script(clienttest.Model,
		clienttest.Reply{Delay: 30 * time.Millisecond, Header: http.Header{"content-type": {"text/html"}, "X-Ms-Region": nil}},
		clienttest.Reply{Body: `<h1>no JSON</h1>`, Header: http.Header{"Content-Type": {"text/html"}}})
	start := time.Now()
	got := call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.True(t, time.Since(start) >= 30*time.Millisecond, "it took its time")
	testkit.DeepEqual(t, got.header.Values("Content-Type"), []string{"text/html"})
	testkit.Equal(t, got.header.Get("X-Ms-Region"), "")
	got = call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.Equal(t, got.status, 200)
	testkit.Equal(t, string(got.body), `<h1>no JSON</h1>`)
}

func TestGzip(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	azure.Script(clienttest.Model, clienttest.Reply{Gzip: true, Text: strings.Repeat("x", 1<<20), Cut: strings.Fields, Times: 2})
	for _, body := range []string{hello, strings.Replace(hello, "{", `{"stream":true,`, 1)} {
		got := call{azure: azure, path: chatV1, body: body, header: http.Header{"Accept-Encoding": {"identity"}}}.do(t)
		testkit.Equal(t, got.header.Get("Content-Encoding"), "gzip")
		zr, err := gzip.NewReader(bytes.NewReader(got.body))
		testkit.NoError(t, err)
		text, err := io.ReadAll(zr)
		testkit.NoError(t, err)
		testkit.True(t, len(text) > 1<<20, "it expands")
	}
}

func TestEscaped(t *testing.T) {
	t.Parallel()
	const text = "<EMAIL_1> \"q\" \\ é \U0001f600\n"
	azure := clienttest.New(t, clienttest.Config{})
	azure.Script(clienttest.Model, clienttest.Reply{Text: text, Escaped: true, Times: 2})
	got := call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.Equal(t, *unmarshal[chatAnswer](t, got.body).Choices[0].Message.Content, text)
	testkit.True(t, bytes.Contains(got.body, []byte(`\u003cEMAIL\u005f1\u003e`)) && bytes.Contains(got.body, []byte(`\ud83d\ude00`)), "the text is escaped")
	joined := ""
	for _, c := range streamed(t, azure) {
		if c.Delta.Content != nil {
			joined += *c.Delta.Content
		}
	}
	testkit.Equal(t, joined, text)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	stream := strings.Replace(hello, "{", `{"stream":true,`, 1)
	for _, http1 := range []bool{false, true} {
		azure := clienttest.New(t, clienttest.Config{HTTP1: http1})
		for _, test := range []struct {
			fault clienttest.Fault
			body  string
			fails bool // reading the body does
			has   int  // events that arrived; negative: not determined
		}{
			{clienttest.CutOff, stream, true, 3},
			{clienttest.CutOff, hello, true, -1},
			{clienttest.Reset, stream, true, -1},
			{clienttest.Reset, hello, true, -1},
			{clienttest.EarlyEnd, stream, false, 3},
			{clienttest.EarlyEnd, hello, false, -1},
			{clienttest.Garbage, stream, false, -1},
			{clienttest.Garbage, hello, false, -1},
			{clienttest.ErrorEvent, stream, false, 4},
		} {
			azure.Script(clienttest.Model, clienttest.Broken(test.fault, 3))
			got, err := call{azure: azure, path: chatV1, body: test.body}.try(t)
			name := test.fault.String() + " " + got.proto + " " + test.body
			if err == nil {
				err = got.err
			} else if test.fault != clienttest.Reset {
				t.Errorf("%s: not even headers: %v", name, err)
			}
			testkit.Equal(t, err != nil, test.fails)
			if test.has >= 0 {
				testkit.Equal(t, bytes.Count(got.body, []byte("\n\n")), test.has)
				testkit.True(t, !bytes.Contains(got.body, []byte("[DONE]")), name+": no terminal event")
			}
			switch test.fault {
			case clienttest.Garbage:
				testkit.Equal(t, bytes.Contains(got.body, []byte("[DONE]")), test.body == stream)
			case clienttest.ErrorEvent:
				testkit.True(t, bytes.Contains(got.body, []byte(`data: {"error":{"code":"server_error"`)), name+": the error is there")
			default: // the others leave nothing behind
			}
			// The next request finds everything in order.
			testkit.Equal(t, call{azure: azure, path: chatV1, body: hello}.do(t).status, 200)
		}
	}
}

// A stream can lack nothing but its end, and its events can come in one piece.
func TestMissingEnd(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{EventsPerWrite: 5})
	stream := strings.Replace(hello, "{", `{"stream":true,`, 1)
	whole := call{azure: azure, path: chatV1, body: stream}.do(t).body
	azure.Script(clienttest.Model, clienttest.Reply{Fault: clienttest.EarlyEnd, After: clienttest.BeforeLast, Times: 2})
	got := call{azure: azure, path: chatV1, body: stream}.do(t)
	testkit.NoError(t, got.err)
	testkit.Equal(t, len(parse(t, got.body)), len(parse(t, whole))-1)
	testkit.True(t, !bytes.Contains(got.body, []byte("[DONE]")), "the end is missing")
	events := responseStream(t, azure)
	testkit.Equal(t, events[len(events)-1].Type, "response.output_item.done")
}

// A stream that stalls sends what comes before, and then nothing until the client leaves.
func TestStall(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	azure.Script(clienttest.Model, clienttest.Broken(clienttest.Stall, 2))
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, azure.Endpoint()+chatV1, strings.NewReader(strings.Replace(hello, "{", `{"stream":true,`, 1)))
	testkit.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+azure.Token("https://ai.azure.com"))
	resp, err := azure.Client().Do(req)
	testkit.NoError(t, err)
	defer resp.Body.Close()
	body := make([]byte, 0, 64<<10)
	for bytes.Count(body, []byte("\n\n")) < 2 {
		n, err := resp.Body.Read(body[len(body):cap(body)])
		testkit.NoError(t, err)
		body = body[:len(body)+n]
	}
	timer := time.AfterFunc(20*time.Millisecond, leave)
	defer timer.Stop()
	n, err := resp.Body.Read(body[len(body):cap(body)])
	testkit.Equal(t, n, 0)
	testkit.ErrorIs(t, err, context.Canceled)
	testkit.NoError(t, azure.WaitIdle(t.Context()))
}

func TestConfiguredAnswer(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Answer: strings.ToUpper})
	azure.Script(clienttest.Model, clienttest.Says("first"))
	testkit.Equal(t, *unmarshal[chatAnswer](t, call{azure: azure, path: chatV1, body: hello}.do(t).body).Choices[0].Message.Content, "first")
	got := call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.Equal(t, *unmarshal[chatAnswer](t, got.body).Choices[0].Message.Content, "HELLO")
}
