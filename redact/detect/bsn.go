package detect

// bsn is the Dutch burgerservicenummer: nine digits, weights 9 to 2 and -1, modulo 11
// (RvIG, "Elfproef"; Wabb).
var bsn = identifier{
	kind: bsnID, standing: byContext, forms: "999 999 999/9999 99 999/999 99 9999", topics: bsnTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return !allSame(c) && weighted(c, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0
	},
}
