package detect

// isRecord reports whether a value may be the number of a medical record or of a member of a
// health plan: five to fifteen letters and digits, four or more of them digits (45 CFR
// 164.514(b)(2)(i)(H) and (I)).
func isRecord(t string, v reference) bool {
	return 5 <= v.signs() && v.signs() <= 15 && v.digits >= 4 && !v.lower && !yearRange(t[v.start:v.end])
}
