package redact

import (
	"encoding/binary"
	"strings"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// The kinds of this package, which package detect does not look for.
const (
	// Placeholder is the kind of a piece of input that looks like a placeholder.
	Placeholder detect.Kind = "PLACEHOLDER"
	// Other is the kind of a value that a [Detector] finds and that no kind of package
	// detect fits.
	Other detect.Kind = "OTHER"
)

// digits are those of Crockford's base 32 in lower case: none looks like another, and
// none occurs in the name of a kind.
const digits = "0123456789abcdefghjkmnpqrstvwxyz"

// codeLen is the number of digits of a placeholder: 65 bits. Among 10,000 values of a
// session the chance that two meet is 1 in 10^12, and then the second gets others.
const codeLen = 13

// maxEscapes is how many backslashes may stand before an underscore of a placeholder: one
// of Markdown, which JSON doubles.
const maxEscapes = 2

// encode writes the first 65 bits of sum in digits.
func encode(sum []byte) string {
	high, low := binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])
	var out [codeLen]byte
	for i := range out {
		out[i] = digits[high>>59]
		high, low = high<<5|low>>59, low<<5
	}
	return string(out[:])
}

// digitOf is the digit that a byte stands for in either case, or 0.
var digitOf = func() (table [256]byte) {
	for i := range len(digits) {
		d := digits[i]
		table[d] = d
		if d >= 'a' {
			table[d-'a'+'A'] = d
		}
	}
	return table
}()

// readCode returns the digits that text begins with, in lower case, how many there are up
// to codeLen, and whether they were in lower case.
func readCode(text string) (code [codeLen]byte, n int, exact bool) {
	exact = true
	for n < codeLen && n < len(text) {
		d := digitOf[text[n]]
		if d == 0 {
			break
		}
		exact = exact && d == text[n]
		code[n] = d
		n++
	}
	return code, n, exact
}

// nextCode returns the place of the next underscore at or after i that codeLen digits
// follow, or -1.
func nextCode(text string, i int) int {
	for {
		n := strings.IndexByte(text[i:], '_')
		if n < 0 {
			return -1
		}
		i += n
		if _, n, _ := readCode(text[i+1:]); n == codeLen {
			return i
		}
		i++
	}
}

// kindBefore looks for the name of a kind before the underscore at i, not reaching before
// from. It returns where the name starts, or -1, and whether it is in upper case.
func kindBefore(text string, from, i int, kind detect.Kind) (start int, exact bool) {
	i, exact = unescape(text, from, i), true
	for k := len(kind) - 1; k >= 0; k-- {
		if i--; i < from {
			return -1, false
		}
		c := text[i]
		if c != kind[k] {
			if upper(c) != kind[k] {
				return -1, false
			}
			exact = false
		}
		if c == '_' {
			i = unescape(text, from, i)
		}
	}
	return i, exact
}

// unescape steps over the backslashes before i.
func unescape(text string, from, i int) int {
	for n := 0; n < maxEscapes && i > from && text[i-1] == '\\'; n++ {
		i--
	}
	return i
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// apart reports whether a word may begin after prev, or end before it.
func apart(prev byte) bool {
	return (prev < '0' || '9' < prev) && (upper(prev) < 'A' || 'Z' < upper(prev))
}

// apartAt is apart for what stands before text[i]; prev stands before the text.
func apartAt(text string, i int, prev byte) bool {
	if i > 0 {
		prev = text[i-1]
	}
	return apart(prev)
}

// lookalikeAt returns where the longest look-alike with its last underscore at i starts,
// or -1. A changed case counts only where a word begins, as it does for restoring.
func lookalikeAt(kinds []detect.Kind, text string, i int) int {
	_, _, plain := readCode(text[i+1:])
	longest := -1
	for _, k := range kinds {
		start, exact := kindBefore(text, 0, i, k)
		if start >= 0 && (longest < 0 || start < longest) && (exact && plain || apartAt(text, start, 0)) {
			longest = start
		}
	}
	return longest
}

// nextLookalike returns the next piece of text, with its last underscore at or after i,
// that has the form of a placeholder of one of the kinds, and the place of that underscore; start
// is -1 if there is none.
func nextLookalike(kinds []detect.Kind, text string, i int) (start, at int) {
	for {
		at := nextCode(text, i)
		if at < 0 {
			return -1, -1
		}
		if start := lookalikeAt(kinds, text, at); start >= 0 {
			return start, at
		}
		i = at + 1
	}
}
