package detect

// ahv is the Swiss AHV number: 756, nine digits and the check digit of an EAN-13, written
// 756.1234.5678.97 (BSV, "Die AHV-Nummer"; GS1 General Specifications, section 7.9).
var ahv = identifier{
	kind: ahvID, standing: alone, forms: "999 9999 9999 99/999 99999999 99/999 9999 999999",
	check: func(s signs, n int) bool {
		c := s[:n]
		return string(c[:3]) == "756" && weighted(c, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)%10 == 0
	},
}
