package detect

// cnpj is the Brazilian CNPJ: twelve digits or, since 2026-07, letters too, that count as
// their ASCII code less 48, and two check digits, weights 5 to 2, 9 to 2 and 6 to 2, 9 to
// 2 (Receita Federal, IN RFB 2.229/2024).
var cnpj = identifier{
	kind: cnpjID, standing: ifGrouped, forms: "XX XXX XXX XXXX 99", topics: taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return !allSame(c) && brazilCycle(c[:12]) == value(c[12]) && brazilCycle(c[:13]) == value(c[13])
	},
}

// brazilCycle is a check digit of weights that rise from 2 to 9 from the right, over and
// over.
func brazilCycle(c []byte) int {
	sum := 0
	for i := range c {
		sum += int(c[len(c)-1-i]-'0') * (2 + i%8)
	}
	return elevenMinus(sum) % 10
}
