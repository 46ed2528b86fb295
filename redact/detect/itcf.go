package detect

import "strings"

// itcf is the Italian codice fiscale: letters of the names, year, month letter, day, town,
// and a letter by the sum of two tables modulo 26. L M N P Q R S T U V may stand for
// digits where two people would have the same (Agenzia delle Entrate; DM 23/12/1976).
var itcf = identifier{
	kind: cfID, standing: alone, forms: "AAA AAA XXAXX AXXXA/AAAAAA XXAXX AXXXA", topics: taxTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return fiscalCode(c)
	},
}

// fiscalCode checks the sorts of signs, the month and the last letter.
func fiscalCode(c []byte) bool {
	const asDigits = "LMNPQRSTUV"
	for _, i := range [...]int{6, 7, 9, 10, 12, 13, 14} {
		if c[i] > '9' && strings.IndexByte(asDigits, c[i]) < 0 {
			return false
		}
	}
	if strings.IndexByte("ABCDEHLMPRST", c[8]) < 0 {
		return false
	}
	// The values of 0 to 9 and A to Z at odd places, of which A to J are those of 0 to 9.
	const odd = "\x01\x00\x05\x07\x09\x0d\x0f\x11\x13\x15\x02\x04\x12\x14\x0b\x03\x06\x08\x0c\x0e\x10\x0a\x16\x19\x18\x17"
	sum := 0
	for i, b := range c[:15] {
		v := value(b)
		if v > 9 {
			v -= 10
		}
		if i%2 == 0 {
			v = int(odd[v])
		}
		sum += v
	}
	return byte(sum%26)+'A' == c[15]
}
