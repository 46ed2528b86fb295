package detect

// isPlate reports whether a value may be a number plate: four to eight signs, letters and
// digits both, of which one to three letters come together (Vienna Convention on Road
// Traffic, annex 2, leaves the form to each country).
func isPlate(_ string, v reference) bool {
	return 4 <= v.signs() && v.signs() <= 8 && v.digits >= 1 && v.letters >= 1 && v.letters <= 5 && !v.lower
}
