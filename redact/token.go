package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// Placeholder is the kind of a piece of input that looks like a placeholder. It is no
// kind of package detect.
const Placeholder detect.Kind = "PLACEHOLDER"

// kinds are all kinds that a placeholder can have.
var kinds = append(detect.Kinds(), Placeholder)

// digits are those of Crockford's base 32 in lower case: none looks like another, and
// none occurs in the name of a kind.
const digits = "0123456789abcdefghjkmnpqrstvwxyz"

// codeLen is the number of digits of a placeholder: 65 bits. Among 10,000 values of a
// session the chance that two meet is 1 in 10^12, and then the second gets others.
const codeLen = 13

// code returns the digits of a value. A try above 0 gives other digits for it.
func code(key []byte, kind detect.Kind, value string, try byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(kind))
	mac.Write([]byte{0, try}) // no kind holds a zero byte
	mac.Write([]byte(value))
	sum := mac.Sum(nil)
	high, low := binary.BigEndian.Uint64(sum), binary.BigEndian.Uint64(sum[8:])
	var out [codeLen]byte
	for i := range out {
		out[i] = digits[high>>59]
		high, low = high<<5|low>>59, low<<5
	}
	return string(out[:])
}

// scopeKey derives the key of a scope, so that scopes have nothing in common.
func scopeKey(key []byte, scope string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("sallyport placeholder scope 1\x00"))
	mac.Write([]byte(scope))
	return mac.Sum(nil)
}

// isDigit says of each byte whether it is one of digits.
var isDigit = func() (table [256]bool) {
	for i := range len(digits) {
		table[digits[i]] = true
	}
	return table
}()

// digitsAt returns how many digits, up to codeLen, text holds from i on.
func digitsAt(text string, i int) int {
	n := 0
	for n < codeLen && i+n < len(text) && isDigit[text[i+n]] {
		n++
	}
	return n
}

// nextCode returns the place of the next underscore at or after i that codeLen digits
// follow, or -1.
func nextCode(text string, i int) int {
	for {
		n := strings.IndexByte(text[i:], '_')
		if n < 0 {
			return -1
		}
		if i += n; digitsAt(text, i+1) == codeLen {
			return i
		}
		i++
	}
}

// nextLookalike returns the next piece of text, from i on, that has the form of a
// placeholder of any kind; start is -1 if there is none.
func nextLookalike(text string, i int) (start, end int) {
	for from := i; ; {
		at := nextCode(text, from)
		if at < 0 {
			return -1, -1
		}
		if n := kindBefore(text[i:at]); n > 0 {
			return at - n, at + 1 + codeLen
		}
		from = at + 1
	}
}

// kindBefore returns the length of the longest name of a kind at the end of text.
func kindBefore(text string) int {
	longest := 0
	for _, k := range kinds {
		if len(k) > longest && strings.HasSuffix(text, string(k)) {
			longest = len(k)
		}
	}
	return longest
}
