package detect

// devat is the German VAT number: DE and nine digits, ISO 7064 MOD 11,10 (BZSt; § 27a
// UStG).
var devat = identifier{
	kind: vatID, standing: alone, forms: "AA 999999999/AA 999 999 999", topics: taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] == 'D' && c[1] == 'E' && c[2] != '0' && mod11and10(c[2:])
	},
}
