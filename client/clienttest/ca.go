package clienttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// An authority is a root certificate and the one leaf that all servers use. Both are made
// at the start and their keys are never written down.
type authority struct {
	leaf tls.Certificate
	pool *x509.CertPool
	pem  []byte
}

// certify makes an authority with a leaf for every name and address of the fake.
func (a *Azure) certify() error {
	rootKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	root := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "sallyport clienttest " + randomText()[:8]},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(30 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	leaf := &x509.Certificate{
		SerialNumber:          big.NewInt(2),
		Subject:               pkix.Name{CommonName: a.Host()},
		NotBefore:             root.NotBefore,
		NotAfter:              now.Add(7 * 24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"*.openai.azure.com", "*.cognitiveservices.azure.com", "*.services.ai.azure.com", "*.vault.azure.net", loginHost},
	}
	for _, host := range []byte{4, 5, 10} {
		leaf.IPAddresses = append(leaf.IPAddresses, net.IP(a.net.private(host).AsSlice()), net.IP(a.net.public(host).AsSlice()))
	}
	rootDER, err := x509.CreateCertificate(rand.Reader, root, root, rootKey.Public(), rootKey)
	if err != nil {
		return err
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, root, leafKey.Public(), rootKey)
	if err != nil {
		return err
	}
	a.ca.leaf = tls.Certificate{Certificate: [][]byte{leafDER}, PrivateKey: leafKey}
	a.ca.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rootDER})
	a.ca.pool = x509.NewCertPool()
	a.ca.pool.AppendCertsFromPEM(a.ca.pem)
	return nil
}

// writeFiles puts what clients read from files into a temporary folder.
func (a *Azure) writeFiles() error {
	folder, err := os.MkdirTemp("", "clienttest-")
	if err != nil {
		return err
	}
	a.folder = folder
	if err := os.WriteFile(filepath.Join(folder, "ca.pem"), a.ca.pem, 0o600); err != nil {
		return err
	}
	return a.RotateFederatedToken()
}

// randomText returns 26 characters that nobody can guess.
func randomText() string { return rand.Text() }

// randomUUID returns a UUID of version 4 (RFC 9562, section 5.4).
func randomUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	text := hex.EncodeToString(b[:])
	return fmt.Sprintf("%s-%s-%s-%s-%s", text[:8], text[8:12], text[12:16], text[16:20], text[20:])
}
