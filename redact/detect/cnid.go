package detect

// cnid is the Chinese identity number: area, date of birth, order, and a digit or X by
// weights modulo 11 (GB 11643-1999).
var cnid = identifier{
	kind: cnID, standing: alone, forms: "999999 99999999 999X", topics: nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return chinese(c)
	},
}

func chinese(c []byte) bool {
	if c[0] < '1' || '8' < c[0] || c[6] != '1' && c[6] != '2' || !dateAt(c[12:14], c[10:12]) {
		return false
	}
	sum := weighted(c[:17], 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
	return "10X98765432"[sum%11] == c[17]
}
