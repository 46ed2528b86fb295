package detect

import (
	"bytes"
	"encoding/base64"
)

// jwt looks for a JSON Web Token at i: RFC 7515, section 3.1, and RFC 7516, section 3.1.
// The header must decode to the beginning of JSON and name an algorithm. A token that
// was cut after its second dot at the latest is hidden as far as it goes.
func (s *scan) jwt(i int) int {
	if !hasAny(s.text[i:], "eyJ", "ewo", "eyA", "ew0") {
		return i
	}
	end := segment(s.text, i)
	if !at(s.text, end, '.') || !jwtHeader(s.text[i:end]) {
		return i
	}
	for n := 1; n < 5 && at(s.text, end, '.'); n++ {
		next := segment(s.text, end+1)
		if next == end+1 && !at(s.text, next, '.') && n > 2 {
			break
		}
		end = next
	}
	s.add(jwtID, i, unglued(s.text, i, end), certain)
	return end
}

// segment returns the end of the base64url text at i.
func segment(t string, i int) int {
	for i < len(t) && isToken(t[i]) {
		i++
	}
	return i
}

// jwtHeader reports whether the beginning of a segment decodes to JSON with "alg".
func jwtHeader(text string) bool {
	var src [512]byte
	n := copy(src[:], text) / 4 * 4
	if rest := len(text) - n; n < len(src)/4*4 && rest > 1 {
		n = len(text)
	}
	var out [384]byte
	decoded, _ := base64.RawURLEncoding.Decode(out[:], src[:n])
	head := bytes.TrimLeft(out[:decoded], " \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte(`"alg"`))
}
