package detect

// cpf is the Brazilian CPF: nine digits and two check digits, weights 10 to 2 and 11 to 2,
// 11 minus the rest modulo 11, above 9 is 0; never all the same (Receita Federal, IN RFB
// 2.172/2024).
var cpf = identifier{
	kind: cpfID, standing: ifGrouped, forms: "999 999 999 99", topics: taxTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return !allSame(c) && brazil(c[:9], 10) == value(c[9]) && brazil(c[:10], 11) == value(c[10])
	},
}
