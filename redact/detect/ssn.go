package detect

// ssn looks for a US Social Security number: 536-22-1234, or nine digits with a
// word near by. Since the randomisation of 2011-06-25 no area is excluded but 000, 666
// and 900 to 999, no group but 00, no serial but 0000 (SSA, "Social Security Number
// Randomization").
func (s *scan) ssn(g *groups) int {
	i := g.start
	last, score := 0, float32(nearby)
	if g.size(0) != 9 {
		if !g.are(3, 2, 4) || g.sep != '-' && g.sep != ' ' || !at(s.text, g.end(1), g.sep) {
			return i
		}
		last, score = 2, likely
	}
	end := g.end(last)
	area, group, serial := g.value(0, 3), g.value(3, 5), g.value(5, 9)
	if area == 0 || area == 666 || area >= 900 || group == 0 || serial == 0 {
		return i
	}
	if is(s.text, end, letter) || last == 2 && s.between(i, end, '-') {
		return i
	}
	if last == 0 && !s.context(i, end, ssnTopic) {
		return i
	}
	s.add(ssnID, i, end, score)
	return end
}

// between reports whether sep and a digit stand before start or after end: the groups
// are a part of something longer.
func (s *scan) between(start, end int, sep byte) bool {
	return at(s.text, start-1, sep) && is(s.text, start-2, digit) ||
		at(s.text, end, sep) && is(s.text, end+1, digit)
}
