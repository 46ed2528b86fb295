package detect

// isAccount reports whether a value may be the number of a bank account: six to twenty
// digits, also in groups (no standard but ISO 13616, see [scan.iban]).
func isAccount(t string, v reference) bool {
	return 6 <= v.digits && v.digits <= 20 && v.letters <= 2 && !v.lower && !yearRange(t[v.start:v.end])
}
