package detect

import "strings"

// curp is the Mexican CURP: four letters, date of birth, sex, state, three consonants, a
// sign and a check digit; 0 to 9, A to N, Ñ, O to Z count 0 to 36, weights 18 to 2
// (RENAPO, "Instructivo normativo para la asignación de la CURP", DOF 2021-10-18).
var curp = identifier{
	kind: curpID, standing: alone, forms: "AAAA999999AAAAAAX9", topics: nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return dateAt(c[8:10], c[6:8]) && strings.IndexByte("HMX", c[10]) >= 0 && curpDigit(c[:17]) == value(c[17])
	},
}

// curpDigit is the check digit of the signs before it.
func curpDigit(c []byte) int {
	sum := 0
	for i, b := range c {
		v := value(b)
		if b > 'N' {
			v++ // Ñ stands between N and O
		}
		sum += v * (18 - i)
	}
	return (10 - sum%10) % 10
}
