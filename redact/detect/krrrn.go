package detect

// krrrn is the Korean resident registration number: date of birth, sex and century, six
// digits. Numbers issued since 2020-10-05 have no check digit (MOIS; Resident Registration
// Act).
var krrrn = identifier{
	kind: rrnID, standing: ifGrouped, forms: "999999 9999999", topics: koreanTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return dateAt(c[4:6], c[2:4])
	},
}
