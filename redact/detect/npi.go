package detect

// npi is the National Provider Identifier of the US: ten digits that begin with 1 or 2,
// with the Luhn check over 80840 and all of them, which adds 24 (CMS, "Requirements for
// National Provider Identifier and NPI Check Digit").
var npi = identifier{
	kind: npiID, standing: byContext, forms: "9999999999", topics: npiTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return (c[0] == '1' || c[0] == '2') && (luhnSum(c)+24)%10 == 0
	},
}
