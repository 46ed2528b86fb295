package tlspolicy_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const server = "res.openai.azure.com"

// A node is a certificate with its key and its way to the root, itself first.
type node struct {
	cert *x509.Certificate
	key  crypto.Signer
	path [][]byte
}

func ec(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.NoError(t, err)
	return key
}

// issue makes a certificate below parent; a nil parent makes a root.
func issue(t testing.TB, parent *node, key crypto.Signer, ca bool, change func(*x509.Certificate)) *node {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	testkit.NoError(t, err)
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: serial.String()}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: ca, KeyUsage: x509.KeyUsageDigitalSignature}
	if ca {
		template.KeyUsage = x509.KeyUsageCertSign
	} else {
		template.DNSNames, template.ExtKeyUsage = []string{server}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	if change != nil {
		change(template)
	}
	signer, issuer := key, template
	var path [][]byte
	if parent != nil {
		signer, issuer, path = parent.key, parent.cert, parent.path
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), signer)
	testkit.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	testkit.NoError(t, err)
	return &node{cert, key, append([][]byte{der}, path...)}
}

func pool(nodes ...*node) *x509.CertPool {
	p := x509.NewCertPool()
	for _, n := range nodes {
		p.AddCert(n.cert)
	}
	return p
}

// serve runs TLS servers on one address and returns it.
func serve(t testing.TB, config *tls.Config) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	testkit.NoError(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conn := tls.Server(c, config)
			if conn.Handshake() == nil {
				_, _ = conn.Write([]byte("x")) // with it comes the session ticket
			}
			_ = conn.Close()
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return l.Addr().String()
}

// shake makes one handshake and returns its state.
func shake(t testing.TB, address string, policy *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	own := policy.Clone()
	own.ServerName = server
	c, err := net.Dial("tcp", address)
	testkit.NoError(t, err)
	defer func() { _ = c.Close() }()
	conn := tls.Client(c, own)
	if err := conn.Handshake(); err != nil {
		return tls.ConnectionState{}, err
	}
	_, _ = conn.Read(make([]byte, 1))
	return conn.ConnectionState(), nil
}

func answer(leaf *node) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: leaf.path, PrivateKey: leaf.key}}, NextProtos: []string{"h2"}}
}

func policy(t testing.TB, c tlspolicy.Config) *tls.Config {
	t.Helper()
	p, err := tlspolicy.New(c)
	testkit.NoError(t, err)
	return p
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, ec(t), true, nil)
	middle := issue(t, root, ec(t), true, nil)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	testkit.NoError(t, err)
	big2048, err := rsa.GenerateKey(rand.Reader, 2048)
	testkit.NoError(t, err)
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	testkit.NoError(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	testkit.NoError(t, err)
	usage := func(u ...x509.ExtKeyUsage) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExtKeyUsage = u }
	}
	stranger := issue(t, nil, ec(t), true, nil)
	for name, row := range map[string]struct {
		leaf *node
		want error // nil: fine; errAny: refused by crypto/x509
	}{
		"CERT-01 good":          {issue(t, middle, ec(t), false, nil), nil},
		"CERT-01 RSA 2048":      {issue(t, middle, big2048, false, nil), nil},
		"Ed25519":               {issue(t, middle, ed, false, nil), nil},
		"CERT-37 wildcard":      {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.DNSNames = []string{"*.openai.azure.com"} }), nil},
		"CERT-38 wide wildcard": {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.DNSNames = []string{"*.azure.com", "*"} }), errAny},
		"CERT-03 expired":       {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }), errAny},
		"CERT-04 too early":     {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }), errAny},
		"CERT-05 other name":    {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.DNSNames = []string{"evil.example"} }), errAny},
		"CERT-07 unknown root":  {issue(t, stranger, ec(t), false, nil), errAny},
		"CERT-11 no SAN":        {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.DNSNames, c.Subject.CommonName = nil, server }), errAny},
		"CERT-15 RSA 1024":      {issue(t, middle, small, false, nil), tlspolicy.ErrWeakKey},
		"weak intermediate":     {issue(t, issue(t, root, small, true, nil), ec(t), false, nil), tlspolicy.ErrWeakKey},
		"P-224":                 {issue(t, issue(t, root, p224, true, nil), ec(t), false, nil), tlspolicy.ErrWeakKey},
		"CERT-25 client only":   {issue(t, middle, ec(t), false, usage(x509.ExtKeyUsageClientAuth)), errAny},
		"no usage":              {issue(t, middle, ec(t), false, usage()), tlspolicy.ErrLeafRole},
		"any usage":             {issue(t, middle, ec(t), false, usage(x509.ExtKeyUsageAny)), tlspolicy.ErrLeafRole},
		"leaf is a CA":          {issue(t, middle, ec(t), false, func(c *x509.Certificate) { c.IsCA = true }), tlspolicy.ErrLeafRole},
		"CERT-29 no CA bit":     {issue(t, issue(t, middle, ec(t), false, nil), ec(t), false, nil), errAny},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := shake(t, serve(t, answer(row.leaf)), policy(t, tlspolicy.Config{Roots: pool(root)}))
			switch {
			case row.want == nil:
				testkit.NoError(t, err)
			case errors.Is(row.want, errAny):
				testkit.True(t, err != nil, "refused")
			default:
				testkit.ErrorIs(t, err, row.want)
				var safe interface{ Safe() }
				testkit.True(t, errors.As(err, &safe), "the text is safe")
			}
			if err != nil {
				testkit.Equal(t, tlspolicy.Code(err), event.TLSFailure)
			}
		})
	}
	t.Run("CERT-09 leaf alone", func(t *testing.T) {
		t.Parallel()
		config := answer(issue(t, middle, ec(t), false, nil))
		config.Certificates[0].Certificate = config.Certificates[0].Certificate[:1]
		_, err := shake(t, serve(t, config), policy(t, tlspolicy.Config{Roots: pool(root)}))
		testkit.Equal(t, tlspolicy.Code(err), event.TLSFailure)
	})
}

var errAny = errors.New("any error")

func TestPins(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, ec(t), true, nil)
	middle := issue(t, root, ec(t), true, nil)
	leaf := issue(t, middle, ec(t), false, nil)
	backup, other := tlspolicy.PinOf(issue(t, nil, ec(t), true, nil).cert), tlspolicy.PinOf(issue(t, nil, ec(t), true, nil).cert)
	address := serve(t, answer(leaf))
	for name, row := range map[string]struct {
		pins []tlspolicy.Pin
		want error
	}{
		"root":                {[]tlspolicy.Pin{tlspolicy.PinOf(root.cert), backup}, nil},
		"CERT-57 middle":      {[]tlspolicy.Pin{backup, tlspolicy.PinOf(middle.cert)}, nil},
		"CERT-56 none":        {[]tlspolicy.Pin{backup, other}, tlspolicy.ErrPinMismatch},
		"leaf does not count": {[]tlspolicy.Pin{backup, tlspolicy.PinOf(leaf.cert)}, tlspolicy.ErrPinMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := shake(t, address, policy(t, tlspolicy.Config{Roots: pool(root), Pins: row.pins}))
			testkit.ErrorIs(t, err, row.want)
		})
	}
}

func TestProtocol(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, ec(t), true, nil)
	leaf := issue(t, root, ec(t), false, nil)
	for name, row := range map[string]struct {
		server func(*tls.Config)
		client tlspolicy.Config
		ok     bool
	}{
		"TLS 1.3":          {func(*tls.Config) {}, tlspolicy.Config{}, true},
		"TLS-04 1.2":       {func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, tlspolicy.Config{}, true},
		"TLS-03 1.2 on 13": {func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }, tlspolicy.Config{MinVersion: tls.VersionTLS13}, false},
		"TLS-01 1.1":       {func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, tlspolicy.Config{}, false},
		"TLS-05 CBC": {func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}, tlspolicy.Config{}, false},
		"P-521 only": {func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP521} }, tlspolicy.Config{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := answer(leaf)
			row.server(config)
			row.client.Roots = pool(root)
			state, err := shake(t, serve(t, config), policy(t, row.client))
			testkit.Equal(t, err == nil, row.ok)
			if row.ok {
				testkit.Equal(t, state.NegotiatedProtocol, "h2")
				return
			}
			testkit.Equal(t, tlspolicy.Code(err), event.TLSFailure)
		})
	}
}

func TestHybridGroupFirst(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, ec(t), true, nil)
	state, err := shake(t, serve(t, answer(issue(t, root, ec(t), false, nil))), policy(t, tlspolicy.Config{Roots: pool(root)}))
	testkit.NoError(t, err)
	testkit.Equal(t, state.CurveID, tls.X25519MLKEM768)
}

// A session must not carry trust over to a policy that has more rules.
func TestRulesHoldOnResumption(t *testing.T) {
	t.Parallel()
	root := issue(t, nil, ec(t), true, nil)
	address := serve(t, answer(issue(t, root, ec(t), false, nil)))
	loose := policy(t, tlspolicy.Config{Roots: pool(root)})
	for i := range 2 {
		state, err := shake(t, address, loose)
		testkit.NoError(t, err)
		testkit.Equal(t, state.DidResume, i == 1)
	}
	strict := policy(t, tlspolicy.Config{Roots: pool(root), Pins: []tlspolicy.Pin{{1}, {2}}})
	strict.ClientSessionCache = loose.ClientSessionCache
	_, err := shake(t, address, strict)
	testkit.ErrorIs(t, err, tlspolicy.ErrPinMismatch)
}

func TestNoWeakSwitch(t *testing.T) {
	t.Parallel()
	p := policy(t, tlspolicy.Config{})
	testkit.True(t, !p.InsecureSkipVerify && p.KeyLogWriter == nil && p.Renegotiation == tls.RenegotiateNever, "nothing weak")
	testkit.True(t, p.RootCAs != nil && p.ClientSessionCache != nil, "own roots and cache")
	testkit.Equal(t, len(p.CipherSuites), 6)
	testkit.True(t, p.ClientSessionCache != policy(t, tlspolicy.Config{}).ClientSessionCache, "no cache is shared")
	err := p.VerifyConnection(tls.ConnectionState{})
	testkit.ErrorIs(t, err, tlspolicy.ErrUnverified)
}

func TestRootFiles(t *testing.T) {
	t.Parallel()
	root, other := issue(t, nil, ec(t), true, nil), issue(t, nil, ec(t), true, nil)
	file := filepath.Join(t.TempDir(), "root.pem")
	testkit.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.cert.Raw}), 0o600))
	address := serve(t, answer(issue(t, root, ec(t), false, nil)))
	for _, c := range []tlspolicy.Config{{RootFiles: []string{file}}, {Roots: x509.NewCertPool(), RootFiles: []string{file}}, {Roots: pool(other), RootFiles: []string{file}}} {
		_, err := shake(t, address, policy(t, c))
		testkit.NoError(t, err)
	}
	for _, c := range []tlspolicy.Config{{}, {Roots: pool(other)}} {
		_, err := shake(t, address, policy(t, c))
		testkit.Equal(t, tlspolicy.Code(err), event.TLSFailure)
	}
}

func TestConfigFaultsAllAtOnce(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.pem")
	testkit.NoError(t, os.WriteFile(empty, []byte("nothing"), 0o600))
	_, err := tlspolicy.New(tlspolicy.Config{MinVersion: tls.VersionTLS11, RootFiles: []string{"/nowhere", empty}, Pins: []tlspolicy.Pin{{1}, {1}}})
	for _, path := range []string{"MinVersion", "RootFiles[0]", "RootFiles[1]", "Pins"} {
		testkit.True(t, err != nil && strings.Contains(err.Error(), ": "+path+": "), path)
	}
	testkit.True(t, !strings.Contains(err.Error(), "/nowhere"), "no value is quoted")
	_, err = tlspolicy.New(tlspolicy.Config{Roots: x509.NewCertPool()})
	var fault *tlspolicy.ConfigError
	testkit.True(t, errors.As(err, &fault) && fault.Path == "Roots", "no roots at all")
	_, err = tlspolicy.New(tlspolicy.Config{Pins: []tlspolicy.Pin{{}, {1}}})
	testkit.True(t, errors.As(err, &fault) && fault.Path == "Pins", "a zero pin")
}

func FuzzParsePin(f *testing.F) {
	f.Add(tlspolicy.Pin{1, 2, 3}.String())
	f.Add("sha256/AAAA")
	f.Add("sha1/")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := tlspolicy.ParsePin(s)
		if err != nil {
			if !errors.Is(err, tlspolicy.ErrPin) {
				t.Errorf("untyped: %v", err)
			}
			return
		}
		if again, err := tlspolicy.ParsePin(p.String()); err != nil || again != p {
			t.Errorf("%q does not come back", s)
		}
	})
}

// BenchmarkVerify is the cost of the rules for a chain of three with pins.
func BenchmarkVerify(b *testing.B) {
	root := issue(b, nil, ec(b), true, nil)
	middle := issue(b, root, ec(b), true, nil)
	leaf := issue(b, middle, ec(b), false, nil)
	p := policy(b, tlspolicy.Config{Roots: pool(root), Pins: []tlspolicy.Pin{{1}, tlspolicy.PinOf(root.cert)}})
	state := tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{leaf.cert, middle.cert, root.cert}}}
	b.ReportAllocs()
	for b.Loop() {
		if err := p.VerifyConnection(state); err != nil {
			b.Fatal(err)
		}
	}
}
