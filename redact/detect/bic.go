package detect

// isBIC reports whether a value is a business identifier code: four letters for the bank,
// a country, two signs for the place, perhaps three for the branch (ISO 9362).
func isBIC(t string, v reference) bool {
	if v.len() != v.signs() {
		return false
	}
	if v.lower {
		return smallBICEnd(t, v.start) == v.end
	}
	return bicEnd(t, v.start) == v.end
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

// smallBICEnd is bicEnd for one in lower case. It must have a digit, and not as the last of
// eight signs, as a word may: BIC required, BIC pending1.
func smallBICEnd(t string, i int) int {
	var buf [12]byte
	n := min(len(buf), len(t)-i)
	for k := range n {
		switch c := t[i+k]; {
		case 'a' <= c && c <= 'z':
			buf[k] = c - ('a' - 'A')
		case class[c]&letter == 0:
			buf[k] = c
		default:
			return 0
		}
	}
	if end := bicEnd(string(buf[:n]), 0); end > 0 && (end == 11 || class[buf[7]]&digit == 0) && run(t, i, letter) < i+end {
		return i + end
	}
	return 0
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
