package ratelimit

import "unicode/utf8"

// A class is what an ASCII byte is to the estimate.
type class = uint8

const (
	wide  class = iota // not ASCII, or a control character
	blank              // a space
	space              // other white space
	upper
	lower
	digit
	punct
	classCount = 8 // a power of two
)

// classes gives each byte its class.
var classes = classify()

func classify() (table [256]class) {
	for b := range utf8.RuneSelf {
		switch {
		case 'A' <= b && b <= 'Z':
			table[b] = upper
		case 'a' <= b && b <= 'z':
			table[b] = lower
		case '0' <= b && b <= '9':
			table[b] = digit
		case b == ' ':
			table[b] = blank
		case b == '\t', b == '\n', b == '\r':
			table[b] = space
		case b > ' ' && b < 0x7F:
			table[b] = punct
		}
	}
	return table
}

// The states of the automaton that reads runs of ASCII: what was read last, and how much of
// it. A table is quicker than branches, which no processor can foretell in text.
const (
	fresh      = 0
	capitals   = 1              // so many capitals of a word, up to seven
	smalls     = capitals + 7   // so many letters of a word of which the last is small
	digits     = smalls + 7     // so many of three digits
	sign       = digits + 3     // punctuation
	gapped     = sign + 1       // one space
	signGapped = gapped + 1     // one space after punctuation
	states     = signGapped + 1 // at most 32
	rowBits    = 5 + 3          // of a state times classCount, as steps hold it
	rowMask    = 1<<rowBits - 1
	leave      = 1 << 15 // in place of a weight: the byte is none for the automaton
)

// A step is what a byte does in a state: the row of the next state below, its weight above.
type step32 = uint32

// steps is the table of the automaton, by state and class.
var steps = automaton()

func automaton() (table [1 << rowBits]step32) {
	for state := range states {
		row := table[state*classCount:]
		letters := 0 // of the word so far
		switch {
		case state >= capitals && state < smalls:
			letters = state - capitals + 1
		case state >= smalls && state < digits:
			letters = state - smalls + 1
		}
		row[wide], row[space] = leave<<rowBits, leave<<rowBits
		switch state {
		case sign:
			row[blank] = to(signGapped, 0)
		case gapped, signGapped:
			row[blank] = leave << rowBits // two of them are a gap
		default:
			row[blank] = to(gapped, 0)
		}
		row[upper], row[lower] = to(capitals, wordWeight), to(smalls, wordWeight)
		switch {
		case letters > 0:
			longer, more := min(letters, shortWord), 0
			if letters >= shortWord {
				more = longLetter
			}
			row[lower] = to(smalls+longer, more)
			if state < smalls {
				row[upper] = to(capitals+longer, more)
			} else {
				row[upper] = to(capitals, wordWeight+joined)
			}
		case state >= digits && state < sign:
			row[upper], row[lower] = to(capitals, wordWeight+joined), to(smalls, wordWeight+joined)
		}
		row[digit] = to(digits, digitTriple)
		if state == digits || state == digits+1 {
			row[digit] = to(state+1, 0)
		}
		row[punct] = to(sign, punctuation)
		if state == sign {
			row[punct] = to(sign, punctMore)
		}
	}
	return table
}

func to(state, weight int) step32 { return step32(weight)<<rowBits | step32(state*classCount) }
