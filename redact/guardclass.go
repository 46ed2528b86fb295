package redact

import (
	"unicode"
	"unicode/utf8"
)

// A class says what a character means to a [Guard].
type class uint8

const (
	quiet   class = iota // no value needs it
	capital              // a name may begin here
	blank                // a word ends here
	single               // a word by itself: a character of a script without spaces
	hot                  // a value may hold it, or begin or end with it
)

// asciiClass are the classes of ASCII. Hot are digits and the marks that detectors
// start from, and those that only machines write.
var asciiClass = func() (table [utf8.RuneSelf]class) {
	for c := range table {
		switch {
		case '0' <= c && c <= '9':
			table[c] = hot
		case 'A' <= c && c <= 'Z':
			table[c] = capital
		case c == ' ', c == '\n', c == '\r', c == '\t':
			table[c] = blank
		}
	}
	for _, c := range "@=:_%&\\+~" {
		table[c] = hot
	}
	return table
}()

// classOf is the class of a character. One of full width is what it is in ASCII, as far as
// values begin and end with it; its commas and full stops stand by themselves.
func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		return asciiClass[r]
	case 0xFF01 <= r && r <= 0xFF5E:
		switch c := r - 0xFF01 + '!'; {
		case asciiClass[c] == hot, !apart(byte(c)), c == '.', c == '-':
			return hot
		case c == '"', c == '(':
			return capital
		}
		return single
	case unicode.IsSpace(r), unicode.Is(unicode.Zs, r):
		return blank
	case unicode.IsNumber(r), r == 0xFE6B: // and a small @
		return hot
	case unicode.IsUpper(r), unicode.IsTitle(r):
		return capital
	case inScript(r), 0x2E80 <= r && r <= 0x30FF, 0x1000 <= r && r <= 0x109F: // and the marks between
		return single
	}
	return quiet
}

// inScript reports whether r is a letter of a script that puts no space between words: Han,
// kana, Hangul; Thai, Lao, Myanmar, Khmer.
func inScript(r rune) bool {
	return (0x3005 <= r && r <= 0xD7FF || 0xF900 <= r && r <= 0xFAFF || 0x20000 <= r && r <= 0x3FFFF ||
		0x0E00 <= r && r <= 0x0EFF || 0x1000 <= r && r <= 0x109F || 0x1780 <= r && r <= 0x17FF) &&
		(unicode.IsLetter(r) || unicode.IsMark(r))
}

// width is 1 for a character that is seen, and 0 for one that detectors do not read.
func width(r rune) int {
	switch {
	case r < 0x0300:
		if r == 0xAD {
			return 0
		}
		return 1
	case 0x3040 <= r && r < 0xD800 && (r < 0xA620 || 0xAC00 <= r): // kana, Han, Hangul
		return 1
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return 0
	}
	return 1
}

// longWord is from which length on a run of letters may be a key in disguise.
const longWord = 24

// A word is a run of characters up to a blank, or a single character, and what was seen in it.
type word struct {
	start   int // in the buffer
	chars   int // without the blank
	hot     bool
	capital bool // its first letter is one
	letters bool // a letter was seen
	ascii   bool // it has only ASCII letters
	dashes  bool // two in a row
	quotes  int  // quotation marks
	last    rune
}

func (w *word) add(r rune, c class) {
	if c == blank || r >= utf8.RuneSelf && width(r) == 0 {
		return
	}
	letter := c == capital || c == quiet && unicode.IsLetter(r)
	w.ascii = (w.ascii || w.chars == 0) && letter && r < utf8.RuneSelf
	w.chars++
	w.hot = w.hot || c == hot
	w.capital = w.capital || c == capital && !w.letters
	w.letters = w.letters || letter
	w.dashes = w.dashes || r == '-' && w.last == '-'
	if r == '"' || r == 0xFF02 {
		w.quotes++
	}
	w.last = r
}

// addASCII adds the ASCII characters that text begins with, up to a blank, and returns how
// many there are.
func (w *word) addASCII(text string) int {
	n, seen := 0, uint8(0)
	for n < len(text) && text[n] < utf8.RuneSelf && asciiClass[text[n]] != blank {
		c := text[n]
		class := asciiClass[c]
		seen |= 1 << class
		letter := upper(c)-'A' < 26
		w.capital = w.capital || class == capital && !w.letters
		w.letters = w.letters || letter
		w.ascii = (w.ascii || w.chars+n == 0) && letter
		w.dashes = w.dashes || c == '-' && w.last == '-'
		if c == '"' {
			w.quotes++
		}
		w.last = rune(c)
		n++
	}
	w.chars += n
	w.hot = w.hot || seen>>hot&1 != 0
	return n
}

// class sums the word up. A very short one may be the country of an IBAN or an initial.
func (w *word) class() class {
	switch {
	case w.hot, w.dashes, w.chars > longWord:
		return hot
	case w.capital, w.ascii && w.chars <= 2:
		return capital
	}
	return quiet
}

// isHot reports whether a text without blanks is hot.
func isHot(text string) bool {
	var w word
	for _, r := range text {
		w.add(r, classOf(r))
	}
	return w.class() == hot
}
