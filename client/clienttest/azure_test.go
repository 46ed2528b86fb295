package clienttest_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// call sends a request with a valid token, and reads the answer.
type call struct {
	azure  *clienttest.Azure
	method string
	path   string
	body   string
	header http.Header
	client *http.Client
}

type result struct {
	status int
	header http.Header
	body   []byte
	proto  string
	err    error // of the body
}

func (c call) do(t *testing.T) result {
	t.Helper()
	r, err := c.try(t)
	testkit.NoError(t, err)
	return r
}

func (c call) try(t *testing.T) (result, error) {
	t.Helper()
	if c.method == "" {
		c.method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(t.Context(), c.method, c.azure.Endpoint()+c.path, strings.NewReader(c.body))
	testkit.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+c.azure.Token("https://cognitiveservices.azure.com"))
	req.Header.Set("Content-Type", "application/json")
	for name, values := range c.header {
		req.Header[name] = values
	}
	if c.client == nil {
		c.client = c.azure.Client()
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return result{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return result{resp.StatusCode, resp.Header, body, resp.Proto, err}, nil
}

func unmarshal[T any](t *testing.T, data []byte) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatalf("%v in %s", err, data)
	}
	return value
}

const (
	chatV1     = "/openai/v1/chat/completions"
	chatDeploy = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
	hello      = `{"model":"gpt-4o","messages":[{"role":"user","content":"hello"}]}`
)

func TestProtocols(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cfg  clienttest.Config
		want string
	}{
		"HTTP/2":   {clienttest.Config{}, "HTTP/2.0"},
		"HTTP/1.1": {clienttest.Config{HTTP1: true}, "HTTP/1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			azure := clienttest.New(t, test.cfg)
			got := call{azure: azure, path: chatV1, body: hello}.do(t)
			testkit.Equal(t, got.status, 200)
			testkit.Equal(t, got.proto, test.want)
			testkit.Equal(t, azure.Journal()[0].Proto, test.want)
		})
	}
}

func TestCertificate(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{})
	file, err := os.ReadFile(azure.CAFile())
	testkit.NoError(t, err)
	testkit.True(t, bytes.Equal(file, azure.CAPEM()), "the file holds the authority")

	conn, err := azure.Dial(t.Context(), "tcp", azure.Host()+":443")
	testkit.NoError(t, err)
	defer conn.Close()
	secure := tls.Client(conn, &tls.Config{RootCAs: azure.Roots(), ServerName: azure.Host()})
	testkit.NoError(t, secure.HandshakeContext(t.Context()))
	leaf := secure.ConnectionState().PeerCertificates[0]
	testkit.DeepEqual(t, leaf.ExtKeyUsage, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth})
	for _, name := range []string{azure.Host(), azure.VaultHost(), "contoso.cognitiveservices.azure.com", "contoso.services.ai.azure.com", "login.microsoftonline.com", azure.PrivateAddr().String(), azure.PublicAddr().String()} {
		testkit.NoError(t, leaf.VerifyHostname(name))
	}
	testkit.True(t, leaf.VerifyHostname("contoso.example") != nil, "the leaf is for Azure's names only")

	other := clienttest.New(t, clienttest.Config{})
	_, err = leaf.Verify(x509.VerifyOptions{Roots: other.Roots()})
	testkit.True(t, err != nil, "each instance has an authority of its own")
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Account: "fabrikam", Vault: "keys"})
	testkit.Equal(t, azure.Host(), "fabrikam.openai.azure.com")
	testkit.Equal(t, azure.VaultHost(), "keys.vault.azure.net")
	testkit.True(t, strings.HasPrefix(azure.Endpoint(), "https://fabrikam.openai.azure.com:"), "the endpoint is a URL with a port")
	testkit.True(t, azure.Prefix().Contains(azure.PrivateAddr()), "the private endpoint is in the network")
	testkit.True(t, !azure.Prefix().Contains(azure.PublicAddr()), "the public address is not")
	got := call{azure: azure, path: chatV1, body: hello}.do(t)
	testkit.Equal(t, got.status, 200)
}

// New leaves nothing behind when its test is over.
func TestCloseEndsEverything(t *testing.T) { //nolint:paralleltest // looks at all goroutines
	testkit.Leaks(t)
	azure, err := clienttest.Start(clienttest.Config{})
	testkit.NoError(t, err)
	folder, endpoint, dns := azure.CAFile(), strings.TrimPrefix(azure.Endpoint(), "https://"), azure.DNS()

	// A request that stalls, and idle connections of HTTP and DNS, must not hold it.
	azure.Script(clienttest.Model, clienttest.Broken(clienttest.Stall, 2))
	stalled := make(chan error, 1)
	go func() {
		r, err := call{azure: azure, path: chatV1, body: strings.Replace(hello, "{", `{"stream":true,`, 1)}.try(t)
		if err == nil {
			err = r.err
		}
		stalled <- err
	}()
	for azure.Requests(clienttest.Model) == 0 {
		time.Sleep(time.Millisecond)
	}
	var dialer net.Dialer
	idle, err := dialer.DialContext(t.Context(), "tcp", dns)
	testkit.NoError(t, err)
	defer idle.Close()
	raw, err := azure.Dial(t.Context(), "tcp", endpoint)
	testkit.NoError(t, err)
	defer raw.Close()

	azure.Close()
	azure.Close()
	testkit.True(t, <-stalled != nil, "the stalled request has failed")
	_, err = os.Stat(folder)
	testkit.ErrorIs(t, err, os.ErrNotExist)
	for _, address := range []string{endpoint, azure.PrivateAddr().String() + ":443", dns} {
		if conn, err := azure.Dial(t.Context(), "tcp", address); err == nil {
			_ = conn.Close()
			t.Errorf("%s still listens", address)
		}
	}
}

func TestStartFailureIsReported(t *testing.T) {
	t.Setenv("TMPDIR", "/nowhere/at/all")
	azure, err := clienttest.Start(clienttest.Config{})
	testkit.True(t, azure == nil && err != nil, "no temporary folder is an error")
	testkit.True(t, strings.HasPrefix(err.Error(), "clienttest: start: "), "the error says whose it is")

	fake := &fakeTB{}
	testkit.True(t, clienttest.New(fake, clienttest.Config{}) == nil && fake.failed, "the test fails")
}

type fakeTB struct{ failed bool }

func (f *fakeTB) Helper()               {}
func (f *fakeTB) Cleanup(func())        {}
func (f *fakeTB) Fatalf(string, ...any) { f.failed = true }

func TestManyInstances(t *testing.T) {
	t.Parallel()
	for range 8 {
		azure := clienttest.New(t, clienttest.Config{})
		got := call{azure: azure, path: chatV1, body: hello}.do(t)
		testkit.Equal(t, got.status, 200)
		testkit.Equal(t, azure.Requests(clienttest.Model), 1)
	}
}
