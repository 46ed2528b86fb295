package detect

// aadhaar is the Indian Aadhaar number: twelve digits that do not begin with 0 or 1, with
// the check of Verhoeff (UIDAI, "Aadhaar numbering scheme").
var aadhaar = identifier{
	kind: aadhaarID, standing: byContext, forms: "9999 9999 9999", topics: aadhaarTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return c[0] >= '2' && verhoeff(c)
	},
}

// verhoeff reports whether the last digit is the check digit of the others: J. Verhoeff,
// "Error Detecting Decimal Codes", 1969. The product is that of the dihedral group of ten.
func verhoeff(c []byte) bool {
	const permutation = "1576283094" // applied once for each place from the right
	sum := 0
	for i := range c {
		d := value(c[len(c)-1-i])
		for range i % 8 {
			d = int(permutation[d] - '0')
		}
		sum = dihedral(sum, d)
	}
	return sum == 0
}

func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return (a+b)%5 + 5
	case b < 5:
		return (a-b)%5 + 5
	}
	return (a - b + 5) % 5
}
