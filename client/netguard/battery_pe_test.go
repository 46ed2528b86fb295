package netguard_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A fakeService is a TLS server in the VNet that answers every request alike and keeps what
// it was asked.
type fakeService struct {
	net.Listener
	roots *x509.CertPool

	mu  sync.Mutex
	got []byte
}

func newService(t *testing.T, status int, body string) *fakeService {
	t.Helper()
	cert, roots := certificate(t)
	l, err := tls.Listen("tcp", "127.10.0.4:0", &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
	testkit.NoError(t, err)
	s := &fakeService{Listener: l, roots: roots}
	var all sync.WaitGroup
	all.Go(func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			s.answer(c, status, body)
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return s
}

func (s *fakeService) answer(c net.Conn, status int, body string) {
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(5 * time.Second))
	var raw strings.Builder
	req, err := http.ReadRequest(bufio.NewReader(io.TeeReader(c, &raw)))
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, req.Body)
	s.mu.Lock()
	s.got = append(s.got, raw.String()...)
	s.mu.Unlock()
	_, _ = fmt.Fprintf(c, "HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, len(body), body)
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"*.openai.azure.com"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	testkit.NoError(t, err)
	leaf, err := x509.ParseCertificate(der)
	testkit.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// probe does what a check does with a guard: prove, shake hands, ask without a credential,
// judge.
func (s *fakeService) probe(t *testing.T, mode netguard.Mode) netguard.Evidence {
	t.Helper()
	_, port, _ := net.SplitHostPort(s.Addr().String())
	config := vnet(serveDNS(t, zone(good)).addr)
	config.Hosts, config.Mode = []string{net.JoinHostPort(host, port)}, mode
	c, e, err := guard(t, config).Prove(t.Context(), "tcp", net.JoinHostPort(host, port))
	testkit.NoError(t, err)
	defer func() { _ = c.Close() }()
	session := tls.Client(c, &tls.Config{ServerName: host, RootCAs: s.roots, MinVersion: tls.VersionTLS12})
	testkit.NoError(t, session.HandshakeContext(t.Context()))
	e.TLS = &netguard.TLS{Version: tls.VersionName(session.ConnectionState().Version)}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+mode.ProbePath(), http.NoBody)
	testkit.NoError(t, err)
	testkit.NoError(t, req.Write(session))
	resp, err := http.ReadResponse(bufio.NewReader(session), req)
	testkit.NoError(t, err)
	body, err := io.ReadAll(io.LimitReader(resp.Body, netguard.MaxServiceBody))
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	e.AddService(netguard.JudgeService(mode, resp.StatusCode, body))
	return e
}

const (
	publicDoor   = `{"error":{"code":"AccessDenied","message": "Public access is disabled. Please configure private endpoint."}}`
	unapproved   = `{"error":{"code":"403","message":"Traffic is not from an approved private endpoint."}}`
	askedFor     = `{"statusCode":401,"message":"Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired."}`
	canaryHeader = "authorization"
)

func TestBatteryEndpoint(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		id      string
		status  int
		body    string
		verdict netguard.Verdict
		level   netguard.Level
		rule    netguard.Rule
		says    string
	}{
		{"PE-01", 200, `{"data":[]}`, netguard.Pass, netguard.LevelConnect, "", "answered without asking for a credential"},
		{"PE-01 with a credential asked for", 401, askedFor, netguard.Pass, netguard.LevelService, "", "asked for a credential"},
		{"PE-02", 403, publicDoor, netguard.Fail, netguard.LevelConnect, netguard.RulePublicDoor, "reached the public front door"},
		{"PE-03", 403, unapproved, netguard.Fail, netguard.LevelConnect, netguard.RuleUnapproved, "the endpoint exists but is not approved, or is another resource's"},
	} {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			e := newService(t, row.status, row.body).probe(t, netguard.Strict)
			testkit.Equal(t, e.Verdict, row.verdict)
			testkit.Equal(t, e.Level, row.level)
			testkit.Equal(t, e.Rule, row.rule)
			testkit.Equal(t, e.Meets(netguard.LevelConnect), row.verdict == netguard.Pass)
			testkit.Equal(t, e.Meets(netguard.LevelService), row.level == netguard.LevelService)
			testkit.True(t, !e.Meets(netguard.LevelControlPlane) && !e.Meets(netguard.LevelUnknown), "unknown is no pass")
			testkit.True(t, strings.Contains(e.Report(), row.says), e.Report())
		})
	}
	t.Run("PE-07", func(t *testing.T) {
		t.Parallel()
		s := newService(t, 401, askedFor)
		s.probe(t, netguard.Strict)
		s.mu.Lock()
		defer s.mu.Unlock()
		got := strings.ToLower(string(s.got))
		testkit.True(t, strings.HasPrefix(got, "get /openai/v1/models http/1.1\r\n"), got)
		testkit.True(t, !strings.Contains(got, canaryHeader) && !strings.Contains(got, "api-key") && strings.HasSuffix(got, "\r\n\r\n"), "neither credential nor body")
	})
}

// What a report tells is no secret, and a machine reads from it what was written.
func TestEvidenceRoundTrip(t *testing.T) {
	t.Parallel()
	e := newService(t, 401, askedFor).probe(t, netguard.Strict)
	text, err := json.Marshal(e)
	testkit.NoError(t, err)
	var again netguard.Evidence
	testkit.NoError(t, json.Unmarshal(text, &again))
	twice, err := json.Marshal(again)
	testkit.NoError(t, err)
	testkit.Equal(t, string(twice), string(text))
	testkit.Equal(t, again.Report(), e.Report())
}
