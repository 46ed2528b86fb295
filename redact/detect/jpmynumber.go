package detect

// jpmynumber is the Japanese individual number: eleven digits and a check digit, weights 6
// 5 4 3 2 7 6 5 4 3 2 modulo 11, below 2 is 0 (J-LIS; Ordinance 85 of 2014, article 5).
var jpmynumber = identifier{
	kind: jpID, standing: byContext, forms: "9999 9999 9999", topics: myNumberTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return (11-max(1, weighted(c[:11], 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11))%10 == value(c[11]) && !allSame(c)
	},
}
