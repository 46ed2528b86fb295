package main

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"
)

// restore copies in to out with the values put back. It is one pass: what was put back is
// not looked at again. Placeholders count as package redact lets them count: also with
// their case changed where a word begins, and with up to two backslashes before each
// underscore. Surrogates count as they are, without a letter or a digit beside them.
func (v *values) restore(in io.Reader, out *bufio.Writer) error {
	p := pieces{in: in}
	reach := 2*v.longest + tail // one stand-in with its backslashes, and what is beside it
	for {
		if err := p.fill(64<<10 + reach); err != nil {
			return err
		}
		text := string(p.buf)
		cut := len(text)
		if !p.ended {
			cut -= reach
		}
		done := p.done
		for _, s := range v.standIns(text) {
			if s.start < done || s.start >= cut {
				continue
			}
			out.WriteString(text[done:s.start])
			out.WriteString(s.value)
			done = s.end
		}
		cut = max(cut, done)
		if _, err := out.WriteString(text[done:cut]); err != nil {
			return err
		}
		if p.ended {
			return nil
		}
		p.drop(cut, reach)
	}
}

// A standIn is a place in a text and what belongs there.
type standIn struct {
	start, end int
	value      string
}

// standIns returns all of a text, in order; placeholders first where they meet others.
func (v *values) standIns(text string) []standIn {
	var found []standIn
	for _, at := range digits.FindAllStringIndex(text, -1) {
		p, ok := v.byDigits[strings.ToLower(text[at[0]+1:at[1]])]
		if !ok {
			continue
		}
		if start := begin(text, at[0], p.Placeholder); start >= 0 {
			found = append(found, standIn{start, at[1], *p.Value})
		}
	}
	if len(v.fakes) > 0 {
		found = v.addFakes(found, text)
	}
	slices.SortStableFunc(found, func(a, b standIn) int { return cmp.Compare(a.start, b.start) })
	return found
}

// begin returns where the placeholder starts whose last underscore is text[i], or -1.
func begin(text string, i int, placeholder string) int {
	exact := text[i+1:i+tail] == placeholder[len(placeholder)-tail+1:]
	name := placeholder[:len(placeholder)-tail+1] // up to the last underscore
	for k := len(name) - 1; k >= 0; k-- {
		if i < 0 || lower(text[i]) != lower(name[k]) {
			return -1
		}
		exact = exact && text[i] == name[k]
		i--
		for n := 0; name[k] == '_' && n < 2 && i >= 0 && text[i] == '\\'; n++ {
			i--
		}
	}
	if !exact && i >= 0 && alphanumeric(text[i]) {
		return -1
	}
	return i + 1
}

func (v *values) addFakes(found []standIn, text string) []standIn {
	for i := range len(text) {
		if i > 0 && alphanumeric(text[i-1]) {
			continue
		}
		for _, n := range v.lengths {
			end := i + n
			if end > len(text) || end < len(text) && alphanumeric(text[end]) {
				continue
			}
			if value, ok := v.fakes[text[i:end]]; ok {
				found = append(found, standIn{i, end, value})
				break
			}
		}
	}
	return found
}

func alphanumeric(c byte) bool { return '0' <= c && c <= '9' || 'a' <= lower(c) && lower(c) <= 'z' }

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
