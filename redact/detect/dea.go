package detect

// dea is the registration number of the US Drug Enforcement Administration: two letters,
// six digits, and the last digit of d1 + d3 + d5 + 2(d2 + d4 + d6) (21 CFR 1301; DEA
// Diversion Control, "Validation Form").
var dea = identifier{
	kind: deaID, standing: byContext, forms: "AA9999999", topics: deaTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return weighted(c[2:8], 1, 2, 1, 2, 1, 2)%10 == value(c[8])
	},
}
