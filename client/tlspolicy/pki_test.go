package tlspolicy_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

// server is the name that clients ask for.
const server = "res.openai.azure.com"

// peerWord stands in every certificate, and must stand in no error.
const peerWord = "word-of-the-peer"

// A node is a certificate with its key and its way to the root, itself first.
type node struct {
	cert *x509.Certificate
	key  crypto.Signer
	path [][]byte
}

func ec(t testing.TB) crypto.Signer { return onCurve(t, elliptic.P256()) }

func onCurve(t testing.TB, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	testkit.NoError(t, err)
	return key
}

// rsaKeys makes each size once: large ones take a second.
var rsaKeys = struct {
	sync.Mutex
	all map[int]*rsa.PrivateKey
}{all: map[int]*rsa.PrivateKey{}}

func rsaKey(t testing.TB, bits int) crypto.Signer {
	t.Helper()
	rsaKeys.Lock()
	defer rsaKeys.Unlock()
	if rsaKeys.all[bits] == nil {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		testkit.NoError(t, err)
		rsaKeys.all[bits] = key
	}
	return rsaKeys.all[bits]
}

// issue makes a certificate below parent; a nil parent makes a root. Authorities are valid
// from 2020 to 2045, leaves for two hours around now.
func issue(t testing.TB, parent *node, key crypto.Signer, ca bool, changes ...func(*x509.Certificate)) *node {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	testkit.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: peerWord + serial.String()}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: ca, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if ca {
		template.KeyUsage |= x509.KeyUsageCertSign
		template.NotBefore, template.NotAfter = date(2020, 1, 1), date(2045, 1, 1)
	} else {
		template.DNSNames, template.ExtKeyUsage = []string{server}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	for _, change := range changes {
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

func date(year, month, day int) time.Time {
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func pool(nodes ...*node) *x509.CertPool {
	p := x509.NewCertPool()
	for _, n := range nodes {
		p.AddCert(n.cert)
	}
	return p
}

// chain is the way of n to the root, parsed.
func (n *node) chain(t testing.TB) (all []*x509.Certificate) {
	t.Helper()
	for _, der := range n.path {
		cert, err := x509.ParseCertificate(der)
		testkit.NoError(t, err)
		all = append(all, cert)
	}
	return all
}

// pem is the way of n to the root, and its key.
func (n *node) pem(t testing.TB) (certs, key []byte) {
	t.Helper()
	for _, der := range n.path {
		certs = append(certs, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	der, err := x509.MarshalPKCS8PrivateKey(n.key)
	testkit.NoError(t, err)
	return certs, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der})
}

// answer is a server that shows n.
func answer(n *node, changes ...func(*tls.Config)) *tls.Config {
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: n.path, PrivateKey: n.key}}, NextProtos: []string{"h2"}}
	for _, change := range changes {
		change(config)
	}
	return config
}

// A realm is a root, an intermediate and keys that all rows share.
type realm struct {
	t                      testing.TB
	root, middle, stranger *node
}

func newRealm(t testing.TB) *realm {
	t.Helper()
	root := issue(t, nil, ec(t), true)
	return &realm{t, root, issue(t, root, ec(t), true), issue(t, nil, ec(t), true)}
}

// leaf is a good server's certificate, but for the changes.
func (r *realm) leaf(changes ...func(*x509.Certificate)) *node {
	return issue(r.t, r.middle, ec(r.t), false, changes...)
}

// keyed is a good server's certificate with another key.
func (r *realm) keyed(key crypto.Signer) *node { return issue(r.t, r.middle, key, false) }

// Changes of certificates.

func names(all ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = all }
}

func usage(all ...x509.ExtKeyUsage) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.ExtKeyUsage = all }
}

func valid(from, until time.Time) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = from, until }
}

func extension(e pkix.Extension) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.ExtraExtensions = append(c.ExtraExtensions, e) }
}
