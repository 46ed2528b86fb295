package detect

// aumedicare is the Australian Medicare number: eight digits of which the first is 2 to 6,
// a check digit by weights 1 3 7 9, issue, and perhaps the place on the card (Services
// Australia; METeOR 270101).
var aumedicare = identifier{
	kind: medicareID, standing: byContext, forms: "9999 99999 9/9999 99999 99", topics: medicareTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return '2' <= c[0] && c[0] <= '6' && weighted(c[:8], 1, 3, 7, 9, 1, 3, 7, 9)%10 == value(c[8])
	},
}
