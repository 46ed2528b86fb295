package detect

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of RFC 5321, section 4.5.3.1. A local part may have 64 bytes, but senders
// that rewrite addresses exceed that, so only the limit of the whole address is kept.
const (
	maxAddress = 254
	maxLabel   = 63
)

// mail looks for an e-mail address around the @ at i: RFC 5321, section 4.1.2, with
// quoted local parts and address literals, and RFC 6531. Text in a script other than Latin,
// Greek and Cyrillic is a border, since CJK text needs no space before an address, unless the
// local part or the domain begins in such a script. In a URL with user and password, the
// password is the finding.
func (s *scan) mail(i int) int {
	if end := s.userinfo(i); end > i {
		return end
	}
	end := s.domain(i + 1)
	start := s.localPart(i)
	if end == 0 || start == i {
		return i + 1
	}
	if s.text[start:i] == "git" && at(s.text, end, ':') && is(s.text, end+1, alnum) {
		return end // a repository
	}
	if t := s.text; t[start] == '_' && at(t, end, '_') {
		start++ // _emphasis_
	}
	s.add(emailID, start, end, certain)
	return end
}

// localPart returns the start of the local part that ends at i, or i.
func (s *scan) localPart(i int) int {
	t, limit := s.text, max(0, i-maxAddress)
	if at(t, i-1, '"') {
		for j := i - 2; j >= limit && t[j] != '\n'; j-- {
			if t[j] == '"' && !at(t, j-1, '\\') {
				return j
			}
		}
		return i
	}
	start := otherLocalPart(t, i, max(0, i-maxLabel))
	if start < i {
		return start
	}
	for start > limit {
		if is(t, start-1, atext) {
			start--
		} else if n := letterBefore(t[:start]); n > 0 {
			start -= n
		} else {
			break
		}
	}
	// Marks that no address begins with but markup and sentences put there.
	for start < i && !is(t, start, alnum) && t[start] != '_' && t[start] < utf8.RuneSelf {
		start++
	}
	start += parameter(t[start:i])
	for n := 0; n < i-start; n++ {
		if t[i-1-n] == '.' && (n == 0 || t[i-n] == '.') {
			return i - n // after a dot at the end or two in a row
		}
	}
	return start
}

// parameter returns the length of what stands before a value in a query or an assignment
// that local begins with: the signs ? & = may stand in a local part, but hardly so.
func parameter(local string) int {
	if k := strings.LastIndexAny(local, "?&"); k >= 0 {
		if n := strings.IndexByte(local[k:], '='); n >= 0 {
			return k + n + 1
		}
	}
	name, _, ok := strings.Cut(local, "=")
	if !ok {
		return 0
	}
	if upperOnly(strings.ReplaceAll(name, "_", "")) {
		return len(name) + 1 // of the environment
	}
	switch strings.ToLower(name) {
	case "key", "value", "email", "e-mail", "mail", "user", "username", "user_name", "login", "to", "from", "cc", "bcc", "q", "addr", "address",
		"recipient", "sender", "account", "contact", "name", "upn", "sub", "owner", "author":
		return len(name) + 1
	}
	return 0
}

// domain returns the end of the domain at i, or 0.
func (s *scan) domain(i int) int {
	t := s.text
	if at(t, i, '[') {
		for j := i + 1; j < len(t) && j < i+50; j++ {
			if t[j] == ']' {
				return j + 1
			}
			if class[t[j]]&alnum == 0 && t[j] != ':' && t[j] != '.' {
				return 0
			}
		}
		return 0
	}
	end, dots, other := 0, 0, false
	for label := i; label < i+maxAddress; {
		j, alphabetic := label, false
		for j < len(t) && j-label < maxLabel+1 {
			if class[t[j]]&alnum != 0 || t[j] == '-' {
				alphabetic = alphabetic || class[t[j]]&letter != 0
				j++
			} else if n := letterAt(t[j:]); n > 0 {
				alphabetic = true
				j += n
			} else if n := otherLetterAt(t[j:]); n > 0 && (j > label && t[label] >= utf8.RuneSelf || j == label && (dots == 0 || other)) {
				alphabetic, other = true, true
				j += n
			} else {
				break
			}
		}
		for j > label && t[j-1] == '-' {
			j--
		}
		if n := j - label; n == 0 || n > maxLabel || t[label] == '-' {
			break
		}
		if last := topLevel(t, label, j); dots > 0 && alphabetic && last > 0 {
			end = last
		}
		if !at(t, j, '.') {
			break
		}
		dots++
		label = j + 1
	}
	return end
}

// topLevel returns the end of the top-level domain that a label is, or begins with if a hyphen
// goes on, or 0: two letters at least, and no digit in front (RFC 3696, section 2).
func topLevel(t string, label, end int) int {
	if end-label < 2 || class[t[label]]&digit != 0 {
		return 0
	}
	if n := strings.IndexByte(t[label:end], '-'); n >= 0 && !strings.EqualFold(t[label:min(end, label+4)], "xn--") {
		if end = label + n; n < 2 {
			return 0
		}
	}
	return end
}

// otherLocalPart returns the start of a local part of letters of other scripts only, or i.
// CJK text needs no space before an address, so that the whole run is taken.
func otherLocalPart(t string, i, limit int) int {
	start := i
	for start > limit && t[start-1] >= utf8.RuneSelf {
		r, n := utf8.DecodeLastRuneInString(t[:start])
		if n == 1 || !unicode.IsLetter(r) && !unicode.IsMark(r) || alphabetic(r, n) > 0 {
			break
		}
		start -= n
	}
	if letterBefore(t[:start]) > 0 {
		return i
	}
	return start
}

// otherLetterAt returns the size of the letter of another than the alphabetic scripts that
// text begins with, or 0.
func otherLetterAt(text string) int {
	if len(text) == 0 || text[0] < utf8.RuneSelf {
		return 0
	}
	if r, n := utf8.DecodeRuneInString(text); n > 1 && (unicode.IsLetter(r) || unicode.IsMark(r)) {
		return n
	}
	return 0
}

// letterBefore returns the size of the letter of an alphabetic script beyond ASCII that
// text ends with, or 0.
func letterBefore(text string) int {
	if len(text) == 0 || text[len(text)-1] < utf8.RuneSelf {
		return 0
	}
	r, n := utf8.DecodeLastRuneInString(text)
	return alphabetic(r, n)
}

// letterAt returns the size of the letter of an alphabetic script beyond ASCII that text
// begins with, or 0.
func letterAt(text string) int {
	if len(text) == 0 || text[0] < utf8.RuneSelf {
		return 0
	}
	r, n := utf8.DecodeRuneInString(text)
	return alphabetic(r, n)
}

func alphabetic(r rune, n int) int {
	if unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic) && unicode.IsLetter(r) {
		return n
	}
	return 0
}
