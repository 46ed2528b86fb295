package wire

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A scanner reads the tokens of RFC 8259 from b, and nothing that other parsers read in
// more than one way. Its methods take the index where a token begins and return the one
// after it, or -1 once fault is set.
type scanner struct {
	b     []byte
	fault Error
}

// fail sets the fault, unless there is one already.
func (s *scanner) fail(code event.Code, at int) int {
	if s.fault.Code == "" {
		s.fault = Error{Code: code, Offset: at}
	}
	return -1
}

// cut is the fault of a value that is missing its end.
func (s *scanner) cut() int {
	if s.fault.Code == "" {
		s.fault = Error{Code: event.BodyTruncated, Offset: len(s.b), early: true}
	}
	return -1
}

// bad is the fault of a byte that cannot stand at i, or of a missing one.
func (s *scanner) bad(i int) int {
	if i >= len(s.b) {
		return s.cut()
	}
	return s.fail(event.BodyInvalid, i)
}

// space skips white space (RFC 8259, section 2).
func (s *scanner) space(i int) int {
	for i < len(s.b) {
		switch s.b[i] {
		case ' ', '\n', '\r', '\t':
			i++
		default:
			return i
		}
	}
	return i
}

// str reads a string literal whose opening quote is at i (RFC 8259, section 7). Bytes that
// are not UTF-8 and lone surrogates are refused: parsers replace them, each in its way.
func (s *scanner) str(i int) (next int, escaped bool) {
	start := i + 1
	var high uint64
	for i = start; ; {
		i, high = nextSpecial(s.b, i, high)
		if i >= len(s.b) {
			return s.cut(), escaped
		}
		switch c := s.b[i]; c {
		case '"':
			if high&highBits != 0 && !utf8.Valid(s.b[start:i]) {
				return s.fail(event.BodyEncoding, start+invalidAt(s.b[start:i])), escaped
			}
			return i + 1, escaped
		case '\\':
			escaped = true
			if i = s.escape(i); i < 0 {
				return i, escaped
			}
		default:
			return s.fail(event.BodyInvalid, i), escaped
		}
	}
}

// escape reads the escape sequence whose backslash is at i.
func (s *scanner) escape(i int) int {
	if i+1 >= len(s.b) {
		return s.cut()
	}
	switch s.b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
	default:
		return s.fail(event.BodyInvalid, i+1)
	}
	unit := s.unit(i)
	switch {
	case unit < 0:
		return -1
	case unit < 0xD800 || unit > 0xDFFF:
		return i + 6
	case unit >= 0xDC00:
		return s.fail(event.BodyEncoding, i)
	}
	for k, c := range []byte(`\u`) {
		if i+6+k >= len(s.b) {
			return s.cut()
		}
		if s.b[i+6+k] != c {
			return s.fail(event.BodyEncoding, i)
		}
	}
	low := s.unit(i + 6)
	switch {
	case low < 0:
		return -1
	case low < 0xDC00 || low > 0xDFFF:
		return s.fail(event.BodyEncoding, i)
	}
	return i + 12
}

// unit reads the four digits of the \u escape at i.
func (s *scanner) unit(i int) rune {
	var unit rune
	for k := i + 2; k < i+6; k++ {
		if k >= len(s.b) {
			return rune(s.cut())
		}
		digit := hexValue(s.b[k])
		if digit < 0 {
			return rune(s.fail(event.BodyInvalid, k))
		}
		unit = unit<<4 | digit
	}
	return unit
}

func hexValue(c byte) rune {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0')
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10
	}
	return -1
}

// number reads a number (RFC 8259, section 6) and counts its digits.
func (s *scanner) number(i int) (next, digits int) {
	if s.b[i] == '-' {
		i++
	}
	start := i
	if i = s.digits(i); i < 0 {
		return i, 0
	}
	if s.b[start] == '0' && i > start+1 {
		return s.fail(event.BodyInvalid, start+1), 0
	}
	digits = i - start
	if i < len(s.b) && s.b[i] == '.' {
		start = i + 1
		if i = s.digits(start); i < 0 {
			return i, 0
		}
		digits += i - start
	}
	if i < len(s.b) && (s.b[i] == 'e' || s.b[i] == 'E') {
		i++
		if i < len(s.b) && (s.b[i] == '+' || s.b[i] == '-') {
			i++
		}
		start = i
		if i = s.digits(start); i < 0 {
			return i, 0
		}
		digits += i - start
	}
	return i, digits
}

// digits reads one digit or more.
func (s *scanner) digits(i int) int {
	start := i
	for i < len(s.b) && s.b[i]-'0' <= 9 {
		i++
	}
	if i == start {
		return s.bad(i)
	}
	return i
}

// word reads true, false or null.
func (s *scanner) word(i int, word string) int {
	for k := range len(word) {
		if i+k >= len(s.b) || s.b[i+k] != word[k] {
			return s.bad(i + k)
		}
	}
	return i + len(word)
}

// Eight bytes are looked at in one step, as lanes of one word.
const (
	ones     = 0x0101010101010101
	highBits = 0x80 * ones
)

// specials has a bit for each of the eight bytes of x that is a quote, a backslash or a
// control character. The lowest set bit is exact; borrows can set bits above it.
func specials(x uint64) uint64 {
	quote, slash := x^('"'*ones), x^('\\'*ones)
	return ((x-' '*ones)&^x | (quote-ones)&^quote | (slash-ones)&^slash) & highBits
}

// nextSpecial returns the index of the next quote, backslash or control character from i
// on, or len(b). Bytes that are not ASCII are passed over and or-ed into high.
func nextSpecial(b []byte, i int, high uint64) (int, uint64) {
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		if found := specials(x); found != 0 {
			n := bits.TrailingZeros64(found) >> 3
			return i + n, high | x&(1<<(n*8)-1)
		}
		high |= x
	}
	for ; i < len(b); i++ {
		c := b[i]
		if c == '"' || c == '\\' || c < ' ' {
			return i, high
		}
		high |= uint64(c)
	}
	return i, high
}

// invalidAt returns the index of the first byte of b that is not UTF-8.
func invalidAt(b []byte) int {
	i := 0
	for i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		i += size
	}
	return i
}
