package detect

// vin is the number of a vehicle: seventeen signs without I O Q; the ninth is a check
// modulo 11 by weights (ISO 3779; 49 CFR 565.15, where the last four are digits).
// Elsewhere than in North America there is no check, so that a word is needed, see
// [vinByName].
var vin = identifier{
	kind: vinID, standing: alone, forms: "XXXXXXXXXXXXX9999", topics: vinTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return vinSigns(c) && vinDigit(c) == c[8]
	},
}

// vinByName is a VIN without the check, beside a word.
var vinByName = identifier{
	kind: vinID, standing: byContext, forms: "XXXXXXXXXXXXXXXXX", topics: vinTopic, loose: true,
	check: func(s signs, n int) bool { return vinSigns(s[:n]) },
}

// vinSigns reports whether there are letters and digits but none of I, O, Q.
func vinSigns(c []byte) bool {
	digits := 0
	for _, b := range c {
		if b == 'I' || b == 'O' || b == 'Q' {
			return false
		}
		if b <= '9' {
			digits++
		}
	}
	return digits >= 3 && digits < len(c)
}

// vinDigit is the check digit: 49 CFR 565.15(c), table III to V.
func vinDigit(c []byte) byte {
	const letters = "12345678\x0012345\x007\x00923456789" // A to Z, in which I, O, Q have none
	sum := 0
	for i, w := range [...]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2} {
		v := value(c[i])
		if v > 9 {
			v = int(letters[v-10] & 0xF)
		}
		sum += v * w
	}
	return "0123456789X"[sum%11]
}
