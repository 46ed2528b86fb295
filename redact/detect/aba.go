package detect

// aba is the routing number of a US bank: the range of the first two digits, weights 3 7 1
// modulo 10 (American Bankers Association; Accuity, "Routing number policy").
var aba = identifier{
	kind: abaID, standing: byContext, forms: "9999 9999 9", topics: routingTopic | accountTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		first := decimalOf(c[:2])
		return (first <= 12 || 21 <= first && first <= 32 || 61 <= first && first <= 72 || first == 80) && weighted(c, 3, 7, 1, 3, 7, 1, 3, 7, 1)%10 == 0 && !allSame(c)
	},
}
