package detect

// nofnr is the Norwegian fødselsnummer: date of birth, order and two check digits, weights
// 3 7 6 1 8 9 4 5 2 and 5 4 3 2 7 6 5 4 3 2. D numbers add 40 to the day (Skatteetaten;
// folkeregisterforskriften, § 2-2-1).
var nofnr = identifier{
	kind: fnrID, standing: byContext, forms: "999999 99999", topics: norwegianTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return elevenMinus(weighted(c[:9], 3, 7, 6, 1, 8, 9, 4, 5, 2)) == value(c[9]) && elevenMinus(weighted(c[:10], 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) == value(c[10]) && decimalOf(c[:2])%40 <= 31
	},
}
