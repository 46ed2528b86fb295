package detect

// benn is the Belgian national number: date of birth, order, and 97 minus the first nine
// digits modulo 97, with a 2 before them for those born since 2000. BIS numbers add 20 or
// 40 to the month; unknown parts are 00 (RRN, royal decree of 1984-04-03).
var benn = identifier{
	kind: beID, standing: alone, forms: "99 99 99 999 99/999999 999 99/999999 99999", topics: nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return belgian(c)
	},
}

func belgian(c []byte) bool {
	n, key := decimalOf(c[:9]), decimalOf(c[9:])
	month, day := decimalOf(c[2:4]), decimalOf(c[4:6])
	return month%20 <= 12 && month < 53 && day <= 31 && !allSame(c) && (97-n%97 == key || 97-(2_000_000_000+n)%97 == key)
}
