package detect

// dkcpr is the Danish CPR number: date of birth and four digits. Since 2007 the check
// modulo 11 is not kept by every number (CPR-kontoret, "Personnummeret i CPR").
var dkcpr = identifier{
	kind: cprID, standing: byContext, forms: "999999 9999", topics: danishTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return dateAt(c[0:2], c[2:4])
	},
}
