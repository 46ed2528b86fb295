package clienttest

import (
	"crypto/subtle"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The paths of the identity endpoints on [AppIdentity].
const (
	appServicePath = "/msi/token"
	arcPath        = "/metadata/identity/oauth2/token"
	mlPath         = "/aml/msi/token"
	shellPath      = "/oauth2/token"
)

// ArcFolder is where the agent of Azure Arc puts the keys that prove that a process may
// have the machine's identity, on Linux, and the only place where azidentity looks for
// them. A fake whose identity [Arc] is asked for writes one there for a moment, which needs
// the rights of the agent: without them it answers 500.
const ArcFolder = "/var/opt/azcmagent/tokens"

// serveAppIdentity is all endpoints on this machine that a platform names by a variable.
func (a *Azure) serveAppIdentity(v *visit) {
	switch v.r.URL.Path {
	case appServicePath:
		a.serveAppService(v)
	case arcPath:
		a.serveArc(v)
	case mlPath:
		a.serveML(v)
	case shellPath:
		a.serveShell(v)
	default:
		v.json(http.StatusNotFound, object{"statusCode": 404, "message": "Not Found"})
	}
}

// serveAppService is the endpoint of App Service and Container Apps
// (learn.microsoft.com, "Use managed identities for App Service").
func (a *Azure) serveAppService(v *visit) {
	query := v.r.URL.Query()
	switch {
	case v.r.Method != http.MethodGet:
		v.json(http.StatusNotFound, object{"statusCode": 404, "message": "Not Found"})
	case v.r.Header.Get("X-Identity-Header") != a.identityHeader:
		v.json(http.StatusUnauthorized, object{"statusCode": 401, "message": "The X-IDENTITY-HEADER is missing or wrong."})
	case query.Get("api-version") != "2019-08-01" || query.Get("resource") == "":
		v.json(http.StatusBadRequest, object{"statusCode": 400, "message": "Bad api-version or resource."})
	case !a.isIdentity(query):
		v.json(http.StatusBadRequest, object{"statusCode": 400, "message": "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId."})
	default:
		a.grant(v, query.Get("resource"))
	}
}

// grant answers with a token, as all of these endpoints do.
func (a *Azure) grant(v *visit, resource string) {
	v.json(http.StatusOK, object{
		"access_token": a.tokens.issue(resource), "token_type": "Bearer", "resource": resource,
		"client_id": a.clientID, "expires_on": strconv.FormatInt(time.Now().Add(a.cfg.TokenLife).Unix(), 10),
	})
}

// serveArc is the agent of Azure Arc: the first request is answered with the name of a file
// that only members of its group can read, the second has to show what is in it
// (learn.microsoft.com, "Authenticate against Azure resources with Azure Arc-enabled
// servers").
func (a *Azure) serveArc(v *visit) {
	query := v.r.URL.Query()
	key, shown := "", v.r.Header.Get("Authorization")
	if path := a.arc.Load(); path != nil {
		data, err := os.ReadFile(*path)
		if err == nil {
			key = "Basic " + string(data)
		}
	}
	switch {
	case v.r.Method != http.MethodGet || v.r.Header.Get("Metadata") != "true" || query.Get("api-version") != "2020-06-01" || query.Get("resource") == "":
		v.json(http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Bad header, api-version or resource"})
	case shown == "":
		path, err := a.arcKey()
		if err != nil {
			v.json(http.StatusInternalServerError, object{"error": "server_error", "error_description": "no key could be written"})
			return
		}
		v.w.Header().Set("WWW-Authenticate", "Basic realm="+path)
		v.json(http.StatusUnauthorized, object{"error": "unauthorized"})
	case key == "" || subtle.ConstantTimeCompare([]byte(shown), []byte(key)) != 1:
		v.json(http.StatusUnauthorized, object{"error": "unauthorized_client"})
	case !a.isIdentity(query):
		v.json(http.StatusBadRequest, object{"error": "invalid_request", "error_description": "Identity not found"})
	default:
		a.grant(v, query.Get("resource"))
	}
}

// arcKey is the file with the key, which is made once.
func (a *Azure) arcKey() (string, error) {
	if path := a.arc.Load(); path != nil {
		return *path, nil
	}
	if err := os.MkdirAll(ArcFolder, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(ArcFolder, "clienttest-"+randomText()+".key")
	if err := os.WriteFile(path, []byte(randomText()), 0o600); err != nil {
		return "", err
	}
	if !a.arc.CompareAndSwap(nil, &path) {
		_ = os.Remove(path) // another request was faster
		return *a.arc.Load(), nil
	}
	return path, nil
}

// removeArc takes the key away, and the folders if they were made for it.
func (a *Azure) removeArc() {
	path := a.arc.Load()
	if path == nil {
		return
	}
	_ = os.Remove(*path)
	for _, folder := range []string{ArcFolder, filepath.Dir(ArcFolder)} {
		if entries, err := fs.ReadDir(os.DirFS(folder), "."); err != nil || len(entries) > 0 {
			return
		}
		_ = os.Remove(folder) // not if something came into it meanwhile
	}
}

// serveML is the endpoint of Azure Machine Learning (azidentity v1.15.0 speaks it so).
func (a *Azure) serveML(v *visit) {
	query := v.r.URL.Query()
	switch {
	case v.r.Method != http.MethodGet || v.r.Header.Get("Secret") != a.identityHeader:
		v.json(http.StatusUnauthorized, object{"statusCode": 401, "message": "The secret is missing or wrong."})
	case query.Get("api-version") != "2017-09-01" || query.Get("resource") == "" || query.Get("clientid") != a.clientID:
		v.json(http.StatusBadRequest, object{"statusCode": 400, "message": "Bad api-version, resource or clientid."})
	default:
		a.grant(v, query.Get("resource"))
	}
}

// serveShell is the endpoint of Cloud Shell (azidentity v1.15.0 speaks it so).
func (a *Azure) serveShell(v *visit) {
	form, err := url.ParseQuery(string(v.body))
	if err != nil || v.r.Method != http.MethodPost || v.r.Header.Get("Metadata") != "true" || form.Get("resource") == "" {
		v.json(http.StatusBadRequest, object{"error": object{"code": "BadRequest", "message": "Bad header or resource."}})
		return
	}
	a.grant(v, form.Get("resource"))
}
