package detect

import (
	"strings"
	"unicode/utf8"
)

// How much is decoded of one text in all, and of one run before it must have turned out to
// be text.
const (
	maxDecoded = 64 << 10
	probe      = 64
)

// encoded looks for values inside of the base64, base64url or hex of which a token is a
// part, one level deep. A finding inside hides the whole run. Data URLs are left alone:
// they are media.
func (s *scan) encoded(token piece) int {
	t := s.text
	if s.inner || token.start < s.decodedTo || s.decoded >= maxDecoded {
		return 0
	}
	digits := token
	if at(t, token.start, '0') && (at(t, token.start+1, 'x') || at(t, token.start+1, 'X')) {
		digits.start += 2
	}
	if digits.len() >= minToken && digits.len()%2 == 0 && run(t, digits.start, hex) == digits.end {
		if end := s.inside(digits, token, true); end > 0 {
			return end
		}
	}
	start := runBack(t, token.start, b64, s.decodedTo)
	end := run(t, token.end, b64)
	s.decodedTo = end
	if strings.HasSuffix(t[:start], ";base64,") {
		return 0
	}
	last := end
	for n := 0; n < 2 && at(t, last, '='); n++ {
		last++
	}
	return s.inside(piece{start, end}, piece{start, last}, false)
}

// inside looks for values in what the run r decodes to, and makes the whole a finding, with its
// padding or its 0x.
func (s *scan) inside(r, whole piece, ofHex bool) int {
	text := s.text[r.start:r.end]
	var first [probe]byte
	if head := decode(first[:0], text[:min(len(text), probe)], ofHex); len(head) == 0 || !printable(head, len(text) > probe) {
		return 0
	}
	decoded := decode(nil, text[:min(len(text), (maxDecoded-s.decoded)/4*4)], ofHex)
	s.decoded += len(decoded)
	if !printable(decoded, false) {
		return 0
	}
	var f fold
	inner := scan{text: string(decoded), kinds: s.kinds, rules: s.rules, inner: true}
	inner.fold(&f, false)
	best := -1
	for i, found := range inner.out {
		if found.Score >= nearby && (best < 0 || found.Score > inner.out[best].Score) {
			best = i
		}
	}
	if best < 0 {
		return 0
	}
	s.put(Span{whole.start, whole.end, inner.out[best].Kind, inner.out[best].Score})
	return whole.end
}

// decode appends what text decodes to: hex, or base64 of either alphabet. It stops at what
// is neither.
func decode(dst []byte, text string, ofHex bool) []byte {
	if ofHex {
		for i := 0; i+1 < len(text); i += 2 {
			dst = append(dst, byte(hexValue(text[i])<<4|hexValue(text[i+1])))
		}
		return dst
	}
	bits, n := uint32(0), 0
	for i := range len(text) {
		v := base64Value[text[i]]
		if v == 0 {
			break
		}
		bits = bits<<6 | uint32(v-1)
		if n++; n == 4 {
			dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
			bits, n = 0, 0
		}
	}
	switch n {
	case 2:
		dst = append(dst, byte(bits>>4))
	case 3:
		dst = append(dst, byte(bits>>10), byte(bits>>2))
	}
	return dst
}

// base64Value is the value of a sign of base64 or base64url plus one (RFC 4648, sections 4
// and 5), or 0.
var base64Value = func() (table [256]uint8) {
	const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range len(signs) {
		table[signs[i]] = uint8(i + 1)
	}
	table['-'], table['_'] = table['+'], table['/']
	return table
}()

// printable reports whether text is UTF-8 without control characters. If it is cut, its last
// character may be.
func printable(text []byte, cut bool) bool {
	for i := 0; i < len(text); {
		if b := text[i]; b < utf8.RuneSelf {
			if b < ' ' && b != '\n' && b != '\t' && b != '\r' || b == 0x7F {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return cut && len(text)-i < utf8.UTFMax
		}
		i += n
	}
	return true
}
