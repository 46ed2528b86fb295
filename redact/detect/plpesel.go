package detect

// plpesel is the Polish PESEL: date of birth, order, check digit; weights 1 3 7 9, modulo
// 10. The century adds 20, 40, 60 or 80 to the month (MSWiA; act of 2010-09-24, article
// 15).
var plpesel = identifier{
	kind: peselID, standing: byContext, forms: "99999999999", topics: peselTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return weighted(c, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0 && between(c[4:6], 1, 31) && month20(c[2:4])
	},
}
