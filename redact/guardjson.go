package redact

import "strings"

// A jsonState is where a text of JSON stands: RFC 8259, section 7.
type jsonState struct {
	inString bool
	escape   int // characters of an escape that are still to come
	unicode  bool
}

func (j *jsonState) read(text string) {
	for i := range len(text) {
		j.next(text[i])
	}
}

func (j *jsonState) next(c byte) {
	switch {
	case j.escape > 0:
		j.escape--
		if c == 'u' && !j.unicode {
			j.escape, j.unicode = 4, true
		}
	case c == '"':
		j.inString = !j.inString
	case c == '\\' && j.inString:
		j.escape, j.unicode = 1, false
	}
}

// ends reports whether c ends the string.
func (j *jsonState) ends(c byte) bool { return j.inString && j.escape == 0 && c == '"' }

// hide appends stand in place of text, and what JSON needs to stay JSON: the quotes of
// strings, what stands between values, and the rest of an escape that has begun. A number
// becomes a string.
func (j *jsonState) hide(dst []byte, text, stand string) []byte {
	hidden, escape := false, 0
	put := func() {
		switch {
		case hidden && j.inString:
			dst = append(dst, stand...)
		case hidden:
			dst = append(append(append(dst, '"'), stand...), '"')
		}
		hidden = false
	}
	i := 0
	for ; i < len(text) && j.escape > 0; i++ {
		dst = append(dst, text[i])
		j.next(text[i])
	}
	for ; i < len(text); i++ {
		c := text[i]
		if c == '"' && j.escape == 0 || !j.inString && strings.IndexByte(" \n\r\t,:{}[]", c) >= 0 {
			put()
			dst = append(dst, c)
		} else {
			hidden = true
		}
		if j.escape == 0 {
			escape = i
		}
		j.next(c)
	}
	put()
	if j.escape > 0 && escape < len(text) {
		dst = append(dst, text[escape:]...)
	}
	return dst
}
