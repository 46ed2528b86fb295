package detect

import "strings"

// ssn looks for a US Social Security number: 536-22-1234, or nine digits or
// other separators with a word near by. Since the randomisation of 2011-06-25 no area is excluded but 000, 666
// and 900 to 999, no group but 00, no serial but 0000 (SSA, "Social Security Number
// Randomization"). With dashes, a letter may follow: that of a claim number of Medicare before 2018.
func (s *scan) ssn(g *groups) int {
	i := g.start
	last, score := 0, float32(nearby)
	if g.size(0) != 9 {
		if !g.are(3, 2, 4) || g.sep != g.second || g.sep == 0 || g.sep == '_' {
			return i
		}
		last = 2
	}
	sure := last == 2 && (g.wide == 0 || g.wide > last) && (g.sep == '-' || g.sep == ' ' && !s.counted(i))
	if sure {
		score = likely
	}
	end := g.end(last)
	kind := taxpayer(g.value(0, 3), g.value(3, 5), g.value(5, 9))
	if kind == ids {
		return i
	}
	if is(s.text, end, letter) && (!sure || g.sep != '-' || is(s.text, end+1, alnum)) || last == 2 && s.inRow(i, end, '-') {
		return i
	}
	if !sure && !s.context(i, end, ssnTopic) {
		return i
	}
	s.add(kind, i, end, score)
	return end
}

// taxpayer returns the kind of a number by its area, group and serial, or ids. An area of
// 900 and above is that of an Individual Taxpayer Identification Number with a group of 50
// to 65, 70 to 88, 90 to 92 or 94 to 99 (IRS, Internal Revenue Manual 3.21.263).
func taxpayer(area, group, serial int) id {
	switch {
	case area >= 900:
		if 50 <= group && group <= 65 || 70 <= group && group <= 88 || 90 <= group && group <= 92 || 94 <= group {
			return itinID
		}
	case area != 0 && area != 666 && group != 0 && serial != 0:
		return ssnID
	}
	return ids
}

// counted reports whether the word before i says what number it is: that of a page, or of a
// purchase order.
func (s *scan) counted(i int) bool {
	t := s.text
	for n := 0; n < 3 && i > 0 && strings.IndexByte(" #:.", t[i-1]) >= 0; n++ {
		i--
	}
	start := i
	for start > 0 && i-start < 8 && isWord(t[start-1]) {
		start--
	}
	switch t[start:i] {
	case "page", "pages", "Page", "Pages", "Seite", "Seiten", "PO", "ISBN":
		return true
	}
	return false
}

// inRow reports whether sep and a digit stand before start or after end: the groups
// are a part of something longer. Two spaces are like one.
func (s *scan) inRow(start, end int, sep byte) bool {
	t := s.text
	if sep == ' ' && at(t, start-1, ' ') && at(t, start-2, ' ') {
		start--
	}
	if sep == ' ' && at(t, end, ' ') && at(t, end+1, ' ') {
		end++
	}
	return at(t, start-1, sep) && is(t, start-2, digit) || at(t, end, sep) && is(t, end+1, digit)
}
