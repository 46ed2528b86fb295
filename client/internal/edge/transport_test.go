package edge_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
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

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%t", h2), func(t *testing.T) {
			t.Parallel()
			var got atomic.Pointer[http.Request]
			url, trust := serve(t, h2, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got.Store(r)
				_, _ = w.Write(body)
			})
			tr := transport(t, edge.Config{TLS: trust})
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/a?b=c", strings.NewReader("prompt"))
			testkit.NoError(t, err)
			for _, field := range []string{"Cookie", "cookie", "Referer", "Idempotency-Key", "Expect", "Te", "Accept-Encoding", "Connection"} {
				req.Header[field] = []string{"x"}
			}
			req.Header.Set("Api-Key", "kept")
			resp, err := tr.Do(req)
			testkit.NoError(t, err)
			text, err := io.ReadAll(resp.Body)
			testkit.NoError(t, err)
			testkit.NoError(t, resp.Body.Close())
			testkit.Equal(t, string(text), "prompt")
			testkit.True(t, resp.Request == req, "the response belongs to the caller's request")
			testkit.Equal(t, len(req.Header), 9) // the caller's own is untouched
			seen := got.Load()
			testkit.Equal(t, seen.ProtoMajor, map[bool]int{false: 1, true: 2}[h2])
			testkit.Equal(t, seen.URL.RequestURI(), "/a?b=c")
			testkit.Equal(t, seen.Header.Get("Api-Key"), "kept")
			for _, field := range []string{"Cookie", "Referer", "Idempotency-Key", "Expect", "Te", "Accept-Encoding"} {
				testkit.Equal(t, seen.Header.Get(field), "")
			}
		})
	}
}

func TestRequestRefused(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	good := edge.Config{TLS: trust, Dial: dial}
	for name, row := range map[string]struct {
		config edge.Config
		change func(*http.Request)
		code   event.Code
	}{
		"http":      {good, func(r *http.Request) { r.URL.Scheme = "http" }, event.SchemeBlocked},
		"host":      {good, func(r *http.Request) { r.Host = "evil.example" }, event.HostBlocked},
		"userinfo":  {good, func(r *http.Request) { r.URL, _ = r.URL.Parse("https://u:p@" + r.URL.Host) }, event.HostBlocked},
		"opaque":    {good, func(r *http.Request) { r.URL.Opaque = "//evil.example/" }, event.HostBlocked},
		"upgrade":   {good, func(r *http.Request) { r.Header["upgrade"] = []string{"websocket"} }, event.UpgradeBlocked},
		"connect":   {good, func(r *http.Request) { r.Method = http.MethodConnect }, event.UpgradeBlocked},
		"header":    {good, func(r *http.Request) { r.Header.Set("X", "a\r\nY: b") }, event.HeaderBlocked},
		"no dialer": {edge.Config{TLS: trust}, func(*http.Request) {}, event.ConfigInvalid},
		"no policy": {edge.Config{Dial: dial}, func(*http.Request) {}, event.ConfigInvalid},
		"identity":  {edge.Config{Dial: dial, Insecure: true}, func(*http.Request) {}, event.SchemeBlocked},
	} {
		t.Run(name, func(t *testing.T) {
			tr := edge.New(row.config)
			defer tr.Close()
			body := &closer{Reader: strings.NewReader("prompt")}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
			testkit.NoError(t, err)
			row.change(req)
			_, err = tr.RoundTrip(req)
			refused(t, err, row.code, nil)
			testkit.True(t, body.closed.Load(), "the body is closed")
			testkit.True(t, !strings.Contains(err.Error(), "evil"), "the error quotes nothing")
		})
	}
}

type closer struct {
	io.Reader
	closed atomic.Bool
}

func (c *closer) Close() error { c.closed.Store(true); return nil }

func TestRedirectStopsHere(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(fmt.Sprintf("h2=%t/%d", h2, status), func(t *testing.T) {
				t.Parallel()
				elsewhere, _ := serve(t, h2, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
				url, trust := serve(t, h2, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, status) })
				_, err := read(t, transport(t, edge.Config{TLS: trust}), url)
				refused(t, err, event.RedirectBlocked, edge.ErrRedirect)
				testkit.True(t, !strings.Contains(err.Error(), "127.0.0.1"), "the error names no target")
			})
		}
	}
}

func TestForeignTraceIsDeaf(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusProcessing) })
	var calls atomic.Int64
	hear := func() { calls.Add(1) }
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		GetConn:          func(string) { hear() },
		GotConn:          func(httptrace.GotConnInfo) { hear() },
		WroteHeaderField: func(string, []string) { hear() },
		WroteHeaders:     hear,
		ConnectStart:     func(string, string) { hear() },
		DNSStart:         func(httptrace.DNSStartInfo) { hear() },
	})
	resp, err := post(ctx, transport(t, edge.Config{TLS: trust}), url, "prompt")
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, calls.Load(), 0)
}

func TestProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	proxy, _ := serve(t, false, func(http.ResponseWriter, *http.Request) { t.Error("the proxy was asked") })
	for _, v := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"} {
		t.Setenv(v, proxy)
	}
	url, trust := serve(t, true, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	text, err := read(t, transport(t, edge.Config{TLS: trust}), url)
	testkit.NoError(t, err)
	testkit.Equal(t, text, "ok")
}

func TestProof(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	tr := transport(t, edge.Config{TLS: trust})
	for i := range 2 {
		var p edge.Proof
		resp, err := post(edge.WithProof(t.Context(), &p), tr, url, "prompt")
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, p.Reused, i == 1)
		testkit.Equal(t, p.TLS.Version, "TLS 1.3")
		testkit.Equal(t, p.TLS.ALPN, "h2")
		testkit.Equal(t, p.TLS.Group, tls.X25519MLKEM768.String())
		testkit.True(t, p.TLS.Issuer != "" && !p.TLS.NotAfter.IsZero(), "the leaf is described")
		_, err = tlspolicy.ParsePin(p.TLS.SPKI)
		testkit.NoError(t, err)
		testkit.True(t, p.TLS.SANs > 0, "so are its key and its names")
		testkit.Equal(t, p.TLS.PinUse+p.TLS.Staple, "") // not a configuration of tlspolicy: nothing is known
	}
}

// A proof says how the connection stands to the pins, and what was stapled.
func TestProofOfVerdict(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
	pin := tlspolicy.Pin{1}
	for _, row := range []struct {
		verdict tlspolicy.Verdict
		want    edge.Session
	}{
		{tlspolicy.Verdict{}, edge.Session{PinUse: "unpinned", Staple: "none"}},
		{tlspolicy.Verdict{PinUse: tlspolicy.PrimaryPin, Pin: pin}, edge.Session{PinUse: "primary", Pin: pin.String(), Staple: "none"}},
		{tlspolicy.Verdict{PinUse: tlspolicy.PinMismatched}, edge.Session{PinUse: "mismatched", Staple: "none"}},
		{tlspolicy.Verdict{StapledUntil: until}, edge.Session{PinUse: "unpinned", Staple: "good", StapledUntil: until}},
	} {
		testkit.Equal(t, edge.Judged(row.verdict), row.want)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	for _, h2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("h2=%t", h2), func(t *testing.T) {
			t.Parallel()
			url, trust := serve(t, h2, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
			tr := transport(t, edge.Config{TLS: trust, MaxConnsPerHost: 2})
			var all sync.WaitGroup
			for range 40 {
				all.Go(func() {
					text, err := read(t, tr, url)
					if err != nil || text != "ok" {
						t.Errorf("got %q, %v", text, err)
					}
				})
			}
			all.Wait()
		})
	}
}

func TestConnectionsAge(t *testing.T) {
	t.Parallel()
	url, trust := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	var open, dials atomic.Int64
	tr := transport(t, edge.Config{TLS: trust, MaxConnAge: 20 * time.Millisecond, Dial: counted(&open, &dials)})
	for range 3 {
		_, err := read(t, tr, url)
		testkit.NoError(t, err)
		_, err = read(t, tr, url)
		testkit.NoError(t, err)
		time.Sleep(30 * time.Millisecond)
	}
	testkit.True(t, dials.Load() >= 3, "old connections are not reused")
	eventually(t, "old connections are closed", func() bool { return open.Load() == 1 })
}

// counted dials and keeps count of what is open and of what was ever dialled.
func counted(open, dials *atomic.Int64) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		open.Add(1)
		dials.Add(1)
		return &countedConn{Conn: c, open: open}, nil
	}
}

type countedConn struct {
	net.Conn
	open *atomic.Int64
	once sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() { c.open.Add(-1) })
	return c.Conn.Close()
}
