package detect

// isPassport reports whether a value may be the number of a passport: six to nine letters
// and digits (ICAO Doc 9303, part 4, allows nine), of which three or more are digits.
func isPassport(_ string, v reference) bool {
	return 6 <= v.signs() && v.signs() <= 9 && v.digits >= 3 && v.spaces <= 1 && !v.lower && v.len()-v.signs() <= 1
}
