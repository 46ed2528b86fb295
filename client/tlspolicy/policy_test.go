package tlspolicy_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestNoWeakSwitch(t *testing.T) {
	t.Parallel()
	p := policy(t, tlspolicy.Config{})
	testkit.True(t, !p.InsecureSkipVerify && p.KeyLogWriter == nil && p.Renegotiation == tls.RenegotiateNever, "nothing weak")
	testkit.True(t, p.RootCAs != nil && p.ClientSessionCache != nil && p.VerifyPeerCertificate == nil, "own roots and sessions, rules that hold on resumption")
	testkit.Equal(t, len(p.CipherSuites), 6)
	err := p.VerifyConnection(tls.ConnectionState{})
	testkit.ErrorIs(t, err, tlspolicy.ErrUnverified)
	for _, field := range reflect.VisibleFields(reflect.TypeFor[tlspolicy.Config]()) {
		for _, word := range []string{"Insecure", "Skip", "KeyLog", "Renegotiat", "Cipher", "Curve", "Verify"} {
			testkit.True(t, !strings.Contains(field.Name, word), "no setting is called "+field.Name)
		}
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		config tlspolicy.Config
		want   uint16
	}{
		{tlspolicy.Config{}, tls.VersionTLS12},
		{tlspolicy.Config{MinVersion: tls.VersionTLS12}, tls.VersionTLS12},
		{tlspolicy.Config{MinVersion: tls.VersionTLS13}, tls.VersionTLS13},
		{tlspolicy.Config{RequirePostQuantum: true}, tls.VersionTLS13},
		{tlspolicy.Config{MinVersion: tls.VersionTLS13, RequirePostQuantum: true}, tls.VersionTLS13},
	} {
		p := policy(t, row.config)
		testkit.Equal(t, p.MinVersion, row.want)
		testkit.Equal(t, p.MaxVersion, uint16(tls.VersionTLS13))
	}
}

// TestCopied changes a Config, and a file, after New.
func TestCopied(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	c := r.trust(func(c *tlspolicy.Config) { c.Pins = []tlspolicy.Pin{tlspolicy.PinOf(r.root.cert), {1}} })
	p := policy(t, c)
	c.Pins[0] = tlspolicy.Pin{2}
	c.Roots.AddCert(r.stranger.cert)
	_, err := shake(t, serve(t, answer(r.leaf()), nil).address, p, 0)
	testkit.NoError(t, err)
	_, err = shake(t, serve(t, answer(issue(t, r.stranger, ec(t), false)), nil).address, p, 0)
	testkit.ErrorIs(t, err, tlspolicy.ErrCertificate)
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	testkit.NoError(t, os.WriteFile(file, data, 0o600))
	return file
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func TestRootModes(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	file := write(t, "root.pem", append(block("SOMETHING ELSE", []byte{1}), block("CERTIFICATE", r.root.cert.Raw)...))
	address := serve(t, answer(r.leaf()), nil).address
	files := []string{file}
	for name, row := range map[string]struct {
		config tlspolicy.Config
		mode   string
		ok     bool
	}{
		"system, as given":               {tlspolicy.Config{}, "system", false},
		"system":                         {tlspolicy.Config{RootMode: tlspolicy.RootsSystem}, "system", false},
		"file, as given":                 {tlspolicy.Config{RootFiles: files}, "system plus file", true},
		"system plus file":               {tlspolicy.Config{RootMode: tlspolicy.RootsSystemPlusFile, RootFiles: files}, "system plus file", true},
		"pool, as given":                 {tlspolicy.Config{Roots: pool(r.root)}, "explicit", true},
		"another pool":                   {tlspolicy.Config{Roots: pool(r.stranger)}, "explicit", false},
		"another pool and the file":      {tlspolicy.Config{Roots: pool(r.stranger), RootFiles: files}, "explicit", true},
		"an empty pool and the file":     {tlspolicy.Config{Roots: x509.NewCertPool(), RootFiles: files}, "explicit", true},
		"explicit, the file alone":       {tlspolicy.Config{RootMode: tlspolicy.RootsExplicit, RootFiles: files}, "explicit", true},
		"explicit, of another authority": {tlspolicy.Config{RootMode: tlspolicy.RootsExplicit, Roots: pool(r.stranger)}, "explicit", false},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Equal(t, row.config.Describe().Roots, row.mode)
			_, err := shake(t, address, policy(t, row.config), 0)
			if row.ok {
				testkit.NoError(t, err)
			} else {
				testkit.ErrorIs(t, err, tlspolicy.ErrCertificate)
			}
		})
	}
}

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	r := newRealm(t)
	leaf := r.leaf()
	type list = []tlspolicy.Pin
	for name, row := range map[string]struct {
		config tlspolicy.Config
		path   string
	}{
		"TLS 1.1":                     {tlspolicy.Config{MinVersion: tls.VersionTLS11}, "MinVersion"},
		"TLS 1.2 and post-quantum":    {tlspolicy.Config{MinVersion: tls.VersionTLS12, RequirePostQuantum: true}, "MinVersion"},
		"one pin":                     {tlspolicy.Config{Pins: list{{1}}}, "Pins"},
		"the same pin twice":          {tlspolicy.Config{Pins: list{{1}, {1}}}, "Pins"},
		"a zero pin":                  {tlspolicy.Config{Pins: list{{}, {1}}}, "Pins"},
		"a zero backup":               {tlspolicy.Config{Pins: list{{1}}, BackupPins: list{{}}}, "BackupPins"},
		"a backup of nothing":         {tlspolicy.Config{BackupPins: list{{1}, {2}}}, "BackupPins"},
		"a backup that is a pin":      {tlspolicy.Config{Pins: list{{1}, {2}}, BackupPins: list{{2}}}, "BackupPins"},
		"report to nobody":            {tlspolicy.Config{Pins: list{{1}, {2}}, PinsReportOnly: true}, "PinsReportOnly"},
		"report on nothing":           {tlspolicy.Config{Observe: func(tlspolicy.Verdict) error { return nil }, PinsReportOnly: true}, "PinsReportOnly"},
		"a lifetime below zero":       {tlspolicy.Config{MaxLeafLifetime: -1}, "MaxLeafLifetime"},
		"a lifetime of 826 days":      {tlspolicy.Config{MaxLeafLifetime: 826 * 24 * time.Hour}, "MaxLeafLifetime"},
		"no roots":                    {tlspolicy.Config{Roots: x509.NewCertPool()}, "Roots"},
		"an unknown mode":             {tlspolicy.Config{RootMode: 9}, "RootMode"},
		"explicit, but nothing given": {tlspolicy.Config{RootMode: tlspolicy.RootsExplicit}, "RootMode"},
		"of the system, but a pool":   {tlspolicy.Config{RootMode: tlspolicy.RootsSystem, Roots: pool(r.root)}, "RootMode"},
		"of the system, but a file":   {tlspolicy.Config{RootMode: tlspolicy.RootsSystem, RootFiles: []string{"x"}}, "RootMode"},
		"with a file, but none":       {tlspolicy.Config{RootMode: tlspolicy.RootsSystemPlusFile}, "RootMode"},
		"with a file, but a pool":     {tlspolicy.Config{RootMode: tlspolicy.RootsSystemPlusFile, Roots: pool(r.root), RootFiles: []string{"x"}}, "RootMode"},
		"no such file":                {tlspolicy.Config{RootFiles: []string{"/nowhere"}}, "RootFiles[0]"},
		"a file without certificates": {tlspolicy.Config{RootFiles: []string{write(t, "a", []byte("nothing"))}}, "RootFiles[0]"},
		"a file with a broken one":    {tlspolicy.Config{RootFiles: []string{write(t, "b", append(block("CERTIFICATE", r.root.cert.Raw), block("CERTIFICATE", []byte{1})...))}}, "RootFiles[0]"},
		"a file with a server's":      {tlspolicy.Config{RootFiles: []string{write(t, "c", block("CERTIFICATE", leaf.cert.Raw))}}, "RootFiles[0]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tlspolicy.New(row.config)
			testkit.True(t, got == nil, "no policy")
			var fault *tlspolicy.ConfigError
			if !errors.As(err, &fault) {
				t.Fatalf("untyped: %v", err)
			}
			testkit.Equal(t, fault.Path, row.path)
		})
	}
}

func TestConfigFaultsAllAtOnce(t *testing.T) {
	t.Parallel()
	_, err := tlspolicy.New(tlspolicy.Config{MinVersion: tls.VersionTLS11, RootFiles: []string{"/nowhere", "/nowhere-either"}, Pins: []tlspolicy.Pin{{1}}, MaxLeafLifetime: -1})
	for _, path := range []string{"MinVersion", "RootFiles[0]", "RootFiles[1]", "Pins", "MaxLeafLifetime"} {
		testkit.True(t, err != nil && strings.Contains(err.Error(), ": "+path+": "), path)
	}
	testkit.True(t, !strings.Contains(err.Error(), "/nowhere"), "no value is quoted")
}

func TestPinText(t *testing.T) {
	t.Parallel()
	pin := tlspolicy.Pin{1, 2, 3}
	text, err := pin.MarshalText()
	testkit.NoError(t, err)
	var again tlspolicy.Pin
	testkit.NoError(t, again.UnmarshalText(text))
	testkit.Equal(t, again, pin)
	for _, s := range []string{"", "sha256/", "sha256/AAAA", "sha1/" + string(text[7:]), string(text) + "=", string(text[7:])} {
		testkit.ErrorIs(t, again.UnmarshalText([]byte(s)), tlspolicy.ErrPin)
	}
	for use, want := range map[tlspolicy.PinUse]string{
		tlspolicy.Unpinned: "unpinned", tlspolicy.PrimaryPin: "primary", tlspolicy.BackupPin: "backup", tlspolicy.PinMismatched: "mismatched", 99: "unknown",
	} {
		testkit.Equal(t, use.String(), want)
	}
	testkit.Equal(t, tlspolicy.RootsAsGiven.String(), "as given")
	testkit.Equal(t, tlspolicy.RootMode(99).String(), "unknown")
}
