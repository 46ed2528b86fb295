package clienttest

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Identity is a way in which a workload of Azure has its identity.
type Identity uint8

// The ways.
const (
	AppService Identity = iota // App Service, Functions, Container Apps
	IMDS                       // a virtual machine; reached by [Azure.Dial] alone
	Workload                   // a pod of Kubernetes with workload identity federation
)

// Env is the environment of a process that has the identity of Config.Identity: the
// variables that azidentity reads. For [IMDS] it is empty, as in a virtual machine.
//
// Trap: azidentity keeps the tokens of managed identities in one cache per process, by
// client id and resource. A test that starts a second fake must ask for its ClientID, or
// it gets a token of the first.
func (a *Azure) Env() map[string]string {
	switch a.cfg.Identity {
	case AppService:
		return map[string]string{
			"IDENTITY_ENDPOINT": "http://" + a.doors[AppIdentity].addrPort().String() + "/msi/token",
			"IDENTITY_HEADER":   a.identityHeader,
		}
	case Workload:
		return map[string]string{
			"AZURE_AUTHORITY_HOST":       "https://" + loginHost + "/",
			"AZURE_CLIENT_ID":            a.clientID,
			"AZURE_TENANT_ID":            a.tenant,
			"AZURE_FEDERATED_TOKEN_FILE": a.FederatedTokenFile(),
		}
	default: // IMDS is found without a variable
		return map[string]string{}
	}
}

// ClientID is the client id of the one identity there is: a random UUID. Managed identity
// endpoints give a token for it, and when asked for none.
func (a *Azure) ClientID() string { return a.clientID }

// TenantID is the id of the one tenant: a random UUID.
func (a *Azure) TenantID() string { return a.tenant }

// Token issues a token for a resource, such as "https://cognitiveservices.azure.com",
// without any identity endpoint.
func (a *Azure) Token(resource string) string { return a.tokens.issue(resource) }

// RevokeTokens makes all tokens that were issued so far worthless.
func (a *Azure) RevokeTokens() { a.tokens.revoke() }

// serveAppIdentity is the endpoint of App Service
// (learn.microsoft.com, "Use managed identities for App Service").
func (a *Azure) serveAppIdentity(v *visit) {
	query := v.r.URL.Query()
	switch {
	case v.r.Method != http.MethodGet || v.r.URL.Path != "/msi/token":
		v.json(http.StatusNotFound, object{"statusCode": 404, "message": "Not Found"})
	case v.r.Header.Get("X-Identity-Header") != a.identityHeader:
		v.json(http.StatusUnauthorized, object{"statusCode": 401, "message": "The X-IDENTITY-HEADER is missing or wrong."})
	case query.Get("api-version") != "2019-08-01" || query.Get("resource") == "":
		v.json(http.StatusBadRequest, object{"statusCode": 400, "message": "Bad api-version or resource."})
	case !a.isIdentity(query):
		v.json(http.StatusBadRequest, object{"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."})
	default:
		v.json(http.StatusOK, object{
			"access_token": a.tokens.issue(query.Get("resource")), "token_type": "Bearer", "resource": query.Get("resource"),
			"client_id": a.clientID, "expires_on": strconv.FormatInt(time.Now().Add(a.cfg.TokenLife).Unix(), 10),
		})
	}
}

// serveMetadata is the identity part of the instance metadata service
// (learn.microsoft.com, "How to use managed identities on a VM").
func (a *Azure) serveMetadata(v *visit) {
	query := v.r.URL.Query()
	switch {
	case v.r.Method != http.MethodGet || v.r.URL.Path != "/metadata/identity/oauth2/token":
		v.json(http.StatusNotFound, object{"error": "Not found"})
	case v.r.Header.Get("Metadata") != "true":
		v.json(http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Required metadata header not specified"})
	case v.r.Header.Get("X-Forwarded-For") != "":
		v.json(http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Requests from proxies are refused"})
	case query.Get("api-version") == "" || query.Get("resource") == "" || !a.isIdentity(query):
		v.json(http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Identity not found"})
	default:
		now, life := time.Now(), a.cfg.TokenLife
		v.json(http.StatusOK, object{
			"access_token": a.tokens.issue(query.Get("resource")), "token_type": "Bearer", "resource": query.Get("resource"),
			"client_id": a.clientID, "expires_in": seconds(life), "ext_expires_in": seconds(life),
			"expires_on": strconv.FormatInt(now.Add(life).Unix(), 10), "not_before": strconv.FormatInt(now.Unix(), 10),
		})
	}
}

// isIdentity reports whether a query asks for the identity that exists, or for any.
func (a *Azure) isIdentity(query url.Values) bool {
	if query.Get("object_id")+query.Get("principal_id")+query.Get("mi_res_id")+query.Get("msi_res_id") != "" {
		return false
	}
	id := query.Get("client_id")
	return id == "" || id == a.clientID
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// tokens are opaque texts that are bound to a resource.
type tokens struct {
	mu     sync.Mutex
	life   time.Duration
	opens  []string // the resources that open the account
	issued map[string]grant
}

type grant struct {
	resource string
	until    time.Time
}

func (t *tokens) init(cfg Config) {
	t.life = cfg.TokenLife
	t.issued = map[string]grant{}
	t.opens = append([]string{"https://cognitiveservices.azure.com", "https://ai.azure.com"}, cfg.Audiences...)
}

func (t *tokens) issue(resource string) string {
	token := "clienttest." + randomText()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.issued[token] = grant{strings.TrimSuffix(resource, "/"), time.Now().Add(t.life)}
	return token
}

func (t *tokens) revoke() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.issued)
}

// resource is what a token is for, or "".
func (t *tokens) resource(token string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, ok := t.issued[token]
	if !ok || time.Now().After(g.until) {
		return ""
	}
	return g.resource
}

func (t *tokens) opensAccount(token string) bool {
	resource := t.resource(token)
	for _, r := range t.opens {
		if resource != "" && resource == strings.TrimSuffix(r, "/") {
			return true
		}
	}
	return false
}
