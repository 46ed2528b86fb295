package detect

// ahv looks for a Swiss AHV number: 756, nine digits and the check digit of an
// EAN-13, written 756.1234.5678.97, with other separators, or without (BSV, "Die
// AHV-Nummer"; GS1 General Specifications, section 7.9).
func (s *scan) ahv(g *groups) int {
	i := g.start
	if g.value(0, 3) != 756 {
		return i
	}
	var last int
	switch {
	case g.size(0) == 13:
		last = 0
	case g.are(3, 4, 4, 2):
		last = 3
	default:
		return i
	}
	end := g.end(last)
	if is(s.text, end, letter) || !ean13(g.digits[:13]) {
		return i
	}
	s.add(ahvID, i, end, checked)
	return end
}

// ean13 reports whether the last of 13 digits is the check digit of the others.
func ean13(digits []byte) bool {
	sum := 0
	for i, d := range digits {
		sum += int(d) * (1 + i%2*2)
	}
	return sum%10 == 0
}
