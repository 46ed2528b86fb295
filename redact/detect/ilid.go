package detect

// ilid is the Israeli identity number: nine digits, Luhn (Population and Immigration
// Authority).
var ilid = identifier{
	kind: ilID, standing: byContext, forms: "9 9999999 9", topics: israeliTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return luhn(c) && !allSame(c)
	},
}
