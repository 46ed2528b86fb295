package detect

import (
	"strings"
	"unicode/utf8"
)

// How far around an escape the text is read.
const (
	escapeBefore = 96
	escapeAfter  = 512
)

// An unescaped text is a piece of the text with its escapes decoded, and for each byte the
// place in the text that it comes from.
type unescaped struct {
	text []byte
	from []int
}

// escape looks for values that hold percent escapes (RFC 3986, section 2.1), character
// references of HTML, or \u escapes of JSON (RFC 8259, section 7), of which one may begin at
// i. The escapes in the piece around are decoded once, and a finding that holds
// one of them is one of the text.
func (s *scan) escape(i int) int {
	t := s.text
	if s.inner || i < s.escapedTo {
		return i + 1
	}
	if _, n := s.unescape(i); n == 0 {
		return i + 1
	}
	start := i
	for start > s.escapedTo && i-start < escapeBefore && t[start-1] != '\n' && t[start-1] != '"' {
		start--
	}
	end, limit := i, min(len(t), i+escapeAfter)
	for end < limit && t[end] != '\n' && t[end] != '"' {
		end++
	}
	if end == limit && limit < len(t) {
		if k := strings.LastIndexByte(t[i:end], ' '); k > 0 {
			end = i + k
		}
	}
	s.escapedTo = end
	u := s.unescapeAll(start, end)
	var f fold
	inner := scan{text: string(u.text), field: s.field, kinds: s.kinds, rules: s.rules, inner: true}
	inner.fold(&f, false)
	for _, found := range inner.out {
		from, to := u.from[found.Start], u.from[found.End]
		if to-from > found.End-found.Start {
			s.put(Span{from, to, found.Kind, found.Score})
		}
	}
	return i + 1
}

// unescapeAll decodes the escapes of text[start:end], each once.
func (s *scan) unescapeAll(start, end int) unescaped {
	u := unescaped{make([]byte, 0, end-start), make([]int, 0, end-start+1)}
	for i := start; i < end; {
		r, n := s.unescape(i)
		before := len(u.text)
		switch {
		case n == 0:
			u.text = append(u.text, s.text[i])
			n = 1
		case s.text[i] == '%':
			u.text = append(u.text, byte(r)) // one byte of UTF-8
		default:
			u.text = utf8.AppendRune(u.text, r)
		}
		for range len(u.text) - before {
			u.from = append(u.from, i)
		}
		i += n
	}
	u.from = append(u.from, end)
	return u
}

// unescape returns what the escape at i stands for and its length, or 0.
func (s *scan) unescape(i int) (rune, int) {
	t := s.text
	switch t[i] {
	case '%':
		if is(t, i+1, hex) && is(t, i+2, hex) {
			return rune(hexValue(t[i+1])<<4 | hexValue(t[i+2])), 3
		}
	case '\\':
		if at(t, i+1, 'x') && is(t, i+2, hex) && is(t, i+3, hex) {
			return rune(hexValue(t[i+2])<<4 | hexValue(t[i+3])), 4
		}
		if at(t, i+1, 'u') && run(t[:min(len(t), i+6)], i+2, hex) == i+6 {
			r := 0
			for k := i + 2; k < i+6; k++ {
				r = r<<4 | hexValue(t[k])
			}
			return rune(r), 6
		}
	case '&':
		return characterReference(t, i)
	}
	return 0, 0
}

// characterReference decodes the character reference at i.
func characterReference(t string, i int) (rune, int) {
	if at(t, i+1, '#') {
		base, k := 10, i+2
		if at(t, k, 'x') || at(t, k, 'X') {
			base, k = 16, k+1
		}
		r, first := 0, k
		for k < len(t) && k < first+7 && class[t[k]]&hex != 0 && (base == 16 || class[t[k]]&digit != 0) {
			r = r*base + hexValue(t[k])
			k++
		}
		if k == first || !at(t, k, ';') || r > utf8.MaxRune {
			return 0, 0
		}
		return rune(r), k + 1 - i
	}
	for k := range namedReferences {
		if name := &namedReferences[k]; strings.HasPrefix(t[i+1:], name.name) {
			return name.char, 1 + len(name.name)
		}
	}
	return 0, 0
}

// namedReferences are those of characters that values consist of: HTML, section 13.5.
var namedReferences = [...]struct {
	name string
	char rune
}{
	{"amp;", '&'}, {"nbsp;", ' '}, {"commat;", '@'}, {"period;", '.'}, {"hyphen;", '-'}, {"dash;", '-'}, {"ndash;", '-'},
	{"shy;", 0xAD}, {"plus;", '+'}, {"colon;", ':'}, {"lowbar;", '_'}, {"equals;", '='}, {"quot;", '"'}, {"apos;", '\''},
	{"sol;", '/'}, {"lpar;", '('}, {"rpar;", ')'}, {"num;", '#'},
}

func hexValue(b byte) int {
	if b <= '9' {
		return int(b & 0xF)
	}
	return int(lower(b)-'a') + 10
}
