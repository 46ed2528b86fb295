package detect

// esnif is the Spanish DNI: eight digits and a letter by their rest modulo 23 (Ministerio
// del Interior, "Cálculo del dígito de control del NIF/NIE").
var esnif = identifier{
	kind: dniID, standing: alone, forms: "99999999 A/99 999 999 A", topics: nationalTopic | taxTopic,
	check: func(s signs, n int) bool {
		c := s[:n]
		return spanish[decimalOf(c[:8])%23] == c[8]
	},
}

// spanish are the letters by the rest modulo 23.
const spanish = "TRWAGMYFPDXBNJZSQVHLCKE"
