package detect

// isZIP reports whether a value is a ZIP code of the United States, with or without its last
// four digits, or the digits of another country. Other things are called zip too.
func isZIP(t string, v reference) bool {
	if v.letters > 0 || v.spaces > 0 {
		return false
	}
	return v.len() == v.digits && (5 <= v.digits && v.digits <= 6 || v.digits == 4 && t[v.start] != '0') || v.len() == 10 && v.digits == 9 && at(t, v.start+5, '-')
}

// isPostcode reports whether a value has the form of a postcode (UPU S42): four to six
// digits, ZIP+4, or the mixed forms of the United Kingdom, Ireland, Canada, the
// Netherlands and others.
func isPostcode(t string, v reference) bool {
	text := t[v.start:v.end]
	if v.letters == 0 {
		return v.spaces <= 1 && (4 <= v.digits && v.digits <= 6 || v.digits == 9 && at(text, 5, '-') || v.digits == 7 && at(text, 2, '-') || v.digits == 8 && at(text, 5, '-'))
	}
	return !v.lower && 5 <= v.signs() && v.signs() <= 8 && v.digits >= 2 && v.spaces <= 1
}
