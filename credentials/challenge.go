package credentials

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// maxChallenge bounds the headers that are parsed; one with claims has up to 2 KB.
const maxChallenge = 8 << 10

// claimsWanted is the claims challenge in WWW-Authenticate headers: the JSON that a new
// token has to satisfy, or empty if there is none that can be understood. Two of them are
// one too many. Microsoft Learn, "Claims challenges, claims requests and client
// capabilities", 2026-11-23.
func claimsWanted(headers []string) Secret {
	var found []string
	for _, text := range headers {
		parameters, ok := bearerOf(text)
		if ok && parameters["error"] == "insufficient_claims" {
			found = append(found, parameters["claims"])
		}
	}
	if len(found) != 1 {
		return Secret{}
	}
	// Standard or URL alphabet, with or without padding: all have been seen.
	text := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(found[0]), "=")
	claims, err := base64.RawStdEncoding.DecodeString(text)
	var object map[string]json.RawMessage
	if err != nil || json.Unmarshal(claims, &object) != nil || len(object) == 0 {
		return Secret{}
	}
	return NewSecret(string(claims))
}

// bearerOf splits the parameters of the Bearer challenge in a header, which may hold others
// (RFC 9110, section 11.6.1). It reports false for a header that it does not understand to
// its end, for two Bearer challenges, and for a parameter that comes twice.
func bearerOf(text string) (map[string]string, bool) {
	if len(text) > maxChallenge {
		return nil, false
	}
	var bearer, current map[string]string
	for rest := strings.Trim(text, " \t,"); rest != ""; rest = strings.TrimLeft(rest, " \t,") {
		word, after := token(rest)
		if word == "" {
			return nil, false
		}
		value, end, ok := valueOf(after)
		switch {
		case !ok && after != "" && after[0] != ' ' && after[0] != ',':
			return nil, false
		case !ok: // a scheme
			current, rest = map[string]string{}, after
			if strings.EqualFold(word, "Bearer") {
				if bearer != nil {
					return nil, false
				}
				bearer = current
			}
			continue
		case current == nil:
			return nil, false
		}
		word = strings.ToLower(word)
		if _, twice := current[word]; twice {
			return nil, false
		}
		current[word], rest = value, end
	}
	return bearer, bearer != nil
}

// token splits a token (RFC 9110, section 5.6.2) from the start of text.
func token(text string) (word, rest string) {
	for i := range len(text) {
		if c := text[i]; c <= ' ' || c > '~' || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return text[:i], text[i:]
		}
	}
	return text, ""
}

// valueOf splits `="value"` or `=value` from the start of text. A quoted value has no
// backslashes: claims need none.
func valueOf(text string) (value, rest string, ok bool) {
	text, ok = strings.CutPrefix(text, "=")
	if !ok {
		return "", "", false
	}
	if quoted, isQuoted := strings.CutPrefix(text, `"`); isQuoted {
		value, rest, ok = strings.Cut(quoted, `"`)
		return value, rest, ok && !strings.Contains(value, `\`)
	}
	value, rest, _ = strings.Cut(text, ",")
	return strings.TrimSpace(value), rest, value != ""
}
