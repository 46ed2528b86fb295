package detect

// nhs is the NHS number: ten digits, weights 10 to 2, 11 minus the rest modulo 11, of
// which 10 is not issued (NHS Data Dictionary, "NHS NUMBER").
var nhs = identifier{
	kind: nhsID, standing: byContext, forms: "999 999 9999", topics: nhsTopic | recordTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return elevenMinus(weighted(c[:9], 10, 9, 8, 7, 6, 5, 4, 3, 2)) == value(c[9]) && !allSame(c)
	},
}
