package remote

import (
	"strings"
	"unicode/utf8"
)

// A Unit is what offsets count.
type Unit uint8

const (
	// CodePoints are the characters of Unicode.
	CodePoints Unit = iota
	// UTF16 are code units: two for a character beyond U+FFFF.
	UTF16
)

// An Index maps offsets in units of a text to offsets in its bytes.
type Index struct {
	bytes []int // -1: within a character
}

// NewIndex makes the index of a text. A byte that is no UTF-8 is one character, as it is
// in what [Valid] makes of the text.
func NewIndex(text string, unit Unit) Index {
	x := Index{bytes: make([]int, 0, len(text)+1)}
	for i, r := range text {
		x.bytes = append(x.bytes, i)
		if unit == UTF16 && r > 0xFFFF {
			x.bytes = append(x.bytes, -1)
		}
	}
	x.bytes = append(x.bytes, len(text))
	return x
}

// Bytes returns the bytes of units start to end, and whether there are such.
func (x Index) Bytes(start, end int) (from, to int, ok bool) {
	if start < 0 || end <= start || end >= len(x.bytes) || x.bytes[start] < 0 || x.bytes[end] < 0 {
		return 0, 0, false
	}
	return x.bytes[start], x.bytes[end], true
}

// Valid is text with U+FFFD for each byte that is no UTF-8, as encoding/json writes it.
func Valid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return strings.Map(func(r rune) rune { return r }, text)
}

// A document is text[start:] of a text, cut to what a service takes.
type document struct {
	text  int // which
	start int // bytes
	body  string
}

// split cuts a text into documents; overlap is less than half of longest. A cut is made at a blank, if one is among the last
// overlap characters.
func split(dst []document, which int, text string, longest, overlap int) []document {
	start := 0
	for {
		end := advance(text, start, longest)
		if end == len(text) {
			return append(dst, document{which, start, text[start:]})
		}
		low := back(text, end, overlap)
		if n := strings.LastIndexAny(text[low:end], " \n\r\t"); n > 0 {
			end = low + n
		}
		dst = append(dst, document{which, start, text[start:end]})
		start = back(text, end, overlap)
	}
}

// advance returns the place n characters after i, or the end.
func advance(text string, i, n int) int {
	for ; n > 0 && i < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return i
}

// back returns the place n characters before i, or the beginning.
func back(text string, i, n int) int {
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:i])
		i -= size
	}
	return i
}
