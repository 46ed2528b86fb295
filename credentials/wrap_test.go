package credentials_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/gob"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// A credential of the application is kept, refreshed, bounded and silenced like ours.
func TestWrap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int64
		c, err := credentials.Wrap(given(func() (azcore.AccessToken, error) {
			calls.Add(1)
			time.Sleep(time.Second)
			return azcore.AccessToken{Token: "t", ExpiresOn: time.Now().Add(time.Hour)}, nil
		}), credentials.Config{})
		testkit.NoError(t, err)
		testkit.Equal(t, c.Platform(), credentials.Application)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				a, err := c.Authorization(t.Context(), scope)
				testkit.True(t, err == nil && a.Cleartext() == "Bearer t", "a token")
			})
		}
		wg.Wait()
		testkit.Equal(t, calls.Load(), 1)
		time.Sleep(57 * time.Minute)
		_, err = c.Authorization(t.Context(), scope)
		testkit.NoError(t, err)
		testkit.Equal(t, calls.Load(), 2)
	})
}

func TestWrapRefuses(t *testing.T) {
	t.Parallel()
	canaries := testkit.Canaries()
	_, err := credentials.Wrap(nil, credentials.Config{})
	testkit.ErrorIs(t, err, credentials.ErrConfig)
	for name, inner := range map[string]given{
		"error": func() (azcore.AccessToken, error) { return azcore.AccessToken{}, errors.New(canaries.Text("token")) },
		"panic": func() (azcore.AccessToken, error) { panic(canaries.Text("token")) },
		"empty": func() (azcore.AccessToken, error) {
			return azcore.AccessToken{ExpiresOn: time.Now().Add(time.Hour)}, nil
		},
		"ended": func() (azcore.AccessToken, error) {
			return azcore.AccessToken{Token: canaries.Text("token"), ExpiresOn: time.Now()}, nil
		},
		"blank": func() (azcore.AccessToken, error) {
			return azcore.AccessToken{Token: canaries.Text("token") + " x", ExpiresOn: time.Now().Add(time.Hour)}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := credentials.Wrap(inner, credentials.Config{})
			testkit.NoError(t, err)
			_, err = c.GetToken(t.Context(), ask())
			checkTokenError(t, err, canaries)
			a, err := c.Authorization(t.Context(), scope)
			checkTokenError(t, err, canaries)
			testkit.True(t, a.IsZero(), "nothing beside an error")
		})
	}
}

// A token that does not say when it ends is good for a minute.
func TestWrapWithoutEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		c, err := credentials.Wrap(given(func() (azcore.AccessToken, error) {
			calls++
			return azcore.AccessToken{Token: "t"}, nil
		}), credentials.Config{})
		testkit.NoError(t, err)
		for range 600 {
			_, err := c.GetToken(t.Context(), ask())
			testkit.NoError(t, err)
			time.Sleep(time.Second)
		}
		testkit.True(t, calls >= 10 && calls <= 60, fmt.Sprint(calls))
	})
}

// A claims challenge reaches a credential that can do something with it.
func TestRejectWithClaims(t *testing.T) {
	t.Parallel()
	azure := clienttest.New(t, clienttest.Config{Identity: clienttest.Workload})
	env := azure.Env()
	c, err := credentials.New(credentials.Config{Source: credentials.Workload, ClientID: env["AZURE_CLIENT_ID"], TenantID: env["AZURE_TENANT_ID"],
		TokenFile: env["AZURE_FEDERATED_TOKEN_FILE"], Transport: azure.Client(), Lookup: lookup()})
	testkit.NoError(t, err)
	before, err := c.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	c.Reject(t.Context(), scope, before, credentials.NewSecret(wanted))
	after, err := c.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	testkit.True(t, !after.Equal(before.Secret), "another token")
	last := azure.Journal().On(clienttest.Login)
	testkit.True(t, strings.Contains(string(last[len(last)-1].Body), "claims=%7B"), "Entra was told the claims")
	c.Reject(t.Context(), scope, before, credentials.NewSecret(wanted)) // long replaced
	again, err := c.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	testkit.True(t, again.Equal(after.Secret), "nothing was asked")
}

func TestAuthorizationIsNotPrinted(t *testing.T) {
	t.Parallel()
	canaries := testkit.Canaries()
	c, err := credentials.Wrap(given(func() (azcore.AccessToken, error) {
		return azcore.AccessToken{Token: canaries.Text("token"), ExpiresOn: time.Now().Add(time.Hour)}, nil
	}), credentials.Config{})
	testkit.NoError(t, err)
	a, err := c.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	type private struct{ a credentials.Authorization }
	for _, value := range []any{a, &a, private{a}, []credentials.Authorization{a}, map[string]any{"a": a}, c} {
		testkit.DeepEqual(t, canaries.Find([]byte(said(value))), []string(nil))
	}
	testkit.NoError(t, gob.NewEncoder(io.Discard).Encode(a.Secret))
	h := http.Header{"Authorization": {"inbound", "twice"}}
	a.Attach(h)
	testkit.DeepEqual(t, h, http.Header{"Authorization": {"Bearer " + canaries.Text("token")}})
	credentials.Authorization{}.Attach(h)
	testkit.Equal(t, len(h["Authorization"]), 1)
	testkit.DeepEqual(t, credentials.Authorization{}.Field(), []string(nil))
	_, err = (*credentials.Credential)(nil).Authorization(t.Context(), scope)
	testkit.ErrorIs(t, err, credentials.ErrUnavailable)
	(&credentials.Credential{}).Reject(t.Context(), scope, a, credentials.Secret{})
}

// issued is a self-signed certificate with its key.
func issued(t testing.TB, key crypto.Signer, version string) (credentials.Certificate, *x509.Certificate) {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "canary-subject"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	data, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	testkit.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	testkit.NoError(t, err)
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: data})) + string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	c, err := credentials.ParseCertificate(credentials.NewSecret(text), version)
	testkit.NoError(t, err)
	leaf, err := x509.ParseCertificate(data)
	testkit.NoError(t, err)
	return c, leaf
}

// A shelf holds the certificate that there is at the time, or an error.
type shelf struct {
	mu  sync.Mutex
	now credentials.Certificate
	err error
}

func (s *shelf) put(c credentials.Certificate, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now, s.err = c, err
}

func (s *shelf) Certificate(context.Context) (credentials.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.err
}

// An application signs in at Entra with a certificate, and after a rotation with the new one.
func TestCertificateIdentity(t *testing.T) {
	t.Parallel()
	first, err := rsa.GenerateKey(rand.Reader, 2048)
	testkit.NoError(t, err)
	second, err := rsa.GenerateKey(rand.Reader, 2048)
	testkit.NoError(t, err)
	elliptic, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testkit.NoError(t, err)
	azure := clienttest.New(t, clienttest.Config{})
	source := &shelf{}
	cfg := credentials.Config{Source: credentials.WithCertificate, ClientID: azure.ClientID(), TenantID: azure.TenantID(), Transport: azure.Client(), Certificate: source}
	c, err := credentials.New(cfg)
	testkit.NoError(t, err)
	testkit.Equal(t, c.Platform(), credentials.ClientCertificate)
	hosts, err := credentials.Endpoints(cfg)
	testkit.NoError(t, err)
	testkit.DeepEqual(t, hosts.Identity, []string(nil))

	certificate, leaf := issued(t, first, "1")
	source.put(certificate, nil)
	azure.TrustCertificate(leaf)
	a, err := c.Authorization(t.Context(), scope)
	testkit.NoError(t, err)
	testkit.True(t, strings.HasPrefix(a.Cleartext(), "Bearer "), "a token")

	rotated, leaf := issued(t, second, "2")
	azure.TrustCertificate(leaf) // the first one is worth nothing now
	refresh := func() error {
		options := ask()
		options.Claims = wanted // past every cache
		_, err := c.GetToken(t.Context(), options)
		return err
	}
	err = refresh()
	var own *credentials.TokenError
	testkit.True(t, errors.As(err, &own) && own.Code == "AADSTS70021", fmt.Sprint(err))
	testkit.True(t, own != nil && strings.Contains(own.Advice, "certificate"), "advice")
	source.put(rotated, nil)
	testkit.NoError(t, refresh())

	odd, _ := issued(t, elliptic, "3")
	for name, put := range map[string]struct {
		certificate credentials.Certificate
		err         error
		want        error
	}{
		"elliptic": {odd, nil, credentials.ErrCertificate},
		"none":     {credentials.Certificate{}, nil, credentials.ErrCertificate},
		"typed":    {credentials.Certificate{}, &credentials.CertificateError{Rule: "x"}, credentials.ErrCertificate},
		"foreign":  {credentials.Certificate{}, errors.New("canary-error"), credentials.ErrUnavailable},
	} {
		source.put(put.certificate, put.err)
		err := refresh()
		testkit.ErrorIs(t, err, put.want)
		testkit.ErrorIs(t, err, credentials.ErrUnavailable)
		testkit.True(t, !strings.Contains(chain(err), "canary"), name+": nothing is quoted")
	}
	for _, value := range []any{certificate, &certificate, struct{ c credentials.Certificate }{certificate}, []any{certificate}} {
		text := said(value)
		testkit.True(t, !strings.Contains(text, "canary-subject") && !strings.Contains(text, first.D.String()[:20]), "it is not printed")
	}
}

func TestCertificateIdentityRefuses(t *testing.T) {
	t.Parallel()
	full := credentials.Config{Source: credentials.WithCertificate, ClientID: "c", TenantID: "t", Transport: transporter(nil), Certificate: &shelf{}, Lookup: lookup("AZURE_CLIENT_ID", "x", "AZURE_TENANT_ID", "y")}
	for name, change := range map[string]func(*credentials.Config){
		"Certificate": func(c *credentials.Config) { c.Certificate = nil },
		"ClientID":    func(c *credentials.Config) { c.ClientID = "" }, // the environment has no say
		"TenantID":    func(c *credentials.Config) { c.TenantID = "" },
	} {
		c := full
		change(&c)
		_, err := credentials.New(c)
		var own *credentials.ConfigError
		testkit.True(t, errors.As(err, &own) && own.Field == name, fmt.Sprint(err))
	}
	full.ObjectID = "x"
	_, err := credentials.New(full)
	testkit.ErrorIs(t, err, credentials.ErrConfig)
	full.ObjectID, full.Lookup = "", lookup("AZURE_REGIONAL_AUTHORITY_NAME", "x")
	_, err = credentials.New(full)
	testkit.ErrorIs(t, err, credentials.ErrIdentityEndpoint)
}

func warm(tb testing.TB) *credentials.Credential {
	tb.Helper()
	c, err := credentials.Wrap(given(func() (azcore.AccessToken, error) {
		return azcore.AccessToken{Token: strings.Repeat("t", 1500), ExpiresOn: time.Now().Add(time.Hour)}, nil
	}), credentials.Config{})
	testkit.NoError(tb, err)
	_, err = c.Authorization(tb.Context(), scope)
	testkit.NoError(tb, err)
	return c
}

func TestAuthorizationAllocates(t *testing.T) { // not parallel: it counts the allocations of the process
	c := warm(t)
	ctx := t.Context()
	testkit.Allocs(t, 0, func() { _, _ = c.Authorization(ctx, scope) })
}

func BenchmarkAuthorization(b *testing.B) {
	c := warm(b)
	ctx := b.Context()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Authorization(ctx, scope)
	}
}

func ExampleWrap() {
	_, err := credentials.Wrap(nil, credentials.Config{})
	fmt.Println(err)
	// Output: credentials: Credential: there is none
}
