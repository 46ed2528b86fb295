package detect

// trtckn is the Turkish identity number: eleven digits without a leading 0; the tenth is 7
// times the odd places less the even ones, the last the sum of all before, modulo 10 (NVI;
// Nüfus Hizmetleri Kanunu 5490).
var trtckn = identifier{
	kind: tcknID, standing: byContext, forms: "99999999999", topics: tcknTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		odd := weighted(c[:9], 1, 0, 1, 0, 1, 0, 1, 0, 1)
		even := weighted(c[:8], 0, 1, 0, 1, 0, 1, 0, 1)
		return c[0] != '0' && (7*odd-even+100)%10 == value(c[9]) && (odd+even+value(c[9]))%10 == value(c[10])
	},
}
