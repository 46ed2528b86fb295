package detect

import "strings"

// fihetu is the Finnish personal identity code: date of birth, a sign for the century,
// order, and a sign by the rest of all digits modulo 31 (DVV; act 661/2009, amended 2022
// for the new signs).
var fihetu = identifier{
	kind: hetuID, standing: ifGrouped, forms: "999999 999X", topics: finnishTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return hetu(c)
	},
}

// fihetuLetter is fihetu with a letter for the century.
var fihetuLetter = identifier{
	kind: hetuID, standing: alone, forms: "999999A999X", topics: finnishTopic | nationalTopic,
	check: func(s signs, n int) bool { return hetu(s[:n]) },
}

// hetu checks the date and the last sign. The sign for the century is among the signs if it
// is a letter, and otherwise a separator that stands before the last four.
func hetu(c []byte) bool {
	n := len(c)
	if n == 11 && strings.IndexByte("ABCDEFUVWXY", c[6]) < 0 {
		return false
	}
	number := decimalOf(c[:6])*1000 + decimalOf(c[n-4:n-1])
	return dateAt(c[0:2], c[2:4]) && "0123456789ABCDEFHJKLMNPRSTUVWXY"[number%31] == c[n-1]
}
