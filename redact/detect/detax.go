package detect

// detax is the German Steuer-Identifikationsnummer: eleven digits without a leading 0, of
// the first ten one digit twice or three times and the others at most once, ISO 7064 MOD
// 11,10 (BZSt; § 139b AO; section 1 StIdV).
var detax = identifier{
	kind: taxID, standing: byContext, forms: "99 999 999 999", topics: deTaxTopic | taxTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] != '0' && oneRepeated(c[:10]) && mod11and10(c)
	},
}

// oneRepeated reports whether exactly one digit occurs more than once, at most three times.
func oneRepeated(c []byte) bool {
	var count [10]int
	for _, b := range c {
		count[value(b)]++
	}
	repeated := 0
	for _, n := range count {
		if n > 3 {
			return false
		}
		if n > 1 {
			repeated++
		}
	}
	return repeated == 1
}
