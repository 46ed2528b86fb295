package redact

import (
	"slices"
	"strings"
)

// Restore returns text with the session's own placeholders replaced by their values, or
// text itself if it holds none. What was restored is not looked at again.
func (s *Session) Restore(text string) string { return s.restore(text, nil) }

// restore is Restore with each value written as embed writes it, if embed is not nil.
func (s *Session) restore(text string, embed func(string) string) string {
	if strings.IndexByte(text, '_') < 0 {
		return text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.values) == 0 {
		return text
	}
	var out strings.Builder
	done := 0
	for {
		start, end, value := s.nextToken(text, done)
		if start < 0 {
			break
		}
		out.WriteString(text[done:start])
		if embed != nil {
			value = embed(value)
		}
		out.WriteString(value)
		done = end
		s.restored++
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

// nextToken returns the next placeholder at or after i, and its value; start is -1 if
// there is none. s.mu is held.
func (s *Session) nextToken(text string, i int) (start, end int, value string) {
	for from := i; ; {
		at := nextCode(text, from)
		if at < 0 {
			return -1, -1, ""
		}
		end = at + 1 + codeLen
		if v, ok := s.values[text[at+1:end]]; ok && strings.HasSuffix(text[i:at], string(v.kind)) {
			return at - len(v.kind), end, v.text
		}
		from = at + 1
	}
}

// open returns the length of the longest end of text that is a beginning, but not the
// whole, of a placeholder of the session.
func (s *Session) open(text string) int {
	if len(text) == 0 {
		return 0
	}
	last := text[len(text)-1]
	switch {
	case last == '_' || 'A' <= last && last <= 'Z':
		return s.openKind(text, last)
	case isDigit[last]:
		return s.openCode(text)
	}
	return 0
}

// openKind is open for a text that may end within or after the name of a kind.
func (s *Session) openKind(text string, last byte) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	longest := 0
	for _, k := range s.kinds {
		if last == '_' && len(k)+1 > longest && strings.HasSuffix(text[:len(text)-1], string(k)) {
			longest = len(k) + 1
		}
		for n := min(len(k), len(text)); n > longest; n-- {
			if k[n-1] == last && strings.HasSuffix(text, string(k[:n])) {
				longest = n
			}
		}
	}
	return longest
}

// openCode is open for a text that may end among the digits.
func (s *Session) openCode(text string) int {
	n := 1
	for n < codeLen && n < len(text) && isDigit[text[len(text)-1-n]] {
		n++
	}
	at := len(text) - n - 1
	if n >= codeLen || at < 0 || text[at] != '_' {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sort()
	part, longest := text[at+1:], 0
	i, _ := slices.BinarySearch(s.codes, part)
	for ; i < len(s.codes) && strings.HasPrefix(s.codes[i], part); i++ {
		kind := s.values[s.codes[i]].kind
		if len(kind) > longest && strings.HasSuffix(text[:at], string(kind)) {
			longest = len(kind)
		}
	}
	if longest == 0 {
		return 0
	}
	return longest + 1 + n
}

// sort puts s.codes in order. s.mu is held.
func (s *Session) sort() {
	if s.unsorted {
		slices.Sort(s.codes)
		s.unsorted = false
	}
}
