package detect

// rvnr is the German pension insurance number: area, date of birth, letter, order and a
// check digit; the letter counts as two digits, weights 2 1 2 5 7 1 2 1 2 1 2 1 with digit
// sums, modulo 10 (DRV; § 2 VKVV).
var rvnr = identifier{
	kind: rvnrID, standing: alone, forms: "99 999999 A 999/99 99 99 99 A 999/99999999 A 999", topics: svnrTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return rvnrDigit(c) == value(c[11]) && c[0] <= '8' && dateAt(c[2:4], c[4:6])
	},
}

// rvnrDigit is the check digit of the signs before it.
func rvnrDigit(c []byte) int {
	var d [11]int
	for i, b := range c[:8] {
		d[i] = value(b)
	}
	letter := value(c[8]) - 9
	d[8], d[9] = letter/10, letter%10
	sum := 0
	for i, w := range [...]int{2, 1, 2, 5, 7, 1, 2, 1, 2, 1} {
		sum += digitSum(d[i] * w)
	}
	return (sum + digitSum(value(c[9])*2) + value(c[10])) % 10
}
