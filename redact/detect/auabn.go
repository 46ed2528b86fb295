package detect

// auabn is the Australian business number: eleven digits, the first less 1, weights 10 1 3
// to 19 modulo 89 (Australian Business Register, "Format of the ABN").
var auabn = identifier{
	kind: abnID, standing: byContext, forms: "99 999 999 999", topics: abnTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] != '0' && (weighted(c, 10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)-10)%89 == 0
	},
}
