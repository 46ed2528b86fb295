package detect

// isLicence reports whether a value may be the number of a driving licence: six to
// eighteen letters and digits (ISO/IEC 18013-1 leaves the form to each country), four or
// more of them digits, and no version of a software licence.
func isLicence(t string, v reference) bool {
	return 6 <= v.signs() && v.signs() <= 18 && v.digits >= 4 && !v.lower && !yearRange(t[v.start:v.end]) && !edition(t[v.start:v.end])
}

// edition reports whether text is letters, a dash and a year: DFS-2016, of a software licence.
func edition(text string) bool {
	n := len(text) - 5
	return n > 0 && text[n] == '-' && run(text, 0, letter) == n && run(text, n+1, digit) == len(text) && year(text[n+1:])
}

// yearRange reports whether text is two years with a dash: 2019-2026.
func yearRange(text string) bool {
	return len(text) == 9 && text[4] == '-' && year(text[:4]) && year(text[5:])
}
