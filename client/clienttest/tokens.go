package clienttest

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"time"
)

// tokens are texts that are bound to a resource: opaque ones, or such as look like those of
// Entra.
type tokens struct {
	mu     sync.Mutex
	life   time.Duration
	claims object   // nil: opaque
	opens  []string // the resources that open the account
	issued map[string]grant
}

type grant struct {
	resource string
	until    time.Time
}

func (t *tokens) init(cfg Config, tenant, clientID string) {
	t.life = cfg.TokenLife
	if cfg.Claims != nil {
		t.claims = object{"tid": tenant, "appid": clientID, "idtyp": "app"}
		maps.Copy(t.claims, cfg.Claims)
	}
	t.issued = map[string]grant{}
	t.opens = append([]string{"https://cognitiveservices.azure.com", "https://ai.azure.com"}, cfg.Audiences...)
}

func (t *tokens) issue(resource string) string {
	token := t.text(resource)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.issued[token] = grant{strings.TrimSuffix(resource, "/"), time.Now().Add(t.life)}
	return token
}

// text makes a token. What is signed with nothing is taken by this fake alone.
func (t *tokens) text(resource string) string {
	if t.claims == nil {
		return "clienttest." + randomText()
	}
	claims := maps.Clone(t.claims)
	now := time.Now()
	usual := object{"aud": resource, "nbf": now.Unix(), "exp": now.Add(t.life).Unix(), "jti": randomText()}
	for name, value := range usual {
		if _, set := claims[name]; !set {
			claims[name] = value
		}
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "clienttest." + randomText()
	}
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + encode(payload) + "." + encode([]byte(randomText()))
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
