package detect

// kvnr is the German health insurance number: a letter that counts as two digits, eight
// digits, weights 1 2 with digit sums, modulo 10 (GKV-Spitzenverband; § 290 SGB V).
var kvnr = identifier{
	kind: kvnrID, standing: byContext, forms: "A999999999", topics: healthTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return kvnrDigit(c) == value(c[9])
	},
}

// kvnrDigit is the check digit of the signs before it.
func kvnrDigit(c []byte) int {
	letter := value(c[0]) - 9
	sum := letter/10 + digitSum(letter%10*2)
	for i, b := range c[1:9] {
		sum += digitSum(value(b) * (1 + i%2))
	}
	return sum % 10
}
