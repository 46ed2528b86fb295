package detect

import "strings"

// esnie is the Spanish NIE: X, Y or Z for 0, 1 or 2, seven digits and the letter of a DNI.
var esnie = identifier{
	kind: nieID, standing: alone, forms: "A 9999999 A", topics: nationalTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		first := strings.IndexByte("XYZ", c[0])
		return first >= 0 && spanish[(first*10_000_000+decimalOf(c[1:8]))%23] == c[8]
	},
}
