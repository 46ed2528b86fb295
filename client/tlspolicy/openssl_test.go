package tlspolicy_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// ask makes a handshake and a request, and returns the state, or the error as Explain has
// it.
func ask(t testing.TB, address string, policy *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	own := policy.Clone()
	own.ServerName, own.NextProtos = server, nil
	c, err := net.Dial("tcp", address)
	testkit.NoError(t, err)
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	conn := tls.Client(c, own)
	if err := conn.Handshake(); err != nil {
		return tls.ConnectionState{}, tlspolicy.Explain(own, err)
	}
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return tls.ConnectionState{}, tlspolicy.Explain(own, err)
	}
	if _, err := io.ReadAll(conn); err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return tls.ConnectionState{}, tlspolicy.Explain(own, err)
	}
	return conn.ConnectionState(), nil
}

// fits checks that a server is what a row says it is: a client without any rule gets along
// with it.
func (r *realm) fits(t testing.TB, address string) {
	t.Helper()
	var suites []uint16
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		suites = append(suites, suite.ID)
	}
	_, err := ask(t, address, &tls.Config{RootCAs: pool(r.root), MinVersion: tls.VersionTLS10, CipherSuites: suites})
	testkit.NoError(t, err)
}

// plainly says what plain crypto/tls does.
func (r *realm) plainly(t testing.TB, address string) string {
	if _, err := ask(t, address, &tls.Config{RootCAs: pool(r.root)}); err != nil {
		return "plain crypto/tls: refused"
	}
	return "plain crypto/tls: accepted"
}

// files writes a certificate and its key, and names them.
func files(t testing.TB, n *node) (cert, key string) {
	t.Helper()
	folder := t.TempDir()
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	certs, private := n.pem(t)
	testkit.NoError(t, os.WriteFile(cert, certs, 0o600))
	testkit.NoError(t, os.WriteFile(key, private, 0o600))
	return cert, key
}

// sServer runs openssl s_server on a free port.
func sServer(t testing.TB, n *node, args ...string) *process {
	t.Helper()
	cert, key := files(t, n)
	return start(t, "ACCEPT ", "", append([]string{tool(t, "openssl"), "s_server", "-accept", "127.0.0.1:0", "-cert", cert, "-cert_chain", cert, "-key", key}, args...)...)
}

// A realRow is a row against a server of another maker.
type realRow struct {
	id   string
	args []string // of s_server, or lines of a server block of nginx
	want error
}

func TestOpenSSL(t *testing.T) {
	t.Parallel()
	tool(t, "openssl")
	r := newRealm(t)
	leaf := r.keyed(rsaKey(t, 2048))
	for _, row := range []realRow{
		{"TLS-01 TLS 1.0", []string{"-tls1", "-cipher", "ALL:@SECLEVEL=0"}, tlspolicy.ErrVersion},
		{"TLS-01 TLS 1.1", []string{"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}, tlspolicy.ErrVersion},
		{"TLS-04 TLS 1.2", []string{"-tls1_2"}, nil},
		{"TLS-04 TLS 1.3", []string{"-tls1_3"}, nil},
		{"TLS-05 AES-128-CBC", []string{"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"}, tlspolicy.ErrCipher},
		{"TLS-05 AES-128-CBC-SHA256", []string{"-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA256"}, tlspolicy.ErrCipher},
		{"TLS-05 no forward secrecy", []string{"-tls1_2", "-cipher", "AES128-GCM-SHA256"}, tlspolicy.ErrCipher},
		{"TLS-05 ChaCha20", []string{"-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"}, nil},
	} {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			p := sServer(t, leaf, append(row.args, "-www")...)
			r.fits(t, p.address)
			t.Log(r.plainly(t, p.address))
			_, err := ask(t, p.address, policy(t, r.trust()))
			testkit.ErrorIs(t, err, row.want)
		})
	}
	t.Run("TLS-11 X25519 only, policy post-quantum", func(t *testing.T) {
		t.Parallel()
		p := sServer(t, leaf, "-tls1_3", "-groups", "X25519", "-www")
		t.Log(r.plainly(t, p.address))
		_, err := ask(t, p.address, policy(t, r.trust(func(c *tlspolicy.Config) { c.RequirePostQuantum = true })))
		testkit.ErrorIs(t, err, tlspolicy.ErrPostQuantum)
	})
}

// TestOpenSSLRenegotiation lets s_server ask for a new handshake, at "r" on its input.
func TestOpenSSLRenegotiation(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	leaf := r.keyed(rsaKey(t, 2048))
	renegotiate := func(t *testing.T, config *tls.Config) error {
		t.Helper()
		p := sServer(t, leaf, "-tls1_2")
		own := config.Clone()
		own.ServerName = server
		c, err := net.Dial("tcp", p.address)
		testkit.NoError(t, err)
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(10 * time.Second))
		conn := tls.Client(c, own)
		testkit.NoError(t, conn.Handshake())
		_, err = io.WriteString(conn, "hello\n")
		testkit.NoError(t, err)
		_, err = io.WriteString(p.stdin, "r\n")
		testkit.NoError(t, err)
		over := make(chan struct{})
		defer close(over)
		go func() { // s_server takes what it reads at once for one command
			for {
				select {
				case <-over:
					return
				case <-time.After(50 * time.Millisecond):
					_, _ = io.WriteString(p.stdin, "answer\n")
				}
			}
		}()
		_, err = conn.Read(make([]byte, 16))
		return tlspolicy.Explain(own, err)
	}
	t.Run("TLS-15 policy", func(t *testing.T) {
		t.Parallel()
		err := renegotiate(t, policy(t, r.trust()))
		testkit.ErrorIs(t, err, tlspolicy.ErrHandshake)
		testkit.True(t, err != nil && strings.Contains(err.Error(), "refused to renegotiate"), "it says why")
	})
	t.Run("TLS-15 a client that renegotiates", func(t *testing.T) {
		t.Parallel()
		freely, err := tlspolicy.Without("no renegotiation", nil)(r.trust())
		testkit.NoError(t, err)
		testkit.NoError(t, renegotiate(t, freely)) // so that the server did ask
	})
}

// ocspAnswer lets openssl ocsp answer about leaf, whose state is V(alid), R(evoked), or ""
// for one that is not in the authority's list. The answer is signed by signer.
func ocspAnswer(t testing.TB, issuer, leaf, signer *node, state string) (file string) {
	t.Helper()
	openssl, folder := tool(t, "openssl"), t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	issuerFile, _ := files(t, issuer)
	leafFile, _ := files(t, leaf)
	signerFile, signerKey := files(t, signer)
	const stamp = "060102150405Z"
	line, revoked := "", ""
	if state == "R" {
		revoked = time.Now().Add(-time.Minute).UTC().Format(stamp)
	}
	if state != "" {
		line = fmt.Sprintf("%s\t%s\t%s\t%X\tunknown\t/CN=x\n", state, leaf.cert.NotAfter.UTC().Format(stamp), revoked, leaf.cert.SerialNumber.Bytes())
	}
	testkit.NoError(t, os.WriteFile(path("index.txt"), []byte(line), 0o600))
	for _, args := range [][]string{
		{"ocsp", "-issuer", issuerFile, "-cert", leafFile, "-no_nonce", "-reqout", path("request.der")},
		{"ocsp", "-index", path("index.txt"), "-CA", issuerFile, "-rsigner", signerFile, "-rkey", signerKey, "-reqin", path("request.der"), "-respout", path("answer.der"), "-ndays", "7"},
	} {
		out, err := exec.CommandContext(t.Context(), openssl, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("openssl %v: %v\n%s", args, err, out)
		}
	}
	return path("answer.der")
}

// A stapleCase is an answer of openssl ocsp and what is to come of it.
type stapleCase struct {
	id     string
	signer *node
	state  string
	ahead  time.Duration
	want   error
}

func (r *realm) stapleCases(t testing.TB) []stapleCase {
	responder := issue(t, r.middle, ec(t), false, usage(9), extension(noCheck()))
	return []stapleCase{
		{"CERT-51 good", r.middle, "V", 0, nil},
		{"CERT-51 good, appointed responder", responder, "V", 0, nil},
		{"CERT-51 revoked", r.middle, "R", 0, tlspolicy.ErrRevoked},
		{"CERT-51 unknown", r.middle, "", 0, tlspolicy.ErrRevoked},
		{"CERT-51 expired", r.middle, "V", 8 * 24 * time.Hour, tlspolicy.ErrStaple},
		{"CERT-51 signed by a stranger", r.stranger, "V", 0, tlspolicy.ErrStaple},
	}
}

// runStaples plays the cases against servers that show a leaf and an answer in a file.
func runStaples(t *testing.T, serve func(t testing.TB, leaf *node, answer string) string) {
	r := newRealm(t)
	leaf := r.leaf(valid(time.Now().Add(-time.Hour), time.Now().Add(30*24*time.Hour)), extension(demand()))
	for _, row := range r.stapleCases(t) {
		t.Run(row.id, func(t *testing.T) {
			t.Parallel()
			address := serve(t, leaf, ocspAnswer(t, r.middle, leaf, row.signer, row.state))
			r.fits(t, address)
			t.Log(r.plainly(t, address))
			var c clock
			c.turn(row.ahead)
			config, err := tlspolicy.Without("", c.now)(r.trust())
			testkit.NoError(t, err)
			state, err := ask(t, address, config)
			testkit.ErrorIs(t, err, row.want)
			testkit.True(t, err != nil || len(state.OCSPResponse) > 0, "it passes because of the staple")
		})
	}
}

func TestOpenSSLStaples(t *testing.T) {
	t.Parallel()
	runStaples(t, func(t testing.TB, leaf *node, answer string) string {
		return sServer(t, leaf, "-status_file", answer, "-www").address
	})
}
