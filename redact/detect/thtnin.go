package detect

// thtnin is the Thai identity number: thirteen digits, weights 13 to 2, 11 minus the rest
// modulo 11 modulo 10 (DOPA).
var thtnin = identifier{
	kind: thID, standing: ifGrouped, forms: "9 9999 99999 99 9", topics: thaiTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] != '0' && (11-weighted(c[:12], 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11)%10 == value(c[12])
	},
}
