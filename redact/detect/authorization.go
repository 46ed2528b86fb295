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
		return s.schemeless(i)
	}
	for n := 0; n < 2 && (at(t, start, '"') || at(t, start, '\'') || at(t, start, '\\')); n++ {
		start++
	}
	end := credentialsEnd(t, start)
	token := t[start:end]
	if isReference(token) || len(token) < 8 && !credentials(t[i:scheme], token) || authWord(token) {
		return i
	}
	s.add(authID, start, end, certain)
	return end
}

// schemeless looks for a bare token as the value of the header.
func (s *scan) schemeless(i int) int {
	end := credentialsEnd(s.text, i)
	token := s.text[i:end]
	if signs := signsOf(token); len(token) < minToken || !signs.digits || !signs.letters || isReference(token) {
		return i
	}
	s.add(authID, i, end, likely)
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

// maxBearer is how far before a run of letters and digits the start of its token68 may be.
const maxBearer = 64

// bearer looks at what stands before the token68 around a token: Bearer or Basic without a
// header's name.
func (s *scan) bearer(token piece) int {
	t, low := s.text, max(0, token.start-maxBearer)
	start := runBack(t, token.start, b64|tokenEnd, low)
	scheme := runBack(t, start, beside, max(0, start-4))
	if scheme == start || !at(t, scheme-1, 'r') && !at(t, scheme-1, 'c') && !at(t, scheme-1, 'R') && !at(t, scheme-1, 'C') {
		return 0
	}
	name := t[runBack(t, scheme, letter, max(0, scheme-8)):scheme]
	if !strings.EqualFold(name, "bearer") && !strings.EqualFold(name, "basic") {
		return 0
	}
	end := credentialsEnd(t, start)
	value := t[start:end]
	if isReference(value) || !credentials(name, value) || len(value) < minToken && !shortToken(value) {
		return 0
	}
	if strings.IndexByte(t[scheme:start], '\n') >= 0 && (len(value) < minToken || s.date(start) > start) {
		return 0
	}
	s.add(authID, start, end, likely)
	return end
}

// shortToken reports whether a token of less than minToken signs is more than a number.
func shortToken(value string) bool {
	signs := signsOf(value)
	return len(value) >= 10 && signs.digits && signs.letters
}

// bearerAfter looks for a token without any digit behind the word Bearer that ends at i.
func (s *scan) bearerAfter(i int) int {
	t, start := s.text, i
	for n := 0; n < 4 && start < len(t) && strings.IndexByte(" \t:\"'`*\\", t[start]) >= 0; n++ {
		start++
	}
	end := credentialsEnd(t, start)
	value := t[start:end]
	if start == i || len(value) < 24 || signsOf(value).digits || wordlike(value) || strings.ToLower(value) == value || strings.ToUpper(value) == value {
		return i
	}
	s.add(authID, start, end, likely)
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
