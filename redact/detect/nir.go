package detect

// nir is the French social security number: sex, year, month, department, town, order, and
// 97 minus all of them modulo 97; 2A and 2B in Corsica count 19 and 18. Months above 12
// stand for unknown ones (INSEE, "Numéro de sécurité sociale").
var nir = identifier{
	kind: nirID, standing: alone, forms: "9 99 99 99 999 999 99/9 99 99 9A 999 999 99/9999999999999 99/9 99 99 99 999 999 99", topics: nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return nirKey(c)
	},
}

// nirKey reports whether sex, month and key are right.
func nirKey(c []byte) bool {
	var plain [15]byte
	copy(plain[:], c)
	n := 0
	switch c[6] {
	case 'A', 'B':
		if c[5] != '2' {
			return false
		}
		plain[5], plain[6] = '1', '9'-(c[6]-'A')
	}
	n = decimalOf(plain[:13])
	month := decimalOf(c[3:5])
	return (c[0] == '1' || c[0] == '2') && 1 <= month && (month <= 12 || 20 <= month && month <= 42 || 50 <= month) && decimalOf(plain[10:13]) > 0 && 97-n%97 == decimalOf(c[13:])
}
