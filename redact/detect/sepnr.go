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
