package detect

import (
	"unicode"
	"unicode/utf8"
)

// A fold is a copy of a text in which ordinary and hostile typography has become ASCII,
// and the way back to the text.
type fold struct {
	copy  []byte
	parts []part
	end   part // of the last part
	marks bool // among them are digits that may be the mark of a footnote
}

// A part is where a piece of the copy starts, in it and in the text. The piece is as it was in
// the text, or one ASCII character that stands for one of more bytes. Characters without a
// part were dropped.
type part struct{ copy, text int }

// read makes the copy and reports whether it differs from text: only a text with bytes
// of 0x80 or above or with backslashes can need one. With borders, small raised digits that
// may be marks of footnotes are borders and no digits.
func (f *fold) read(text string, borders bool) bool {
	f.marks = false
	first := firstFold(text)
	if first < 0 {
		if first = firstBreak(text); first < 0 {
			return false
		}
		f.copy, f.parts = append(f.copy[:0], text...), append(f.parts[:0], part{})
		f.breaks()
		return true
	}
	f.copy, f.parts, f.end = append(f.copy[:0], text[:first]...), append(f.parts[:0], part{}), part{first, first}
	for i := first; i < len(text); {
		if text[i] < utf8.RuneSelf {
			n := asciiRun(text[i:])
			f.keep(text, i, n)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		b := foldRune(r, n, f.last(), next(text, i+n))
		if raised(r) && class[f.last()]&alnum != 0 && class[next(text, i+n)]&alnum == 0 {
			f.marks = true
			if borders {
				b = kept
			}
		}
		switch b {
		case kept:
			f.keep(text, i, n)
		case dropped:
		default:
			f.parts = append(f.parts, part{len(f.copy), i})
			f.copy = append(f.copy, b)
		}
		i += n
	}
	f.breaks()
	return true
}

// raised reports whether r is a superscript digit.
func raised(r rune) bool {
	return r == 0xB2 || r == 0xB3 || r == 0xB9 || r == 0x2070 || 0x2074 <= r && r <= 0x2079
}

// keep appends text[i:i+n] to the copy, and to the last part if that goes on to there.
func (f *fold) keep(text string, i, n int) {
	if f.end != (part{len(f.copy), i}) {
		f.parts = append(f.parts, part{len(f.copy), i})
	}
	f.copy = append(f.copy, text[i:i+n]...)
	f.end = part{len(f.copy), i + n}
}

// last is the last byte of the copy.
func (f *fold) last() byte {
	if len(f.copy) == 0 {
		return utf8.RuneSelf
	}
	return f.copy[len(f.copy)-1]
}

// next is the byte at i.
func next(text string, i int) byte {
	if i >= len(text) || i < 0 {
		return utf8.RuneSelf
	}
	return text[i]
}

// restore changes the offsets of spans, which are in order, from those of the copy to
// those of the text.
func (f *fold) restore(text string, spans []Span) {
	k := 0
	find := func(at int) int {
		for k+1 < len(f.parts) && f.parts[k+1].copy <= at {
			k++
		}
		return f.parts[k].text + at - f.parts[k].copy
	}
	for i := range spans {
		span := &spans[i]
		span.Start = find(span.Start)
		last := find(span.End - 1)
		span.End = last + 1
		if text[last] >= utf8.RuneSelf && f.copy[f.parts[k].copy] < utf8.RuneSelf && last == f.parts[k].text {
			_, n := utf8.DecodeRuneInString(text[last:])
			span.End = last + n
		}
	}
}

// asciiRun returns the length of the ASCII text at the beginning of text.
func asciiRun(text string) int {
	i := 0
	for i < len(text) && text[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// firstFold returns the place of the first character that the copy would not keep, or -1.
func firstFold(text string) int {
	for i := 0; i < len(text); {
		for i+8 <= len(text) && text[i]|text[i+1]|text[i+2]|text[i+3]|text[i+4]|text[i+5]|text[i+6]|text[i+7] < utf8.RuneSelf {
			i += 8
		}
		if i == len(text) {
			break
		}
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if foldRune(r, n, next(text, i-1), next(text, i+n)) != kept {
			return i
		}
		i += n
	}
	return -1
}

// What foldRune returns beside an ASCII character.
const (
	kept    = 0x80
	dropped = 0x81
)

// foldRune returns the ASCII character that r stands for, or kept, or dropped. Broken
// UTF-8 (n is 1) is kept. A letter that only looks like an ASCII one is folded beside an
// ASCII letter or digit: words of one script stay as they are.
func foldRune(r rune, n int, before, after byte) byte {
	switch {
	case n == 1:
		return kept
	case r < 0x0300: // Latin, the bulk of European text
		switch r {
		case 0x00A0:
			return ' '
		case 0x00AD:
			return dropped
		case 0x00B2, 0x00B3:
			return byte(r-0x00B0) + '0'
		case 0x00B9:
			return '1'
		}
		return kept
	case 0x3040 <= r && r < 0xD800 && !(0xA620 <= r && r < 0xAC00): // kana, Han, Hangul
		return kept
	case 0x2000 <= r && r < 0x2070:
		return foldPunctuation(r)
	case 0xFF00 <= r && r < 0xFFF0:
		return foldFullWidth(r)
	case 0x0370 <= r && r < 0x0530:
		if (class[before]|class[after])&alnum != 0 {
			if b := lookalike(r); b != 0 {
				return b
			}
		}
	}
	return foldRare(r, before < utf8.RuneSelf)
}

// foldPunctuation folds the block General Punctuation.
func foldPunctuation(r rune) byte {
	switch {
	case r <= 0x200A, r == 0x202F, r == 0x205F:
		return ' '
	case 0x2010 <= r && r <= 0x2015:
		return '-'
	case r == 0x2024:
		return '.'
	case r == 0x2028, r == 0x2029:
		return '\n'
	case 0x200B <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2060 <= r && r <= 0x206F:
		return dropped
	}
	return kept
}

// foldFullWidth folds the block Halfwidth and Fullwidth Forms.
func foldFullWidth(r rune) byte {
	switch {
	case 0xFF01 <= r && r <= 0xFF5E:
		return byte(r - 0xFF01 + '!')
	case r == 0xFF61:
		return '.'
	case r == 0xFFA0:
		return dropped
	}
	return kept
}

// foldRare folds what is left.
func foldRare(r rune, afterASCII bool) byte {
	switch r {
	case 0x2212, 0xFE58, 0xFE63:
		return '-'
	case 0xFE6B:
		return '@'
	case 0x3002:
		return '.'
	case 0x1680, 0x3000:
		return ' '
	}
	if 0x2070 <= r && r <= 0x2089 && (r <= 0x2079 || r >= 0x2080) && r != 0x2071 && r != 0x2072 && r != 0x2073 && r&0xF <= 9 {
		return byte(r&0xF) + '0' // superscript and subscript
	}
	if value, ok := decimal(r); ok {
		return value + '0'
	}
	if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return dropped
	}
	if afterASCII && unicode.In(r, unicode.Mn, unicode.Me) {
		return dropped
	}
	return kept
}

// decimal returns the value of a decimal digit of any script. Every range of digits in
// Unicode begins with a zero and holds whole tens.
func decimal(r rune) (byte, bool) {
	for _, rg := range unicode.Nd.R16 {
		if r <= rune(rg.Hi) {
			return byte((r - rune(rg.Lo)) % 10), r >= rune(rg.Lo)
		}
	}
	for _, rg := range unicode.Nd.R32 {
		if r <= rune(rg.Hi) {
			return byte((r - rune(rg.Lo)) % 10), r >= rune(rg.Lo)
		}
	}
	return 0, false
}

// lookalike returns the ASCII letter that a Greek or Cyrillic one looks like, or 0.
func lookalike(r rune) byte {
	const greek, latin = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo"
	const cyrillic, latin2 = "АВЕКМНОРСТУХІЈЅаеорсухіјѕ", "ABEKMHOPCTYXIJSaeopcyxijs"
	n := 0
	for _, c := range greek {
		if c == r {
			return latin[n]
		}
		n++
	}
	n = 0
	for _, c := range cyrillic {
		if c == r {
			return latin2[n]
		}
		n++
	}
	return 0
}
