package detect

// ptcc is the number of the Portuguese citizen card: eight digits, one digit, two letters
// or digits, one digit, with the Luhn check in which letters count 10 to 35 (AMA,
// "Validação de número de documento do cartão de cidadão").
var ptcc = identifier{
	kind: ccID, standing: alone, forms: "99999999 9 AA9/99999999 9 A99/99999999 9 9A9", topics: ptTopic | nationalTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return luhn36(c)
	},
}
