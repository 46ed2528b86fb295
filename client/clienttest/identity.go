package clienttest

import (
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Identity is a way in which a workload of Azure has its identity.
type Identity uint8

// The ways.
const (
	AppService    Identity = iota // App Service, Functions
	IMDS                          // a virtual machine; reached by [Azure.Dial] alone
	Workload                      // a pod of Kubernetes with workload identity federation
	ContainerApps                 // the protocol of App Service
	Arc                           // a machine outside of Azure, see [ArcFolder]
	AzureML                       // a compute instance of Azure Machine Learning
	CloudShell                    // the shell of a person in a browser
)

// Env is the environment of a process that has the identity of Config.Identity: the
// variables that azidentity reads. For [IMDS] it is empty, as in a virtual machine.
//
// Trap: azidentity keeps the tokens of managed identities in one cache per process, by
// client id and resource. A test that starts a second fake must ask for its ClientID, or
// it gets a token of the first.
func (a *Azure) Env() map[string]string {
	base := "http://" + a.doors[AppIdentity].addrPort().String()
	switch a.cfg.Identity {
	case AppService:
		return map[string]string{"IDENTITY_ENDPOINT": base + appServicePath, "IDENTITY_HEADER": a.identityHeader}
	case ContainerApps:
		return map[string]string{"IDENTITY_ENDPOINT": base + appServicePath, "IDENTITY_HEADER": a.identityHeader, "CONTAINER_APP_NAME": "contoso"}
	case Arc:
		return map[string]string{"IDENTITY_ENDPOINT": base + arcPath, "IMDS_ENDPOINT": base}
	case AzureML:
		return map[string]string{"MSI_ENDPOINT": base + mlPath, "MSI_SECRET": a.identityHeader, "DEFAULT_IDENTITY_CLIENT_ID": a.clientID}
	case CloudShell:
		return map[string]string{"MSI_ENDPOINT": base + shellPath}
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
