package keyvault

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxChallenge bounds the header that is parsed; a real one has some 130 bytes, and up to
// 2 KB with claims.
const maxChallenge = 8 << 10

// guard is the check of every answer below azsecrets: a 401 that challenges is replaced by
// what this package understood of it, so that no two parsers can disagree.
func (v vault) guard(response *http.Response) error {
	const header = "Www-Authenticate"
	challenges := response.Header.Values(header)
	if response.StatusCode != http.StatusUnauthorized || len(challenges) == 0 {
		return nil
	}
	if len(challenges) > 1 {
		return &ChallengeError{"there is more than one"}
	}
	checked, fault := v.check(challenges[0])
	if fault != "" {
		return &ChallengeError{fault}
	}
	response.Header.Set(header, checked)
	return nil
}

// check reads one challenge by the rules of [ErrChallenge] and writes it anew, or says
// which rule it breaks.
func (v vault) check(text string) (checked, fault string) {
	values, ok := parameters(text)
	if !ok {
		return "", "it is not Bearer with quoted parameters"
	}
	tenant, fault := v.tenant(values["authorization"])
	if fault != "" {
		return "", fault
	}
	resource, fault := v.resource(values)
	if fault != "" {
		return "", fault
	}
	// azsecrets splits at spaces and equals signs: neither can occur in these.
	checked = `Bearer authorization="https://` + tenant + `", resource="https://` + resource + `"`
	if claims := values["claims"]; claims != "" && values["error"] == "insufficient_claims" {
		if _, err := base64.StdEncoding.DecodeString(claims); err != nil {
			return "", "its claims are not base64"
		}
		checked += `, error="insufficient_claims", claims="` + claims + `"`
	}
	return checked, ""
}

// tenant checks the authorization and returns its host and tenant, host/tenant.
func (v vault) tenant(authorization string) (path, fault string) {
	u, err := url.Parse(authorization)
	if err != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return "", "its authorization is not a plain https URL"
	}
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":443")
	if host == "" || !slices.Contains(v.logins, host) {
		return "", "its authorization is not a login host of the cloud"
	}
	tenant := strings.TrimSuffix(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	if tenant == "" || strings.Trim(tenant, ".") == "" || strings.IndexFunc(tenant, notTenant) >= 0 {
		return "", "its authorization does not name one tenant"
	}
	return host + "/" + tenant, ""
}

// notTenant is what azidentity v1.15.0 does not take in a tenant either.
func notTenant(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '.' && r != '-'
}

// resource checks resource and scope, of which one must be there, and returns the host.
func (v vault) resource(values map[string]string) (host, fault string) {
	for _, name := range []string{"resource", "scope"} {
		value, ok := values[name]
		if !ok {
			continue
		}
		u, err := url.Parse(value)
		if err != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Port() != "" {
			return "", "its resource is not a plain https URL"
		}
		if path := strings.TrimSuffix(u.EscapedPath(), "/"); path != "" && path != "/.default" {
			return "", "its resource has a path"
		}
		found := strings.ToLower(u.Host)
		if found != v.domain || host != "" && host != found {
			return "", "its resource is not the domain of the vault"
		}
		host = found
	}
	if host == "" {
		return "", "it names no resource"
	}
	return host, ""
}

// parameters splits `Bearer a="b", c="d"`. The comma may be missing, as in the challenges
// of older vaults. No name may come twice, and values hold neither quotes, backslashes
// nor anything that cannot be seen. RFC 9110, section 11.6.1, allows more.
func parameters(text string) (map[string]string, bool) {
	scheme, rest, ok := strings.Cut(text, " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || len(text) > maxChallenge {
		return nil, false
	}
	values := map[string]string{}
	for rest = strings.TrimLeft(rest, " "); rest != ""; {
		name, quoted, ok := strings.Cut(rest, `="`)
		if !ok || name == "" || strings.IndexFunc(name, notName) >= 0 {
			return nil, false
		}
		value, after, ok := strings.Cut(quoted, `"`)
		if !ok || strings.IndexFunc(value, notValue) >= 0 {
			return nil, false
		}
		if _, twice := values[name]; twice {
			return nil, false
		}
		values[name] = value
		if rest = strings.TrimLeft(after, " "); rest == "" {
			break
		}
		comma := strings.HasPrefix(rest, ",")
		rest = strings.TrimLeft(strings.TrimPrefix(rest, ","), " ")
		if rest == "" || !comma && after[0] != ' ' {
			return nil, false
		}
	}
	return values, len(values) > 0
}

func notName(r rune) bool { return (r < 'a' || r > 'z') && r != '_' }

func notValue(r rune) bool { return r < ' ' || r > '~' || r == '\\' }
