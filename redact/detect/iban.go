package detect

// iban looks for an IBAN whose check digits stand at i: ISO 13616-1, with length and form
// per country from the IBAN registry, and ISO 7064 MOD 97-10. Any case; single
// separators may stand anywhere after the country. Letters may touch it, digits not.
func (s *scan) iban(i int) int {
	t := s.text
	start := i - 2
	if i > 0 && (t[i-1] == ' ' || t[i-1] == '-') {
		start--
	}
	if start < 0 || !is(t, start, letter) || !is(t, start+1, letter) || is(t, start-1, digit) {
		return i
	}
	form := bbanForm(lower(t[start]), lower(t[start+1]))
	if form == "" {
		return i
	}
	end, ok := s.checkIBAN(start, i, form)
	if ok && (is(t, start-1, letter) || is(t, end, letter)) && !oneCase(t[start:end]) {
		return i // a name in a program
	}
	if ok {
		s.add(ibanID, start, end, checked)
		return end
	}
	s.noPhone = max(s.noPhone, end) // the form fits, so it is at least no phone number
	if end > 0 && start == i-2 && upperOnly(t[start:i]) && !is(t, start-1, letter) && s.topicBefore(start)&cardTopic == 0 {
		s.claimed = piece{start, end} // and nothing else
	}
	return i
}

// oneCase reports whether text has no letters in both cases.
func oneCase(text string) bool {
	lowers, uppers := false, false
	for i := range len(text) {
		lowers = lowers || 'a' <= text[i] && text[i] <= 'z'
		uppers = uppers || 'A' <= text[i] && text[i] <= 'Z'
	}
	return !lowers || !uppers
}

// checkIBAN reads check digits and BBAN from i on. It returns where they end and whether
// the check holds; end is 0 if the form does not fit.
func (s *scan) checkIBAN(start, i int, form string) (end int, ok bool) {
	t := s.text
	if !is(t, i, digit) || !is(t, i+1, digit) {
		return 0, false
	}
	check := int(t[i]-'0')*10 + int(t[i+1]-'0')
	sum, end := 0, i+2
	for len(form) > 0 {
		c := form[0]
		n := int(form[1]-'0')*10 + int(form[2]-'0')
		form = form[3:]
		for ; n > 0; n-- {
			if next, _ := separator(t, end); next > 0 {
				end = next
			}
			if !is(t, end, bbanClass(c)) {
				return 0, false
			}
			sum = mod97(sum, t[end])
			end++
		}
	}
	if is(t, end, digit) {
		return 0, false
	}
	sum = mod97(mod97(sum, t[start]), t[start+1])
	return end, 2 <= check && check <= 98 && (sum*100+check)%97 == 1
}

// bbanClass returns the characters that a letter of the registry's notation allows.
func bbanClass(c byte) uint8 {
	switch c {
	case 'n':
		return digit
	case 'a':
		return letter
	}
	return alnum
}

// mod97 continues a remainder by a digit, or by a letter that counts as two: A is 10.
func mod97(sum int, c byte) int {
	if c <= '9' {
		return (sum*10 + int(c-'0')) % 97
	}
	return (sum*100 + int(lower(c)-'a') + 10) % 97
}

// bbanForm returns the form of the BBAN of a country in the notation of the IBAN registry
// (release 101), each part with two figures for its length: n digits, a letters, c either. The
// 22 countries of Africa and Asia that use the form without being in the registry are here too,
// as schwifty 2026.10 lists them.
func bbanForm(a, b byte) string {
	switch string([]byte{a, b}) {
	case "ad":
		return "n08c12"
	case "ae":
		return "n19"
	case "om":
		return "n03c16"
	case "al", "cy":
		return "n08c16"
	case "at", "ba", "ee", "lt", "mn", "xk":
		return "n16"
	case "az":
		return "a04c20"
	case "be":
		return "n12"
	case "bg":
		return "a04n06c08"
	case "bh":
		return "a04c14"
	case "bf", "bj", "ml":
		return "c02n22"
	case "bi", "cf", "cg", "cm", "dj", "ga", "gq", "km", "mg", "mr", "td":
		return "n23"
	case "br":
		return "n23a01c01"
	case "by":
		return "c04n04c16"
	case "ch", "li":
		return "n05c12"
	case "cr", "de", "me", "rs", "va":
		return "n18"
	case "cz", "es", "se", "sk", "tn":
		return "n20"
	case "dk", "fi", "fo", "gl", "sd":
		return "n14"
	case "do":
		return "c04n20"
	case "eg":
		return "n25"
	case "fk":
		return "a02n12"
	case "fr", "mc":
		return "n10c11n02"
	case "gb", "ie":
		return "a04n14"
	case "ge":
		return "a02n16"
	case "gi":
		return "a04c15"
	case "gr":
		return "n07c16"
	case "gt":
		return "c24"
	case "hn", "ni", "sv":
		return "a04n20"
	case "gw":
		return "c02n19"
	case "hr":
		return "n17"
	case "hu", "ma", "pl":
		return "n24"
	case "il", "so", "tl":
		return "n19"
	case "iq":
		return "a04n15"
	case "ci", "ne", "sn", "tg":
		return "a02n22"
	case "dz", "ir", "is":
		return "n22"
	case "it", "sm":
		return "a01n10c12"
	case "jo", "ye":
		return "a04n04c18"
	case "kw":
		return "a04c22"
	case "kz", "lu":
		return "n03c13"
	case "lb":
		return "n04c20"
	case "lc":
		return "a04c24"
	case "lv":
		return "a04c13"
	case "ao", "cv", "ly", "mz", "pt", "st":
		return "n21"
	case "md":
		return "c20"
	case "mk":
		return "n03c10n02"
	case "mt":
		return "a04n05c18"
	case "mu":
		return "a04n19a03"
	case "nl":
		return "a04n10"
	case "no":
		return "n11"
	case "pk", "ro":
		return "a04c16"
	case "ps", "qa":
		return "a04c21"
	case "ru":
		return "n14c15"
	case "sa":
		return "n02c18"
	case "sc":
		return "a04n20a03"
	case "si":
		return "n15"
	case "tr":
		return "n06c16"
	case "ua":
		return "n06c19"
	case "vg":
		return "a04n16"
	}
	return ""
}
