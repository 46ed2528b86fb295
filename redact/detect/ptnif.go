package detect

// ptnif is the Portuguese NIF: nine digits, weights 9 to 2, 11 minus the rest modulo 11,
// above 9 is 0 (Autoridade Tributária; DL 14/2013).
var ptnif = identifier{
	kind: nifID, standing: byContext, forms: "999 999 999", topics: ptTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] != '0' && brazil(c[:8], 9) == value(c[8])
	},
}
