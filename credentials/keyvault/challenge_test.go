package keyvault_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const login = `Bearer authorization="https://login.microsoftonline.com/` + tenant + `"`

var accepted = map[string]string{
	"as documented":     challenge,
	"without comma":     login + ` resource="https://vault.azure.net"`,
	"with scope":        login + `, scope="https://vault.azure.net/.default"`,
	"with both":         login + ` scope="https://vault.azure.net/.default" resource="https://vault.azure.net/"`,
	"windows.net":       `Bearer authorization="https://login.windows.net/` + tenant + `", resource="https://vault.azure.net"`,
	"upper case":        `bearer authorization="https://LOGIN.microsoftonline.com:443/` + tenant + `/", resource="https://VAULT.azure.net"`,
	"domain as tenant":  `Bearer authorization="https://login.microsoftonline.com/contoso.onmicrosoft.com", resource="https://vault.azure.net"`,
	"other parameters":  challenge + `, error="invalid_token", error_description="AKV10032: Invalid issuer = x y"`,
	"other order":       `Bearer resource="https://vault.azure.net", authorization="https://login.microsoftonline.com/t"`,
	"spaces everywhere": `Bearer   authorization="https://login.microsoftonline.com/t"  ,  resource="https://vault.azure.net"   `,
}

var refused = map[string]string{
	"the crash":             `Bearer authorization="https://login.microsoftonline.com", resource="https://vault.azure.net"`,
	"the crash with slash":  `Bearer authorization="https://login.microsoftonline.com/", resource="https://vault.azure.net"`,
	"the crash shorter":     `Bearer authorization="x", resource="https://vault.azure.net"`,
	"no authorization":      `Bearer resource="https://vault.azure.net"`,
	"empty authorization":   `Bearer authorization="", resource="https://vault.azure.net"`,
	"other login host":      `Bearer authorization="https://login.evil.example/t", resource="https://vault.azure.net"`,
	"login host as prefix":  `Bearer authorization="https://login.microsoftonline.com.evil.example/t", resource="https://vault.azure.net"`,
	"login host as user":    `Bearer authorization="https://login.microsoftonline.com@evil.example/t", resource="https://vault.azure.net"`,
	"login of other cloud":  `Bearer authorization="https://login.microsoftonline.us/t", resource="https://vault.azure.net"`,
	"login port":            `Bearer authorization="https://login.microsoftonline.com:444/t", resource="https://vault.azure.net"`,
	"plain login":           `Bearer authorization="http://login.microsoftonline.com/t", resource="https://vault.azure.net"`,
	"two segments":          `Bearer authorization="https://login.microsoftonline.com/t/x", resource="https://vault.azure.net"`,
	"dots as tenant":        `Bearer authorization="https://login.microsoftonline.com/..", resource="https://vault.azure.net"`,
	"escaped tenant":        `Bearer authorization="https://login.microsoftonline.com/t%2Fx", resource="https://vault.azure.net"`,
	"query":                 `Bearer authorization="https://login.microsoftonline.com/t?x", resource="https://vault.azure.net"`,
	"no resource":           login,
	"other resource":        login + `, resource="https://graph.microsoft.com"`,
	"part of a label":       login + `, resource="https://ault.azure.net"`,
	"wider resource":        login + `, resource="https://azure.net"`,
	"widest resource":       login + `, resource="https://net"`,
	"narrower resource":     login + `, resource="https://contoso.vault.azure.net"`,
	"resource as prefix":    login + `, resource="https://vault.azure.net.evil.example"`,
	"resource of a cloud":   login + `, resource="https://vault.azure.cn"`,
	"resource port":         login + `, resource="https://vault.azure.net:443"`,
	"resource path":         login + `, resource="https://vault.azure.net/x"`,
	"resource without URL":  login + `, resource="vault.azure.net"`,
	"scope elsewhere":       login + `, scope="https://graph.microsoft.com/.default", resource="https://vault.azure.net"`,
	"empty resource":        login + `, resource=""`,
	"twice":                 login + `, resource="https://vault.azure.net", resource="https://graph.microsoft.com"`,
	"other scheme":          strings.Replace(challenge, "Bearer", "PoP", 1),
	"two in one":            challenge + `, Bearer authorization="https://login.evil.example/t"`,
	"Bearer inside":         login + `, resource="Bearer https://vault.azure.net"`,
	"unquoted":              `Bearer authorization=https://login.microsoftonline.com/t, resource=https://vault.azure.net`,
	"half quoted":           login + `, resource="https://vault.azure.net`,
	"glued":                 login + `resource="https://vault.azure.net"`,
	"ends in a comma":       challenge + ",",
	"backslash":             login + `, resource="https://vault.azure.net\"`,
	"claims without base64": challenge + `, error="insufficient_claims", claims="%%%"`,
	"scheme alone":          "Bearer",
	"empty":                 "",
	"too long":              challenge + `, x="` + strings.Repeat("x", 9000) + `"`,
}

func TestChallengeAccepted(t *testing.T) {
	t.Parallel()
	for name, text := range accepted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checked, fault := keyvault.Check(vaultURL, text)
			testkit.Equal(t, fault, "")
			testkit.True(t, canonical.MatchString(checked), "written anew: "+checked)
			again, fault := keyvault.Check(vaultURL, checked)
			testkit.Equal(t, fault, "")
			testkit.Equal(t, again, checked)

			v := newVault()
			v.challenge = text
			_, err := source(t, v, v.overTLS(t)).Key(t.Context())
			testkit.NoError(t, err)
		})
	}
	claims, fault := keyvault.Check(vaultURL, challenge+`, error="insufficient_claims", claims="eyJ4Ijp7fX0="`)
	testkit.Equal(t, fault, "")
	testkit.Equal(t, claims, challenge+`, error="insufficient_claims", claims="eyJ4Ijp7fX0="`)
}

// Through the real azsecrets: a typed refusal, no token asked for, no second request.
func TestChallengeRefused(t *testing.T) {
	t.Parallel()
	for name, text := range refused {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checked, fault := keyvault.Check(vaultURL, text)
			testkit.True(t, fault != "" && checked == "", "refused")
			v := newVault()
			v.challenge = text
			s := source(t, v, v.overTLS(t))
			_, err := s.Key(t.Context())
			testkit.ErrorIs(t, err, keyvault.ErrKey)
			testkit.Equal(t, credentials.Code(err), event.CredentialMissing)
			if text != "" { // an empty header is none: a plain 401
				testkit.ErrorIs(t, err, keyvault.ErrChallenge)
			}
			testkit.Equal(t, len(v.asked), 0)
			testkit.True(t, !strings.Contains(said(err), "evil"), "nothing is quoted")
		})
	}
}

func TestTwoChallenges(t *testing.T) {
	t.Parallel()
	v := newVault()
	s := source(t, v, second{v.overTLS(t)})
	testkit.Equal(t, reason(t, s), keyvault.Challenge)
}

type second struct{ *http.Client }

func (s second) Do(r *http.Request) (*http.Response, error) {
	response, err := s.Client.Do(r)
	if err == nil {
		response.Header.Add("WWW-Authenticate", "Bearer x=\"y\"")
	}
	return response, err
}

// What the check of the SDK refuses, ours refuses too; ours stands in its place.
func TestNoWiderThanTheSDK(t *testing.T) {
	t.Parallel()
	for name, text := range refused {
		if strings.HasPrefix(name, "the crash") {
			continue // there is no telling: it panics
		}
		v := newVault()
		v.challenge = text
		sdk, err := azsecrets.NewClient(vaultURL, v, &azsecrets.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: v.overTLS(t)}})
		testkit.NoError(t, err)
		_, err = sdk.GetSecret(t.Context(), "model-key", "", nil)
		_, fault := keyvault.Check(vaultURL, text)
		testkit.True(t, err == nil || fault != "", "refused by the SDK only: "+name)
	}
}

// The SDK's own check is on: it is the second wall.
func TestSDKVerifies(t *testing.T) {
	t.Parallel()
	v := newVault()
	v.challenge = strings.Replace(challenge, "vault.azure.net", "graph.microsoft.com", 1)
	s, err := keyvault.Lenient(keyvault.Config{Vault: vaultURL + ":8443", Secret: "model-key", Credential: v, Transport: v.overTLS(t)}, "graph.microsoft.com")
	testkit.NoError(t, err)
	_, err = s.Key(t.Context())
	testkit.ErrorIs(t, err, keyvault.ErrKey)
	testkit.Equal(t, len(v.asked), 0)
}

// The fact that the guard is for. When this fails, the SDK has been repaired.
func TestSDKStillPanics(t *testing.T) {
	t.Parallel()
	v := newVault()
	v.challenge = refused["the crash"]
	sdk, err := azsecrets.NewClient(vaultURL, v, &azsecrets.ClientOptions{ClientOptions: azcore.ClientOptions{Transport: v.overTLS(t)}})
	testkit.NoError(t, err)
	defer func() { testkit.True(t, recover() != nil, "azsecrets panics on an authorization without tenant") }()
	_, _ = sdk.GetSecret(t.Context(), "model-key", "", nil)
}

var canonical = regexp.MustCompile(`^Bearer authorization="https://(login\.microsoftonline\.com|login\.windows\.net)/[0-9A-Za-z.-]+", ` +
	`resource="https://vault\.azure\.net"(, error="insufficient_claims", claims="[0-9A-Za-z+/=]+")?$`)

// FuzzChallenge: no panic, and what is accepted comes out in the one form that azsecrets
// reads as it is meant.
func FuzzChallenge(f *testing.F) {
	for _, text := range accepted {
		f.Add(text)
	}
	for _, text := range refused {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		checked, fault := keyvault.Check(vaultURL, text)
		if fault != "" {
			testkit.Equal(t, checked, "")
			return
		}
		testkit.True(t, canonical.MatchString(checked), "canonical: "+checked)
		// As azsecrets v1.5.1 takes it apart.
		for part := range strings.SplitSeq(strings.TrimPrefix(checked, "Bearer "), " ") {
			name, value, _ := strings.Cut(part, "=")
			value = strings.TrimSuffix(strings.ReplaceAll(value, `"`, ""), ",")
			if name == "authorization" {
				u, err := url.Parse(value)
				testkit.NoError(t, err)
				testkit.Equal(t, len(strings.Split(value, "/")), 4)
				testkit.True(t, len(u.Path) > 1, "a tenant")
			}
		}
	})
}
