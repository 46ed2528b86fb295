package wire

import "unicode/utf8"

// Unquote appends to dst the text that the contents of a string literal stand for. The
// contents must have been read by this package; what is no escape sequence is copied.
func Unquote(dst, contents []byte) []byte {
	for i := 0; i < len(contents); {
		if c := contents[i]; c != '\\' || i+1 >= len(contents) {
			start := i
			for i++; i < len(contents) && contents[i] != '\\'; i++ {
			}
			dst = append(dst, contents[start:i]...)
			continue
		}
		c := contents[i+1]
		if c != 'u' {
			dst = append(dst, unescaped(c))
			i += 2
			continue
		}
		r, size := escapedRune(contents[i:])
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// escapedRune decodes the \u escape, or the pair of two, at the start of b.
func escapedRune(b []byte) (rune, int) {
	high, ok := escapedUnit(b)
	if !ok {
		return utf8.RuneError, min(len(b), 2)
	}
	if high < 0xD800 || high > 0xDFFF {
		return high, 6
	}
	low, ok := escapedUnit(b[6:])
	if !ok || high > 0xDBFF || low < 0xDC00 || low > 0xDFFF {
		return utf8.RuneError, 6
	}
	return (high-0xD800)<<10 + (low - 0xDC00) + 0x10000, 12
}

func escapedUnit(b []byte) (unit rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		digit := hexValue(c)
		if digit < 0 {
			return 0, false
		}
		unit = unit<<4 | digit
	}
	return unit, true
}

// Quote appends text to dst as the contents of a string literal, without the quotes. It
// escapes what RFC 8259, section 7, demands and nothing else; bytes that are not UTF-8
// become U+FFFD.
func Quote(dst []byte, text string) []byte {
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(dst, text[start:i]...)
				dst = utf8.AppendRune(dst, utf8.RuneError)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, text[start:i]...)
		dst = appendEscape(dst, c)
		i++
		start = i
	}
	return append(dst, text[start:]...)
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
