package detect

// gstin is the Indian goods and services tax number: state, PAN, entity, a sign, and the
// Luhn check modulo 36 (GSTN; CGST rules, rule 10).
var gstin = identifier{
	kind: gstinID, standing: alone, forms: "99AAAAA9999AXXX", topics: taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return between(c[:2], 1, 99) && gstinSign(c[:14]) == c[14]
	},
}

// gstinSign is the last sign for those before it.
func gstinSign(c []byte) byte {
	sum := 0
	for i, b := range c {
		v := value(b) * (1 + i%2)
		sum += v/36 + v%36
	}
	return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(36-sum%36)%36]
}
