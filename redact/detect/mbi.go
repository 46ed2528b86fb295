package detect

import "strings"

// mbi is the US Medicare beneficiary identifier: eleven signs of fixed sorts, letters
// without S L O I B Z, the first digit not 0 (CMS, "Understanding the MBI Format").
var mbi = identifier{
	kind: mbiID, standing: alone, forms: "9AX9 AX9 AA99", topics: recordTopic | medicareTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		for _, b := range c {
			if strings.IndexByte("SLOIBZ", b) >= 0 {
				return false
			}
		}
		return c[0] != '0'
	},
}
