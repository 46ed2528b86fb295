package clienttest

import (
	"crypto/subtle"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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
	assertion, err := os.ReadFile(a.FederatedTokenFile())
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
	case form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || err != nil ||
		subtle.ConstantTimeCompare([]byte(form.Get("client_assertion")), assertion) != 1:
		v.json(http.StatusUnauthorized, loginError("invalid_client", "AADSTS70021: No matching federated identity record found for presented assertion.", 70021))
	default:
		life := int(a.cfg.TokenLife.Seconds())
		v.json(http.StatusOK, object{"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": a.tokens.issue(scope)})
	}
}

func loginError(code, description string, number int) object {
	return object{"error": code, "error_description": description, "error_codes": []int{number}, "trace_id": randomUUID(), "correlation_id": randomUUID()}
}
