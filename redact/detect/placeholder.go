package detect

import "strings"

// placeholderDigits is how many digits a placeholder of package redact has.
const placeholderDigits = 13

// withinPlaceholder reports whether s.text[start:end] is a placeholder of package redact or
// a part of one. A placeholder is no value, whatever its name and digits look like; if it
// comes from outside, package redact replaces it as a whole.
func (s *scan) withinPlaceholder(start, end int) bool {
	for e := end; e <= end+placeholderDigits+1 && e <= len(s.text); e++ {
		if kind, ok := s.placeholderBefore(s.text[:e]); ok && e-placeholderDigits-1-len(kind) <= start {
			return true
		}
	}
	return false
}

// placeholderBefore returns the kind of the placeholder that text ends with.
func (s *scan) placeholderBefore(text string) (Kind, bool) {
	i := len(text) - placeholderDigits
	if !at(text, i-1, '_') {
		return "", false
	}
	for _, c := range []byte(text[i:]) {
		if class[c]&digit == 0 && (c < 'a' || 'z' < c) {
			return "", false
		}
	}
	for k := range registry {
		if strings.HasSuffix(text[:i-1], string(registry[k].kind)) {
			return registry[k].kind, true
		}
	}
	for _, r := range s.rules {
		if strings.HasSuffix(text[:i-1], string(r.kind)) {
			return r.kind, true
		}
	}
	return "", false
}
