package tlspolicy_test

import (
	"bytes"
	"crypto/tls"
	"os"
	"os/exec"
	"testing"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// strangerFile is the variable that tells a test binary that it runs for TestSystemRoots. It
// names a PEM file with a server's certificate, its authority, and the key.
const strangerFile = "TLSPOLICY_STRANGER"

// TestSystemRoots runs TestStranger in a process whose system trusts a stranger: crypto/x509
// reads SSL_CERT_FILE once.
func TestSystemRoots(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	testkit.NoError(t, err)
	r := newRealm(t)
	certs, key := issue(t, r.stranger, ec(t), false).pem(t)
	run := exec.CommandContext(t.Context(), self, "-test.run=^TestStranger$", "-test.v")
	run.Env = append(os.Environ(), strangerFile+"="+write(t, "stranger.pem", append(certs, key...)),
		"SSL_CERT_FILE="+write(t, "system.pem", block("CERTIFICATE", r.stranger.cert.Raw)), "SSL_CERT_DIR="+t.TempDir())
	out, err := run.CombinedOutput()
	t.Logf("%s", out)
	testkit.NoError(t, err)
	testkit.True(t, bytes.Contains(out, []byte("--- PASS: TestStranger")), "the child ran")
}

// served is a server that shows what a PEM file holds.
func served(t testing.TB, file string) *tls.Config {
	t.Helper()
	cert, err := tls.LoadX509KeyPair(file, file)
	testkit.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{cert}}
}

// TestStranger asks which modes trust a server that the system vouches for.
func TestStranger(t *testing.T) {
	file := os.Getenv(strangerFile)
	if file == "" {
		t.Skip("it is for TestSystemRoots")
	}
	r := newRealm(t)
	server := serve(t, served(t, file), nil)
	own := []string{write(t, "root.pem", block("CERTIFICATE", r.root.cert.Raw))}
	for name, row := range map[string]struct {
		config tlspolicy.Config
		want   error
	}{
		"as given":           {tlspolicy.Config{}, nil},
		"system":             {tlspolicy.Config{RootMode: tlspolicy.RootsSystem}, nil},
		"system plus file":   {tlspolicy.Config{RootMode: tlspolicy.RootsSystemPlusFile, RootFiles: own}, nil},
		"explicit, by pool":  {tlspolicy.Config{Roots: pool(r.root)}, tlspolicy.ErrCertificate},
		"explicit, by file":  {tlspolicy.Config{RootMode: tlspolicy.RootsExplicit, RootFiles: own}, tlspolicy.ErrCertificate},
		"explicit, and file": {tlspolicy.Config{Roots: pool(r.root), RootFiles: own}, tlspolicy.ErrCertificate},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := shake(t, server.address, policy(t, row.config), 0)
			testkit.ErrorIs(t, err, row.want)
		})
	}
}
