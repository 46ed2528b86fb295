package credentials_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A fake answers as an identity endpoint would. Its transport leads every name to it, so
// that nothing leaves the machine.
type fake struct {
	*httptest.Server
	calls  atomic.Int64
	dialed atomic.Value // the last address
}

func newFake(t testing.TB, tls bool, handler http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{}
	counted := func(w http.ResponseWriter, r *http.Request) {
		f.calls.Add(1)
		handler(w, r)
	}
	if tls {
		f.Server = httptest.NewTLSServer(http.HandlerFunc(counted))
	} else {
		f.Server = httptest.NewServer(http.HandlerFunc(counted))
	}
	t.Cleanup(f.Close)
	return f
}

// transport is an http.Client, as azcore's own is, that dials the fake alone.
func (f *fake) transport(t testing.TB) *http.Client {
	t.Helper()
	tr := f.Client().Transport.(*http.Transport).Clone()
	tr.Proxy = nil
	if tr.TLSClientConfig != nil {
		tr.TLSClientConfig.ServerName = "example.com" // of the certificate of httptest
	}
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		f.dialed.Store(address)
		var d net.Dialer
		return d.DialContext(ctx, network, f.Listener.Addr().String())
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{
		Transport:     tr,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// lookup makes an environment of NAME, VALUE pairs.
func lookup(pairs ...string) func(string) (string, bool) {
	env := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}
}

// said is everything that a log of any kind could print of a value.
func said(value any) string {
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%e", "%p", "%T", "%U", "%b", "%c", "%o"} {
		fmt.Fprintf(&b, verb+"\n", value)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", value)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", value)
	if data, err := json.Marshal(value); err == nil {
		b.Write(data)
	}
	return b.String()
}

// chain is said of an error and of everything that it unwraps to.
func chain(err error) string {
	if err == nil {
		return ""
	}
	text := said(err)
	{
		var e interface{ Unwrap() []error }
		switch {
		case errors.As(err, &e):
			for _, inner := range e.Unwrap() {
				text += chain(inner)
			}
		default:
			text += chain(errors.Unwrap(err))
		}
	}
	return text
}

// checkLocal is written against the text of RFC 1122 and RFC 4291, apart from the code.
func checkLocal(t *testing.T, host string) {
	t.Helper()
	ip := net.ParseIP(host)
	ok := strings.EqualFold(host, "localhost") || strings.HasPrefix(host, "127.") && ip != nil ||
		strings.HasPrefix(host, "169.254.") && ip != nil || ip != nil && (ip.Equal(net.IPv6loopback) || ip.IsLinkLocalUnicast())
	testkit.True(t, ok, "accepted endpoints are on this machine: "+host)
}

// nowhere is a network without anybody in it.
func nowhere(ctx context.Context, network, _ string) (net.Conn, error) {
	select {
	case <-ctx.Done():
	case <-time.After(300 * time.Millisecond):
	}
	return nil, &net.OpError{Op: "dial", Net: network, Err: context.DeadlineExceeded}
}

// jwt is a token of Entra's form that nobody signed.
func jwt(claims map[string]any) string {
	payload, err := json.Marshal(claims)
	if err != nil {
		return ""
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none"}`)) + "." + encode(payload) + "." + encode([]byte("signature"))
}
