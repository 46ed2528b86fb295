package detect

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// authorize looks for the credentials of an Authorization header whose value is at i: a
// scheme and what follows it (RFC 9110, section 11.4; Bearer by RFC 6750, Basic by RFC
// 7617). The scheme stays.
func (s *scan) authorize(i int) int {
	t := s.text
	scheme := run(t, i, letter)
	start := scheme
	for start < len(t) && start < scheme+3 && t[start] == ' ' {
		start++
	}
	if start == scheme || scheme == i {
		return i
	}
	end := credentialsEnd(t, start)
	token := t[start:end]
	if isReference(token) || len(token) < 8 && !credentials(t[i:scheme], token) || authWord(token) {
		return i
	}
	s.add(authID, start, end, certain)
	return end
}

// authWord reports whether what follows a scheme is a word about it.
func authWord(token string) bool {
	for _, word := range [...]string{"authentication", "authorization", "credentials", "required", "access_token", "your_token", "YOUR_TOKEN", "your-token"} {
		if token == word {
			return true
		}
	}
	return false
}

// bearer looks at what stands before a token: Bearer or Basic without a header's name.
func (s *scan) bearer(token piece) int {
	t := s.text
	if !at(t, token.start-1, ' ') {
		return 0
	}
	scheme := runBack(t, token.start-1, letter, max(0, token.start-8))
	name := t[scheme : token.start-1]
	if !strings.EqualFold(name, "bearer") && !strings.EqualFold(name, "basic") {
		return 0
	}
	end := credentialsEnd(t, token.start)
	if isReference(t[token.start:end]) || !credentials(name, t[token.start:end]) {
		return 0
	}
	s.add(authID, token.start, end, likely)
	return end
}

// credentialsEnd returns the end of a token68 at i, RFC 9110, section 11.2, which is also
// where a list of parameters has its first border.
func credentialsEnd(t string, i int) int {
	for i < len(t) && class[t[i]]&(b64|tokenEnd) != 0 {
		i++
	}
	for at(t, i, '=') {
		i++
	}
	for at(t, i-1, '.') {
		i-- // of the sentence
	}
	return i
}

// credentials tells a token from a word of prose: "Bearer authentication".
func credentials(scheme, token string) bool {
	if len(token) < 6 {
		return false
	}
	if strings.EqualFold(scheme, "basic") {
		return basic(token)
	}
	return strings.ContainsAny(token, "0123456789=+/_~") && len(token) >= 8 || len(token) >= 24
}

// basic reports whether a token decodes to user:password.
func basic(token string) bool {
	var src, out [256]byte
	n := copy(src[:], strings.TrimRight(token, "="))
	decoded, _ := base64.RawStdEncoding.Decode(out[:], src[:n])
	return bytes.IndexByte(out[:decoded], ':') >= 0
}
