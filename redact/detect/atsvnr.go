package detect

// atsvnr is the Austrian social insurance number: order, check digit, date of birth;
// weights 3 7 9 5 8 4 2 1 6 modulo 11. Months 13 to 15 exist (DVSV; § 31 ASVG).
var atsvnr = identifier{
	kind: svnrID, standing: byContext, forms: "9999 999999/9999 99 99 99", topics: svnrTopic | nationalTopic | ssnTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] != '0' && weighted(c, 3, 7, 9, 0, 5, 8, 4, 2, 1, 6)%11 == value(c[3]) && between(c[4:6], 1, 31) && between(c[6:8], 1, 15)
	},
}
