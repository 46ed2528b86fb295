package credentials

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// maxToken bounds the tokens that are looked into, in bytes. Entra's have 1 to 4 KB; what
// is longer than the limit of a request header at the service cannot be used at all.
const maxToken = 64 << 10

// claims are what a token says of itself. Nobody has checked its signature: they are good
// for finding mistakes and for nothing else. They are personal data, so nothing here is
// printed.
type claims struct {
	tenant, application, object string
	audience, methods           []string
	user, secret                bool
	expires, begins             time.Time // zero: not said
}

// claimsOf reads a token of the form of a JWT (RFC 7519, section 3). It reports false for
// any other: tokens are opaque to clients, and some are encrypted.
//
// Names: Microsoft Learn, "Access token claims reference", 2026-11-23.
func claimsOf(token string) (claims, bool) {
	parts := strings.Split(token, ".")
	if len(token) > maxToken || len(parts) != 3 {
		return claims{}, false
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return claims{}, false
	}
	// A map, because a struct would take names in any case.
	var said map[string]any
	decoder := json.NewDecoder(bytes.NewReader(body))
	if decoder.Decode(&said) != nil || said == nil || decoder.More() {
		return claims{}, false
	}
	c := claims{
		tenant:      one(said["tid"]),
		object:      one(said["oid"]),
		application: cmp.Or(one(said["appid"]), one(said["azp"])),
		audience:    many(said["aud"]),
		methods:     many(said["amr"]),
		expires:     moment(said["exp"]),
		begins:      moment(said["nbf"]),
	}
	_, scoped := said["scp"]
	c.user = scoped || one(said["idtyp"]) == "user"
	c.secret = one(said["appidacr"]) == "1" || one(said["azpacr"]) == "1"
	return c, true
}

// isFor reports whether the audience of c is resource: the URI itself in tokens of version
// 1, the application's id in those of version 2.
func (c claims) isFor(resource string) bool {
	return slices.ContainsFunc(c.audience, func(audience string) bool {
		audience = strings.TrimSuffix(audience, "/")
		return audience != "" && (audience == resource || "api://"+audience == resource)
	})
}

func one(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		if v == 1 { // appidacr has been seen as a number
			return "1"
		}
	}
	return ""
}

// many takes a text or a list of them, as RFC 7519 allows for aud.
func many(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			if text, ok := item.(string); ok {
				all = append(all, text)
			}
		}
		return all
	default:
		return nil
	}
}

// moment is a NumericDate (RFC 7519, section 2), or zero if it is none of this era.
func moment(value any) time.Time {
	seconds, ok := value.(float64)
	if !ok || seconds <= 0 || seconds > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0)
}
