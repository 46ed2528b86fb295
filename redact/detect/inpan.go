package detect

import "strings"

// inpan is the Indian permanent account number: five letters, of which the fourth tells
// the sort of holder, four digits, a letter (Income Tax Department; rule 114).
var inpan = identifier{
	kind: panID, standing: byContext, forms: "AAAAA9999A", topics: panTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return strings.IndexByte("ABCFGHJLPT", c[3]) >= 0
	},
}
