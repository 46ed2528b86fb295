package keyvault_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// issued is a self-signed certificate with its key, as a vault gives it.
func issued(t testing.TB, name string, key crypto.Signer, until time.Time) string {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: until,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, BasicConstraintsValid: true,
	}
	leaf, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	testkit.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	testkit.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf}))
}

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.NoError(t, err)
	return key
}

func certificates(t testing.TB, v *vault, transport *http.Client) *keyvault.Certificates {
	t.Helper()
	c, err := keyvault.NewCertificates(keyvault.Config{Vault: vaultURL, Secret: "client", Credential: v, Transport: transport})
	testkit.NoError(t, err)
	return c
}

// Mutual TLS over a real connection: the certificate of the vault is shown, and after a
// rotation the new one, without a new tls.Config.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	v := newVault()
	v.value = issued(t, "first", ecKey(t), time.Now().Add(time.Hour))
	c := certificates(t, v, v.overTLS(t))

	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.TLS.PeerCertificates[0].Subject.CommonName)
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport)
	transport.TLSClientConfig.GetClientCertificate = c.ClientCertificate
	transport.DisableKeepAlives = true
	shown := func() string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		testkit.NoError(t, err)
		response, err := server.Client().Do(request)
		testkit.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		testkit.NoError(t, err)
		return string(text)
	}
	testkit.Equal(t, shown(), "first")
	testkit.Equal(t, shown(), "first")
	testkit.Equal(t, v.count(), 1)
	testkit.Equal(t, v.query.Get("outContentType"), "application/x-pem-file")

	v.set(func(v *vault) { v.version, v.value = "v2", issued(t, "second", ecKey(t), time.Now().Add(time.Hour)) })
	fresh := certificates(t, v, v.overTLS(t)) // as after the TTL, see below
	transport.TLSClientConfig.GetClientCertificate = fresh.ClientCertificate
	testkit.Equal(t, shown(), "second")

	v.set(func(v *vault) { v.value = "no PEM" })
	transport.TLSClientConfig.GetClientCertificate = certificates(t, v, v.overTLS(t)).ClientCertificate
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	testkit.NoError(t, err)
	_, err = server.Client().Do(request)
	testkit.ErrorIs(t, err, keyvault.ErrKey)
}

// The end of the certificate counts as the expiry of the secret, and a rotated one comes in
// its time.
func TestCertificateRotates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVault()
		transport, done := v.inBubble()
		defer done()
		end := time.Now().Add(2 * time.Hour)
		v.value = issued(t, "first", ecKey(t), end)
		c := certificates(t, v, transport)
		version := func() string {
			certificate, err := c.Certificate(t.Context())
			testkit.NoError(t, err)
			testkit.True(t, time.Now().Before(certificate.Expires()), "it is valid")
			return certificate.Version
		}
		testkit.Equal(t, version(), "v1")
		testkit.True(t, c.Facts().Expires.Equal(end), "its end is told")
		time.Sleep(time.Hour)
		v.set(func(v *vault) { v.version, v.value = "v2", issued(t, "second", ecKey(t), time.Now().Add(time.Hour)) })
		testkit.Equal(t, version(), "v1")
		time.Sleep(55*time.Minute + time.Second) // five minutes before the end
		testkit.Equal(t, version(), "v2")
		time.Sleep(time.Hour) // and nobody renewed it
		_, err := c.Certificate(t.Context())
		testkit.ErrorIs(t, err, keyvault.ErrStale)
		testkit.ErrorIs(t, err, credentials.ErrCertificate)
	})
}

// The earlier end counts, and a caller who gives up is not kept.
func TestCertificateEnds(t *testing.T) {
	t.Parallel()
	early := time.Now().Add(time.Hour).Truncate(time.Second)
	for _, ends := range [][2]time.Time{{early, early.Add(time.Hour)}, {early.Add(time.Hour), early}} {
		v := newVault()
		v.value, v.attrs = issued(t, "x", ecKey(t), ends[0]), map[string]any{"exp": ends[1].Unix()}
		c := certificates(t, v, v.overTLS(t))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Certificate(ctx)
		testkit.ErrorIs(t, err, context.Canceled)
		_, err = c.Certificate(t.Context())
		testkit.NoError(t, err)
		testkit.True(t, c.Facts().Expires.Equal(early), "the earlier end")
	}
}

func TestCertificatesRefuse(t *testing.T) {
	t.Parallel()
	key := ecKey(t)
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("this Go makes no small keys")
	}
	good := issued(t, "canary-subject", key, time.Now().Add(time.Hour))
	private, public, _ := strings.Cut(good, "-----BEGIN CERTIFICATE")
	public = "-----BEGIN CERTIFICATE" + public
	for name, c := range map[string]struct{ value, want string }{
		"a key for a header": {"key-1", "it has no private key: is the secret that of a certificate, and the key exportable?"},
		"PKCS 12":            {"MIIKvAIBAzCCCnwGCSqGSIb3DQEHAaCCCm0EggppMIIKZTCC", "it has no private key: is the secret that of a certificate, and the key exportable?"},
		"no key":             {public, "it has no private key: is the secret that of a certificate, and the key exportable?"},
		"no certificate":     {private, "it has no certificate: ask the vault for PEM"},
		"two keys":           {private + good, "it has more than one private key"},
		"another's key":      {private + issuedPublic(t), "its private key belongs to none of its certificates"},
		"broken key":         {strings.Replace(good, "PRIVATE KEY-----\nM", "PRIVATE KEY-----\nN", 1), "its private key cannot be read"},
		"broken certificate": {private + pemOf("CERTIFICATE", []byte("canary")), "a part of its chain cannot be read"},
		"expired":            {issued(t, "x", key, time.Now().Add(-time.Minute)), "it has expired: renew it"},
		"small":              {issued(t, "x", small, time.Now().Add(time.Hour)), "its key has less than 2048 bits"},
		"too long":           {good + strings.Repeat("#", 70<<10), "it is longer than 64 KB"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault()
			v.value = c.value
			_, err := certificates(t, v, v.overTLS(t)).Certificate(t.Context())
			var own *credentials.CertificateError
			testkit.True(t, errors.As(err, &own), fmt.Sprintf("a CertificateError, got %v", err))
			if own != nil {
				testkit.Equal(t, own.Rule, c.want)
			}
			testkit.True(t, !strings.Contains(said(err), "canary"), "nothing is quoted")
		})
	}
	var none *keyvault.Certificates
	_, err = none.Certificate(t.Context())
	testkit.ErrorIs(t, err, keyvault.ErrKey)
	testkit.Equal(t, none.Facts(), keyvault.Facts{})
	testkit.Equal(t, fmt.Sprintf("%v %+v", none, none), "keyvault certificates keyvault certificates")
}

func issuedPublic(t testing.TB) string {
	t.Helper()
	_, public, _ := strings.Cut(issued(t, "x", ecKey(t), time.Now().Add(time.Hour)), "-----END PRIVATE KEY-----\n")
	return public
}

func pemOf(kind string, data []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
}

// FuzzCertificate: no panic, and what is taken is one certificate with its own key.
func FuzzCertificate(f *testing.F) {
	f.Add(issued(f, "x", ecKey(f), time.Now().Add(24*time.Hour)))
	f.Add(pemOf("CERTIFICATE", []byte("x")) + pemOf("PRIVATE KEY", []byte("y")))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := credentials.ParseCertificate(credentials.NewSecret(text), "v")
		if err != nil {
			testkit.ErrorIs(t, err, credentials.ErrCertificate)
			testkit.True(t, c.IsZero(), "no certificate beside an error")
			return
		}
		signer, ok := c.TLS().PrivateKey.(crypto.Signer)
		testkit.True(t, ok, "a key")
		public, ok := c.TLS().Leaf.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		testkit.True(t, ok && public.Equal(signer.Public()), "its own")
		testkit.True(t, c.Expires().After(time.Now()), "not expired")
	})
}

func ExampleNewCertificates() {
	_, err := keyvault.NewCertificates(keyvault.Config{Vault: "https://contoso.vault.azure.net", Secret: "client_certificate"})
	fmt.Println(err)
	// Output:
	// keyvault: Secret: a name has 1 to 127 letters, digits and hyphens
	// keyvault: Credential: a credential is required
	// keyvault: Transport: a transport is required
}
