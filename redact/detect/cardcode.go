package detect

// isCardCode reports whether a value is three or four digits: the code on a card (PCI DSS
// 4.0, glossary, "Card Verification Code").
func isCardCode(_ string, v reference) bool {
	return v.len() == v.digits && (v.digits == 3 || v.digits == 4)
}

// isExpiry reports whether a value is a month and a year, MM/YY or MM/YYYY, as on a card
// (ISO/IEC 7813).
func isExpiry(t string, v reference) bool {
	text := t[v.start:v.end]
	return v.letters == 0 && v.spaces == 0 && (len(text) == 5 || len(text) == 7 && text[3:5] == "20") &&
		(text[2] == '/' || text[2] == '-') && v.digits == len(text)-1 && within(text[:2], 1, 12)
}

// besideCard looks at three or four digits that follow a card or its expiry, with nothing
// between but marks.
func (s *scan) besideCard(i int) int {
	last := len(s.out) - 1
	if last < s.base || s.out[last].End > i || i-s.out[last].End > 4 || s.out[last].Kind != CreditCard && s.out[last].Kind != CardExpiry {
		return 0
	}
	for _, b := range []byte(s.text[s.out[last].End:i]) {
		if b != ' ' && b != '/' && b != ',' && b != ';' && b != '|' && b != '\t' {
			return 0
		}
	}
	end := run(s.text, i, digit)
	if n := end - i; n != 3 && n != 4 || is(s.text, end, letter) || at(s.text, end, '/') || at(s.text, end, '-') || at(s.text, end, '.') && is(s.text, end+1, digit) {
		return 0
	}
	s.add(cvvID, i, end, nearby)
	return end
}
