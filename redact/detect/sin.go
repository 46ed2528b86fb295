package detect

// sin is the Canadian Social Insurance Number: nine digits, Luhn, none begins with 0 or 8
// (ESDC, "Social Insurance Number Code of Practice", annex 2).
var sin = identifier{
	kind: sinID, standing: byContext, forms: "999 999 999", topics: sinTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] != '0' && c[0] != '8' && luhn(c)
	},
}
