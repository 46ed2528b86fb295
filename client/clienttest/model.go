package clienttest

import (
	"encoding/json"
	"net"
	"net/http"
	"strings"
)

// serveModel is the account: credentials, then the route, then the deployment.
func (a *Azure) serveModel(v *visit) {
	a.accountHeaders(v.w.Header())
	if !a.isAccount(v.r.Host) {
		v.answer(noSuchPath())
		return
	}
	if !a.authorized(v.r) {
		v.answer(Unauthorized())
		return
	}
	route, ok := routeOf(v.r)
	if !ok {
		v.answer(noSuchPath())
		return
	}
	if route.operation == "models" {
		a.serveModels(v, route.name)
		return
	}
	if v.r.Method != http.MethodPost {
		v.answer(errorReply(http.StatusMethodNotAllowed, "405", "Method Not Allowed", nil))
		return
	}
	var ask question
	if err := json.Unmarshal(v.body, &ask); err != nil {
		v.answer(badRequest("We could not parse the JSON body of your request."))
		return
	}
	deployment := route.name
	if deployment == "" {
		deployment = ask.Model
	}
	model, ok := a.cfg.Deployments[deployment]
	if !ok {
		v.answer(DeploymentNotFound())
		return
	}
	v.w.Header().Set("X-Ms-Deployment-Name", deployment)
	ask.Model = model
	a.serveOperation(v, route.operation, &ask)
}

func (a *Azure) serveOperation(v *visit, operation string, ask *question) {
	switch operation {
	case "chat/completions":
		a.serveChat(v, ask)
	case "responses":
		a.serveResponses(v, ask)
	case "embeddings":
		a.serveEmbeddings(v, ask)
	case "completions":
		a.serveCompletions(v, ask)
	default:
		v.answer(noSuchPath())
	}
}

// servePublic is the account on its public address, when public access is disabled.
func servePublic(v *visit) { v.answer(PublicAccessDisabled()) }

// serveNeighbour is the private endpoint of another account, which the account's own name
// has no business with.
func serveNeighbour(v *visit) { v.answer(NotApproved()) }

// A route is a path of the account, taken apart.
type route struct {
	operation string // chat/completions, responses, ...
	name      string // the deployment of the path, or the model asked for
}

// routeOf knows /openai/v1/OPERATION and /openai/deployments/NAME/OPERATION. Those below
// /openai without v1 demand an api-version.
func routeOf(r *http.Request) (route, bool) {
	path, ok := strings.CutPrefix(r.URL.Path, "/openai/")
	if !ok {
		return route{}, false
	}
	v1, isV1 := strings.CutPrefix(path, "v1/")
	if !isV1 && r.URL.Query().Get("api-version") == "" {
		return route{}, false
	}
	if isV1 {
		path = v1
	}
	if rest, ok := strings.CutPrefix(path, "deployments/"); ok && !isV1 {
		name, operation, ok := strings.Cut(rest, "/")
		return route{operation, name}, ok && name != "" && operation != "responses"
	}
	if path == "models" {
		return route{operation: "models"}, true
	}
	if name, ok := strings.CutPrefix(path, "models/"); ok {
		return route{"models", name}, name != "" && !strings.Contains(name, "/")
	}
	return route{operation: path}, isV1 || path == "responses"
}

// isAccount reports whether a Host header names the account, in any of its three zones,
// or one of its addresses.
func (a *Azure) isAccount(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = canonical(host)
	for _, z := range accountZones {
		if host == a.cfg.Account+z.public {
			return true
		}
	}
	return host == a.net.private(4).String()
}

// authorized reports whether a request has a token for the account or a key of the vault.
// Azure takes the key from a bearer token too (learn.microsoft.com, "API version
// lifecycle").
func (a *Azure) authorized(r *http.Request) bool {
	bearer, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	key := r.Header.Get("Api-Key")
	return a.tokens.opensAccount(bearer) || a.secrets.holds(key) || a.secrets.holds(bearer)
}

// accountHeaders sets what the service sends with every answer.
func (a *Azure) accountHeaders(h http.Header) {
	id := randomUUID()
	h.Set("X-Request-Id", id)
	h.Set("Apim-Request-Id", id)
	h.Set("X-Ms-Region", "Sweden Central")
	h.Set("X-Ratelimit-Limit-Requests", "1000")
	h.Set("X-Ratelimit-Remaining-Requests", "999")
	h.Set("X-Ratelimit-Limit-Tokens", "100000")
	h.Set("X-Ratelimit-Remaining-Tokens", "99000")
	h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains; preload")
	h.Set("X-Content-Type-Options", "nosniff")
}

func noSuchPath() Reply {
	return errorReply(http.StatusNotFound, "404", "Resource not found", nil)
}

func badRequest(message string) Reply {
	return errorReply(http.StatusBadRequest, "BadRequest", message, object{"type": "invalid_request_error", "param": nil})
}

// answerFilter is what the content filter found in an answer: nothing.
func answerFilter() json.RawMessage {
	return json.RawMessage(`{"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}`)
}

// promptFilter is what it found in a prompt, where it looks for one thing more.
func promptFilter() json.RawMessage {
	return json.RawMessage(`{"hate":{"filtered":false,"severity":"safe"},"jailbreak":{"detected":false,"filtered":false},"self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}}`)
}
