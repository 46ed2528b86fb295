package detect

// uid is the number of a Swiss business: CHE and nine digits, weights 5 4 3 2 7 6 5 4, 11
// minus the rest modulo 11, 10 not being issued (BFS, UID register; eCH-0097, "Struktur
// der UID").
var uid = identifier{
	kind: uidID, standing: alone, forms: "AAA 999 999 999", topics: taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return string(c[:3]) == "CHE" && elevenMinus(weighted(c[3:11], 5, 4, 3, 2, 7, 6, 5, 4)) == value(c[11])
	},
}
