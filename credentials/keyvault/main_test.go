package keyvault_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const (
	vaultURL  = "https://contoso.vault.azure.net"
	tenant    = "11111111-2222-3333-4444-555555555555"
	challenge = `Bearer authorization="https://login.microsoftonline.com/` + tenant + `", resource="https://vault.azure.net"`
)

// A vault is a fake of Key Vault: one secret, a challenge, and whatever goes wrong.
type vault struct {
	mu        sync.Mutex
	value     string
	version   string
	attrs     map[string]any
	challenge string
	broken    http.HandlerFunc // answers in place of the secret
	reads     int              // answers beyond the challenge
	asked     []string         // scope and tenant of token requests
	users     int              // token requests for a user
	query     url.Values       // of the last read
	host      string           // that the last read was for
	tokenErr  error
}

func newVault() *vault { return &vault{challenge: challenge, value: "key-1", version: "v1"} }

func (v *vault) set(change func(*vault)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change(v)
}

func (v *vault) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.reads
}

// ServeHTTP challenges what carries no token, as Key Vault does.
func (v *vault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if r.Header.Get("Authorization") == "" {
		w.Header().Set("WWW-Authenticate", v.challenge)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	v.reads++
	v.query, v.host = r.URL.Query(), r.Host
	if v.broken != nil {
		v.broken(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"value": v.value, "id": vaultURL + "/secrets/model-key/" + v.version, "attributes": v.attrs,
	})
}

// GetToken is the credential: it writes down what it is asked for.
func (v *vault) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if credentials.ForUser(ctx) {
		v.users++
	}
	v.asked = append(v.asked, strings.Join(o.Scopes, " ")+" "+o.TenantID)
	return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, v.tokenErr
}

// overTLS serves v with a certificate; every name leads to it.
func (v *vault) overTLS(t *testing.T) *http.Client {
	t.Helper()
	s := httptest.NewTLSServer(v)
	t.Cleanup(s.Close)
	tr := s.Client().Transport.(*http.Transport).Clone()
	tr.TLSClientConfig.ServerName = "example.com" // of the certificate of httptest
	tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, s.Listener.Addr().String())
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// inBubble serves v over pipes, without TLS, so that the clock can be virtual. Call the
// returned function last.
func (v *vault) inBubble() (*http.Client, func()) {
	l := testkit.PipeListener()
	s := &http.Server{Handler: v}
	go func() { _ = s.Serve(l) }()
	tr := &http.Transport{DialTLSContext: l.Dial}
	return &http.Client{Transport: tr}, func() {
		tr.CloseIdleConnections()
		_ = s.Close()
	}
}

func source(t testing.TB, v *vault, transport policy.Transporter) *keyvault.Source {
	t.Helper()
	s, err := keyvault.New(keyvault.Config{Vault: vaultURL, Secret: "model-key", Credential: v, Transport: transport})
	testkit.NoError(t, err)
	return s
}

// said is everything that a log of any kind could print of an error and its causes.
func said(err error) string {
	if err == nil {
		return ""
	}
	var b strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&b, verb+"\n", err)
	}
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", err)
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", err)
	if data, err := json.Marshal(err); err == nil {
		b.Write(data)
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, inner := range many.Unwrap() {
			b.WriteString(said(inner))
		}
		return b.String()
	}
	return b.String() + said(errors.Unwrap(err))
}
