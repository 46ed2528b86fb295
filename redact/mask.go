package redact

import (
	"strings"
	"unicode"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// masked is what stands for a value of which nothing is kept, not even its length.
const masked = "********"

// keptDigits is how much of a number stays: what receipts show of a card.
const keptDigits = 4

// mask returns the shape of a value: letters and digits are asterisks.
func mask(kind detect.Kind, text string) string {
	switch {
	case kind == detect.EmailAddress:
		return maskAddress(text)
	case detect.Secrets().Has(kind), kind == Other, kind == Placeholder, kind == detect.IPAddress:
		return masked
	}
	return maskNumber(text)
}

// maskAddress keeps the first letter, the @ and the dots.
func maskAddress(text string) string {
	var b strings.Builder
	for i, r := range text {
		if i > 0 && r != '@' && r != '.' || !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			r = '*'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// maskNumber keeps whatever is no letter and no digit, and the last four characters of a
// number: at least eight characters, not more letters than digits.
func maskNumber(text string) string {
	total, letters := 0, 0
	for _, r := range text {
		if covered(r) {
			total++
			if !unicode.IsNumber(r) {
				letters++
			}
		}
	}
	keep := 0
	if total >= 2*keptDigits && 2*letters <= total {
		keep = keptDigits
	}
	var b strings.Builder
	for _, r := range text {
		if covered(r) {
			if total--; total >= keep {
				r = '*'
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

// covered reports whether a mask hides r: what may be read.
func covered(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r == unicode.ReplacementChar
}

// hash returns what stands for a value under [Hash].
func (s *Session) hash(kind detect.Kind, text string) string {
	sum := s.seed("HASH "+kind, 0, text)
	return string(kind) + "#" + encode(sum[:])
}
