package detect

// sepnr is the Swedish personnummer: date of birth, order, Luhn over the last ten digits.
// Coordination numbers add 60 to the day (Skatteverket, SKV 704; folkbokföringslagen, §
// 18).
var sepnr = identifier{
	kind: pnrID, standing: ifGrouped, forms: "999999 9999/99999999 9999", topics: swedishTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		c = c[len(c)-10:]
		day := decimalOf(c[4:6])
		return luhn(c) && between(c[2:4], 1, 12) && (1 <= day && day <= 31 || 61 <= day && day <= 91)
	},
}

// centenarian looks for a personnummer of somebody who is a hundred or more at i, in which the plus
// behind six digits stands for the dash. A word must stand near by, as a time may look like it: 120908+0200.
func (s *scan) centenarian(i int) int {
	t := s.text
	if end := i + 11; s.word.len() == 6 && digitsAt(t, i+7, 4) && !is(t, end, letter) {
		var c signs
		copy(c[:], t[i:i+6])
		copy(c[6:], t[i+7:end])
		if sepnr.check(c, 10) && s.context(i, end, sepnr.topics) {
			s.add(pnrID, i, end, checked)
			return end
		}
	}
	return i
}
