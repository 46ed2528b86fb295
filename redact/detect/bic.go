package detect

// isBIC reports whether a value is a business identifier code: four letters for the bank,
// a country, two signs for the place, perhaps three for the branch (ISO 9362).
func isBIC(t string, v reference) bool {
	return v.len() == v.signs() && !v.lower && bicEnd(t, v.start) == v.end
}

// bicEnd returns the end of the BIC at i, or 0.
func bicEnd(t string, i int) int {
	end := run(t, i, alnum)
	if n := end - i; n != 8 && n != 11 || !upperOnly(t[i:i+6]) || !isCountry(t[i+4], t[i+5]) {
		return 0
	}
	for _, b := range []byte(t[i:end]) {
		if b >= 'a' {
			return 0
		}
	}
	return end
}

// isCountry reports whether two capitals are a code of ISO 3166-1, or XK for Kosovo.
func isCountry(a, b byte) bool {
	const codes = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ" +
		"DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJP" +
		"KEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZ" +
		"OMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZ" +
		"UAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW"
	for i := 0; i < len(codes); i += 2 {
		if codes[i] == a && codes[i+1] == b {
			return true
		}
	}
	return false
}
