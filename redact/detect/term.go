package detect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// terms are word lists in which the words of a text are looked up one by one, so that the
// time does not depend on how long the lists are.
type terms struct {
	first  map[string][][]string // by the first word: the others, the longest first
	script map[byte][]string     // of scripts without spaces, by the first byte, the longest first
}

// maxTermWord is the length of the longest word that can be a part of a term.
const maxTermWord = 64

// put adds a term, and reports whether it has any word.
func (d *terms) put(term string) bool {
	var words []string
	for i := 0; i < len(term); {
		if !inTerm(term[i]) {
			i++
			continue
		}
		end := termEnd(term, i)
		var buf [maxTermWord]byte
		n := foldTerm(buf[:], term[i:end])
		if n < 0 {
			return false
		}
		words = append(words, string(buf[:n]))
		i = end
	}
	if len(words) == 0 {
		return false
	}
	if d.first == nil {
		d.first, d.script = map[string][][]string{}, map[byte][]string{}
	}
	d.first[words[0]] = append(d.first[words[0]], words[1:])
	if len(words) == 1 && words[0][0] >= 0xE3 {
		d.script[words[0][0]] = append(d.script[words[0][0]], words[0])
	}
	return true
}

func (d *terms) sort() {
	for _, list := range d.first {
		slices.SortFunc(list, func(a, b []string) int { return len(b) - len(a) })
	}
	for _, list := range d.script {
		slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	}
}

// at returns the end of the longest term whose first word is text[i:end], or 0.
func (d *terms) at(text string, i, end int) int {
	var buf [maxTermWord]byte
	n := foldTerm(buf[:], text[i:end])
	if n <= 0 {
		return 0
	}
	for _, words := range d.first[string(buf[:n])] {
		if last := follows(text, end, words); last > 0 {
			return last
		}
	}
	return 0
}

// follows returns the end of words at i, each after one separator or two, or 0.
func follows(text string, i int, words []string) int {
	for _, word := range words {
		start := i
		for start < len(text) && start < i+3 && strings.IndexByte(" \t\n\r-_.,'&+/", text[start]) >= 0 {
			start++
		}
		if start == i || start == len(text) || !inTerm(text[start]) {
			return 0
		}
		end := termEnd(text, start)
		var buf [maxTermWord]byte
		n := foldTerm(buf[:], text[start:end])
		if n < 0 || string(buf[:n]) != word {
			return 0
		}
		i = end
	}
	return i
}

// inTerm reports whether a byte is a part of a word of a term.
func inTerm(b byte) bool { return class[b]&alnum != 0 || b >= utf8.RuneSelf }

func termEnd(text string, i int) int {
	for i < len(text) && inTerm(text[i]) {
		i++
	}
	return i
}

// foldTerm writes a word without case, accents and combining marks to buf and returns its
// length, or -1 if buf is too short.
func foldTerm(buf []byte, word string) int {
	n := 0
	for i := 0; i < len(word); {
		if n+utf8.UTFMax > len(buf) {
			return -1
		}
		if word[i] < utf8.RuneSelf {
			buf[n] = lower(word[i])
			n++
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(word[i:])
		if k := plain(buf[n:], word[i:i+size]); k > 0 {
			n += k
		} else if !unicode.Is(unicode.Mn, r) {
			n += utf8.EncodeRune(buf[n:], unicode.ToLower(r))
		}
		i += size
	}
	return n
}
