package wire

import (
	"bytes"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Unquote appends to dst the text that the contents of a string literal stand for. The
// contents must have been read by this package; what is no escape sequence is copied.
func Unquote[T []byte | string](dst []byte, contents T) []byte {
	for i := 0; ; {
		n := slash(contents[i:])
		if n < 0 || i+n+1 >= len(contents) {
			return append(dst, contents[i:]...)
		}
		dst = append(dst, contents[i:i+n]...)
		i += n
		if c := contents[i+1]; c != 'u' {
			dst = append(dst, unescaped(c))
			i += 2
			continue
		}
		r, size := escapedRune(contents[i:])
		dst = utf8.AppendRune(dst, r)
		i += size
	}
}

// slash returns the index of the first backslash, or -1.
func slash[T []byte | string](s T) int {
	switch s := any(s).(type) {
	case string:
		return strings.IndexByte(s, '\\')
	case []byte:
		return bytes.IndexByte(s, '\\')
	}
	return -1
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
func escapedRune[T []byte | string](b T) (rune, int) {
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

func escapedUnit[T []byte | string](b T) (unit rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for i := 2; i < 6; i++ {
		digit := hexValue(b[i])
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
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	for {
		n := special(text)
		dst = append(dst, text[:n]...)
		if n == len(text) {
			return dst
		}
		dst = appendEscape(dst, text[n])
		text = text[n+1:]
	}
}

// special returns the index of the first quote, backslash or control character, or
// len(text).
func special(text string) int {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		s := text[i : i+8]
		if found := specials(uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56); found != 0 {
			return i + bits.TrailingZeros64(found)>>3
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
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
