package detect

// nric is the Singaporean NRIC or FIN: a letter for the series, seven digits, weights 2 7
// 6 5 4 3 2, a letter by the rest modulo 11 (ICA; National Registration Act 1965). The
// letters of the series M rest on one example.
var nric = identifier{
	kind: nricID, standing: alone, forms: "A9999999A", topics: nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return nricLetter(c) == c[8]
	},
}

// nricLetter is the last letter for the signs before it, or 0.
func nricLetter(c []byte) byte {
	sum := weighted(c[1:8], 2, 7, 6, 5, 4, 3, 2)
	switch c[0] {
	case 'S':
		return "JZIHGFEDCBA"[sum%11]
	case 'T':
		return "JZIHGFEDCBA"[(sum+4)%11]
	case 'F':
		return "XWUTRQPNMLK"[sum%11]
	case 'G':
		return "XWUTRQPNMLK"[(sum+4)%11]
	case 'M':
		return "XWUTRQPNJLK"[(sum+3)%11]
	}
	return 0
}
