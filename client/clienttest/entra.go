package clienttest

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// loginHost is where Entra is in the public cloud.
const loginHost = "login.microsoftonline.com"

// FederatedTokenFile is the file that the cluster gives to a pod. It is removed by Close.
func (a *Azure) FederatedTokenFile() string { return filepath.Join(a.folder, "federated-token") }

// RotateFederatedToken puts a new token into the file, as a cluster does every hour. Only
// the token that is in the file is valid. Errors are those of the file system.
func (a *Azure) RotateFederatedToken() error {
	return os.WriteFile(a.FederatedTokenFile(), []byte("federated."+randomText()), 0o600)
}

// TrustCertificate registers a certificate with the application, as for
// azidentity.ClientCertificateCredential. It takes the place of the one before.
func (a *Azure) TrustCertificate(certificate *x509.Certificate) { a.certificate.Store(certificate) }

// serveLogin is Entra, as far as a workload needs it: instance discovery, the
// configuration of the tenant, and tokens for a federated credential (learn.microsoft.com,
// "Microsoft identity platform and the OAuth 2.0 client credentials flow").
func (a *Azure) serveLogin(v *visit) {
	tenant := "/" + a.tenant
	switch path := v.r.URL.Path; {
	case path == "/common/discovery/instance" || path == tenant+"/discovery/instance":
		v.json(http.StatusOK, object{
			"tenant_discovery_endpoint": "https://" + loginHost + tenant + "/v2.0/.well-known/openid-configuration",
			"api-version":               "1.1",
			"metadata":                  []object{{"preferred_network": loginHost, "preferred_cache": "login.windows.net", "aliases": []string{loginHost, "login.windows.net", "login.microsoft.com", "sts.windows.net"}}},
		})
	case path == tenant+"/v2.0/.well-known/openid-configuration":
		base := "https://" + loginHost + tenant
		v.json(http.StatusOK, object{
			"authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token",
			"issuer": base + "/v2.0", "jwks_uri": base + "/discovery/v2.0/keys", "tenant_region_scope": "EU", "cloud_instance_name": "microsoftonline.com",
		})
	case path == tenant+"/oauth2/v2.0/token" && v.r.Method == http.MethodPost:
		a.serveToken(v)
	case strings.HasSuffix(path, "/oauth2/v2.0/token") || strings.HasSuffix(path, "/openid-configuration"):
		v.json(http.StatusBadRequest, loginError("invalid_tenant", "AADSTS90002: Tenant not found.", 90002))
	default:
		v.json(http.StatusNotFound, object{})
	}
}

// serveToken exchanges the cluster's token for one of Entra.
func (a *Azure) serveToken(v *visit) {
	form, err := url.ParseQuery(string(v.body))
	if err != nil {
		form = nil
	}
	scope := ""
	for _, s := range strings.Fields(form.Get("scope")) {
		if resource, ok := strings.CutSuffix(s, "/.default"); ok {
			scope = resource
		}
	}
	switch {
	case form.Get("grant_type") != "client_credentials" || scope == "":
		v.json(http.StatusBadRequest, loginError("invalid_request", "AADSTS900144: The request body must contain the grant type client_credentials and a scope.", 900144))
	case form.Get("client_id") != a.clientID:
		v.json(http.StatusBadRequest, loginError("unauthorized_client", "AADSTS700016: Application was not found in the directory.", 700016))
	case form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer":
		v.json(http.StatusUnauthorized, loginError("invalid_client", "AADSTS7000218: The request body must contain client_assertion.", 7000218))
	case !a.isFederated(form.Get("client_assertion")) && !a.isSigned(form.Get("client_assertion")):
		v.json(http.StatusUnauthorized, loginError("invalid_client", "AADSTS70021: No matching federated identity record found for presented assertion.", 70021))
	default:
		life := int(a.cfg.TokenLife.Seconds())
		v.json(http.StatusOK, object{"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": a.tokens.issue(scope)})
	}
}

// isFederated reports whether an assertion is the token of the cluster.
func (a *Azure) isFederated(assertion string) bool {
	want, err := os.ReadFile(a.FederatedTokenFile())
	return err == nil && subtle.ConstantTimeCompare([]byte(assertion), want) == 1
}

// isSigned reports whether an assertion is signed with the key of the certificate, for this
// application and tenant (learn.microsoft.com, "Microsoft identity platform application
// authentication certificate credentials").
func (a *Azure) isSigned(assertion string) bool {
	certificate := a.certificate.Load()
	parts := strings.Split(assertion, ".")
	if certificate == nil || len(parts) != 3 {
		return false
	}
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if !ok || err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPSS(key, crypto.SHA256, sum[:], signature, nil) != nil && rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
		return false
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Audience string  `json:"aud"`
		Issuer   string  `json:"iss"`
		Subject  string  `json:"sub"`
		Expires  float64 `json:"exp"`
	}
	return err == nil && json.Unmarshal(payload, &claims) == nil && claims.Issuer == a.clientID && claims.Subject == a.clientID &&
		claims.Audience == "https://"+loginHost+"/"+a.tenant+"/oauth2/v2.0/token" && claims.Expires > float64(time.Now().Unix())
}

func loginError(code, description string, number int) object {
	return object{"error": code, "error_description": description, "error_codes": []int{number}, "trace_id": randomUUID(), "correlation_id": randomUUID()}
}
