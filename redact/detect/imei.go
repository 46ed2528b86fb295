package detect

// imei is the number of a mobile device: fifteen digits, Luhn (3GPP TS 23.003, section 6.2
// and annex B).
var imei = identifier{
	kind: imeiID, standing: byContext, forms: "99 999999 999999 9/999999 99 999999 9", topics: imeiTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return luhn(c)
	},
}
