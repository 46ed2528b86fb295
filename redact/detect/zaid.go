package detect

// zaid is the South African identity number: date of birth, order, citizenship, Luhn (DHA;
// Identification Act 68 of 1997).
var zaid = identifier{
	kind: zaID, standing: byContext, forms: "999999 9999 999", topics: nationalTopic | identTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return between(c[4:6], 1, 31) && between(c[2:4], 1, 12) && c[10] <= '2' && luhn(c)
	},
}
