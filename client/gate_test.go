package client_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// What must not even be looked at is refused before anything is dialled.
func TestGate(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	header := func(name, value string) func(*http.Request) {
		return func(req *http.Request) { req.Header[name] = []string{value} }
	}
	for name, test := range map[string]struct {
		change func(*http.Request)
		code   event.Code
	}{
		"plain http":          {func(req *http.Request) { req.URL.Scheme = "http" }, event.SchemeBlocked},
		"another host":        {func(req *http.Request) { req.URL.Host = "evil.example" }, event.HostBlocked},
		"another port":        {func(req *http.Request) { req.URL.Host = s.azure.Host() }, event.HostBlocked},
		"an address":          {func(req *http.Request) { req.URL.Host = s.azure.PrivateAddr().String() }, event.HostBlocked},
		"another Host header": {func(req *http.Request) { req.Host = "evil.example" }, event.HostBlocked},
		"a suffix":            {func(req *http.Request) { req.URL.Host += ".evil.example" }, event.HostBlocked},
		"upgrade":             {header("Upgrade", "websocket"), event.UpgradeBlocked},
		"connect":             {func(req *http.Request) { req.Method = http.MethodConnect }, event.UpgradeBlocked},
		"trailer":             {func(req *http.Request) { req.Trailer = http.Header{"A": nil} }, event.HeaderBlocked},
		"content encoding":    {header("Content-Encoding", "gzip"), event.HeaderBlocked},
		"unknown header":      {header("X-Anything", "1"), event.HeaderBlocked},
		"cookie":              {header("Cookie", "a=b"), event.HeaderBlocked},
		"spillover":           {header("X-Ms-Spillover-Deployment", "other"), event.HeaderBlocked},
		"forwarded":           {header("X-Forwarded-For", "10.0.0.1"), event.HeaderBlocked},
		"odd spelling":        {header("authorization", "Bearer x"), event.HeaderBlocked},
		"a path above":        {func(req *http.Request) { req.URL.Path = "/openai/v1/../v1/chat/completions" }, event.RouteUnknown},
		"an escaped path":     {func(req *http.Request) { req.URL.RawPath = "/openai/v1/chat%2fcompletions" }, event.RouteUnknown},
		"a doubled slash":     {func(req *http.Request) { req.URL.Path = "/openai/v1//chat/completions" }, event.RouteUnknown},
		"another method":      {func(req *http.Request) { req.Method = http.MethodPut }, event.RouteUnknown},
		"a query":             {func(req *http.Request) { req.URL.RawQuery = "secret=1" }, event.RouteUnknown},
		"unknown route":       {func(req *http.Request) { req.URL.Path = "/openai/v1/agents" }, event.RouteUnknown},
		"realtime calls":      {func(req *http.Request) { req.URL.Path = "/openai/v1/realtime/calls" }, event.RouteUnsupported},
		"realtime":            {func(req *http.Request) { req.URL.Path = "/openai/v1/realtime/calls" }, event.RouteUnsupported},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &tracked{Reader: strings.NewReader(ask(letter()))}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.azure.Endpoint()+chat, body)
			testkit.NoError(t, err)
			req.Header.Set("Content-Type", "application/json")
			test.change(req)
			_, _, err = do(&http.Client{Transport: s.client.Transport()}, req)
			refused(t, err, test.code)
			testkit.True(t, body.closed.Load() > 0, "the body is closed")
		})
	}
	t.Cleanup(func() { testkit.Equal(t, s.azure.Connections(clienttest.Model), 0) })
}

// What SDKs send of their own accord is taken off: it names the machine, or authenticates.
func TestHeadersThatAreTakenOff(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Headers = []string{"x-tag"} })
	req := s.request(t.Context(), t, chat, ask("hello"))
	for name, value := range map[string]string{
		"Authorization": "Bearer inbound", "Api-Key": "inbound", "Openai-Organization": "inbound", "Openai-Project": "inbound",
		"User-Agent": "inbound", "X-Stainless-Os": "inbound", "X-Stainless-Retry-Count": "0", "Accept-Encoding": "gzip", "Idempotency-Key": "inbound",
		"Traceparent": "00-inbound", "Baggage": "a=inbound", "X-Request-Id": "inbound", "X-Tag": "mine", "Accept": "text/plain;inbound",
	} {
		req.Header.Set(name, value)
	}
	status, _, err := do(s.client.HTTPClient(), req)
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	arrived := s.azure.Journal()[0]
	testkit.True(t, !s.azure.Journal().Contains("inbound"), "nothing inbound arrives")
	testkit.Equal(t, arrived.Header.Get("X-Tag"), "mine")
	testkit.Equal(t, arrived.Header.Get("Accept"), "application/json")
	testkit.Equal(t, req.Header.Get("Authorization"), "Bearer inbound") // the caller's own request stays as it was
	for name := range arrived.Header {
		switch name {
		case "Accept", "Content-Type", "Content-Length", "Authorization", "X-Tag", "User-Agent":
		default:
			t.Errorf("the header %s arrives", name)
		}
	}
}

// The answer's request is the caller's own, without the credential, and nothing in the
// answer can steer an SDK.
func TestAnswerHeaders(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	s.azure.Script(clienttest.Model, clienttest.Reply{Header: http.Header{"X-Should-Retry": {"true"}, "Set-Cookie": {"a=b"}, "Alt-Svc": {`h3=":443"`}}})
	req := s.request(t.Context(), t, chat, ask("hello"))
	resp, err := s.client.Transport().RoundTrip(req)
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.True(t, resp.Request == req, "the caller's request")
	testkit.Equal(t, req.Header.Get("Authorization"), "")
	for _, name := range []string{"X-Should-Retry", "Set-Cookie", "Alt-Svc"} {
		testkit.Equal(t, resp.Header.Get(name), "")
	}
}

// A server that sends the client elsewhere gets no second request.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply clienttest.Reply
		code  event.Code
	}{
		"redirect":           {clienttest.Redirect(307, "https://evil.example/"), event.RedirectBlocked},
		"permanent redirect": {clienttest.Redirect(308, "/openai/v1/chat/completions"), event.RedirectBlocked},
		"see other":          {clienttest.Redirect(303, "/openai/v1/models"), event.RedirectBlocked},
		"not modified":       {clienttest.Reply{Status: 304}, event.ResponseInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			s.azure.Script(clienttest.Model, test.reply)
			_, _, err := s.post(t, chat, ask("hello"))
			refused(t, err, test.code)
			testkit.Equal(t, s.azure.Requests(clienttest.Model), 1)
			testkit.Equal(t, s.audit.last(t).Code, test.code)
		})
	}
}
