package detect

import "strings"

// nino is the British National Insurance number: two letters, six digits, A to D; D F I Q
// U V never come first, O not second, and some pairs not at all (HMRC, National Insurance
// Manual NIM39110).
var nino = identifier{
	kind: ninoID, standing: alone, forms: "AA 99 99 99 A/AA 999999 A", topics: nationalTopic | ssnTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return ninoLetters(c)
	},
}

func ninoLetters(c []byte) bool {
	if strings.IndexByte("DFIQUV", c[0]) >= 0 || strings.IndexByte("DFIOQUV", c[1]) >= 0 || c[8] > 'D' {
		return false
	}
	switch string(c[:2]) {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return true
}
