package detect

import (
	"bytes"
	"strings"
)

// firstBreak returns the place of the first literal \n, \r or \t in text, or -1.
func firstBreak(text string) int {
	for i := 0; ; i++ {
		n := strings.IndexByte(text[i:], '\\')
		if n < 0 {
			return -1
		}
		if i += n; lineMark(next(text, i+1)) != 0 {
			return i
		}
	}
}

// breaks puts the character that they mean for the letters of literal \n, \r and \t, as
// they stand in JSON and in logs: the lengths and the backslash stay.
func (f *fold) breaks() {
	for i := 0; i < len(f.copy); i++ {
		n := bytes.IndexByte(f.copy[i:], '\\')
		if n < 0 || i+n+1 == len(f.copy) {
			return
		}
		i += n
		if b := lineMark(f.copy[i+1]); b != 0 {
			f.copy[i+1] = b
		}
	}
}

// lineMark returns what a letter means behind a backslash, or 0.
func lineMark(b byte) byte {
	switch b {
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return 0
}
