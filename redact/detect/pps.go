package detect

// pps is the Irish PPS number: seven digits, a letter by weights 8 to 2 modulo 23, and
// since 2013 a second letter of weight 9 (DSP; Client Identity Services).
var pps = identifier{
	kind: ppsID, standing: alone, forms: "9999999 A/9999999 AA/9999999A A", topics: nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		sum := weighted(c[:7], 8, 7, 6, 5, 4, 3, 2)
		if len(c) == 9 {
			if c[8] > 'I' && c[8] != 'W' {
				return false
			}
			if c[8] != 'W' {
				sum += 9 * (value(c[8]) - 9)
			}
		}
		return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == c[7]
	},
}
