package tlspolicy_test

import (
	"bytes"
	"crypto/fips140"
	"crypto/tls"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// child is the variable that tells a test binary that it runs for TestFIPS.
const child = "TLSPOLICY_FIPS_CHILD"

// TestFIPS runs TestStated in processes of its own: the mode is set when a process starts.
func TestFIPS(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	testkit.NoError(t, err)
	for _, mode := range []string{"off", "on", "only"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			run := exec.CommandContext(t.Context(), self, "-test.run=^TestStated$", "-test.v")
			run.Env = append(os.Environ(), "GODEBUG=fips140="+mode, child+"="+mode)
			out, err := run.CombinedOutput()
			t.Logf("%s", out)
			testkit.NoError(t, err)
			testkit.True(t, bytes.Contains(out, []byte("--- PASS: TestStated")), "the child ran")
		})
	}
}

// TestStated compares what a summary states with what a ClientHello offers.
func TestStated(t *testing.T) {
	mode := os.Getenv(child)
	if mode == "" {
		mode = "unknown"
	}
	r := newRealm(t)
	leaf := r.leaf()
	config := r.trust()
	s := config.Describe()
	t.Logf("\n%s", s)
	testkit.Equal(t, s.FIPS.Enabled, fips140.Enabled())
	testkit.Equal(t, s.FIPS.Enforced, fips140.Enforced())
	if mode != "unknown" {
		testkit.Equal(t, s.FIPS.Enabled, mode != "off")
		testkit.Equal(t, s.FIPS.Enforced, mode == "only")
	}
	testkit.True(t, strings.Contains(s.String(), "FIPS 140-3 ") && s.FIPS.Version != "", "the mode is stated")

	play := row{
		id: "stated", server: stapling(leaf, good(leaf, r.middle).der(t)), client: config,
		see: func(got seen) error {
			var suites, groups []string
			for _, id := range got.hello.CipherSuites {
				if !slices.ContainsFunc(tls.CipherSuites(), func(c *tls.CipherSuite) bool {
					return c.ID == id && slices.Contains(c.SupportedVersions, tls.VersionTLS13)
				}) {
					suites = append(suites, tls.CipherSuiteName(id))
				}
			}
			for _, group := range got.hello.SupportedCurves {
				groups = append(groups, group.String())
			}
			slices.Sort(suites)
			stated := slices.Sorted(slices.Values(s.Suites))
			testkit.DeepEqual(t, suites, stated)
			testkit.DeepEqual(t, groups, s.Groups)
			return nil
		},
	}
	testkit.NoError(t, play.play(t, ""))
	// Revocation is judged in every mode, though SHA-1 names the issuers in responses.
	revoked := row{id: "revoked", want: tlspolicy.ErrRevoked, client: config,
		server: stapling(leaf, good(leaf, r.middle, func(s *response) { s.status = 1 }).der(t))}
	testkit.NoError(t, revoked.play(t, ""))
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s := tlspolicy.Config{
		RequirePostQuantum: true, Pins: []tlspolicy.Pin{{1}, {2}}, BackupPins: []tlspolicy.Pin{{3}}, PinsReportOnly: true,
		RootFiles: []string{"/secret/path"}, MaxLeafLifetime: 90 * 24 * time.Hour,
	}.Describe()
	testkit.Equal(t, s.MinVersion, "TLS 1.3")
	testkit.Equal(t, s.MaxVersion, "TLS 1.3")
	testkit.DeepEqual(t, s.Groups, []string{"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"})
	testkit.Equal(t, len(s.Suites), 0)
	testkit.Equal(t, s.Roots, "system plus file")
	testkit.Equal(t, s.Pins, 2)
	testkit.Equal(t, s.BackupPins, 1)
	testkit.Equal(t, s.MaxLeafDays, 90)
	text := s.String()
	for _, line := range []string{"TLS 1.3 to TLS 1.3", "post-quantum true", "2 and 1 in reserve, report only", "90 days at most", "client cert  false"} {
		testkit.True(t, strings.Contains(text, line), line)
	}
	out, err := json.Marshal(s)
	testkit.NoError(t, err)
	testkit.True(t, !bytes.Contains(out, []byte("secret")) && bytes.Contains(out, []byte(`"fips":{"enabled":`)), "what it writes")
	text = tlspolicy.Config{}.Describe().String()
	testkit.True(t, strings.Contains(text, "as the CA/Browser Forum allows"), "the default lifetime")
	testkit.True(t, strings.Contains(text, "0 and 0 in reserve\n"), "no pins")
}
