package detect

// maxUserinfo is the length of the longest user:password@ that is looked for.
const maxUserinfo = 128

// userinfo looks for the password of a URL before the @ at i: scheme://user:password@host
// (RFC 3986, section 3.2.1). The password alone is hidden.
func (s *scan) userinfo(i int) int {
	t, colon := s.text, 0
	low := max(0, i-maxUserinfo)
	for j := i - 1; j >= low; j-- {
		switch c := t[j]; {
		case c == ':':
			colon = j
		case c == '/':
			if colon == 0 || colon+1 == i || !at(t, j-1, '/') || !at(t, j-2, ':') || isReference(t[colon+1:i]) {
				return i
			}
			s.add(genID, colon+1, i, likely)
			return i + 1
		case c <= ' ', c == '"', c == '\'', c == '@', c == '<', c == '>':
			return i
		}
	}
	return i
}
