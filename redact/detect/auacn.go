package detect

// auacn is the Australian company number: eight digits, weights 8 to 1, and what is
// missing to a ten (ASIC, "Australian Company Number digit check").
var auacn = identifier{
	kind: acnID, standing: byContext, forms: "999 999 999", topics: acnTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return weighted(c, 8, 7, 6, 5, 4, 3, 2, 1, 1)%10 == 0 && !allSame(c)
	},
}
