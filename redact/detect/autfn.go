package detect

// autfn is the Australian tax file number: nine digits, weights 1 4 3 7 5 8 6 9 10 modulo
// 11 (ATO).
var autfn = identifier{
	kind: tfnID, standing: byContext, forms: "999 999 999", topics: tfnTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return weighted(c, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0 && !allSame(c)
	},
}
