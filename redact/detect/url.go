package detect

import "strings"

// url looks for a URL whose colon is at i: http, https, ftp or another scheme with two
// slashes (RFC 3986, section 3). It is looked for only if URL is asked for. One in the path of
// another, or in what was read for one, is none of its own.
func (s *scan) url(i int) {
	t := s.text
	if i < s.urlTo || !s.kinds.has(urlID) || !strings.HasPrefix(t[i:], "://") {
		return
	}
	start := runBack(t, i, letter, max(0, i-12))
	if start == i {
		return
	}
	end := i + 3
	for end < len(t) && t[end] > ' ' && strings.IndexByte("\"'<>`{}|\\^", t[end]) < 0 {
		end++
	}
	s.urlTo = end
	for end > i+3 && strings.IndexByte(".,;:!?)]", t[end-1]) >= 0 {
		end--
	}
	if end > i+3 {
		s.add(urlID, start, end, likely)
	}
}
