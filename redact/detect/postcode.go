package detect

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
