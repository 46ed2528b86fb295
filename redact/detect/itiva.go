package detect

// itiva is the Italian partita IVA: seven digits, the office, and the Luhn check (Agenzia
// delle Entrate; DPR 633/1972, article 35).
var itiva = identifier{
	kind: ivaID, standing: byContext, forms: "99999999999", topics: ivaTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		office := decimalOf(c[7:10])
		return (1 <= office && office <= 100 || office == 120 || office == 121 || office == 888 || office == 999) && luhn(c) && !allSame(c)
	},
}
