package detect

import "strings"

// likelyPassword is likely for what people choose: any word may be one.
func (v *secretValue) likelyPassword(t string, signs signSet) bool {
	switch {
	case v.quote != 0:
		return (!signs.spaces || signs.digits || signs.others) && !aboutPasswords(t[v.start:v.end])
	case signs.others && !signs.letters && t[v.end-1] == '%' && run(t, v.start, digit) == v.end-1:
		return false
	case hexNumber(t[v.start:v.end]), v.isCode(t, t[v.start:v.end]), !signs.digits && strings.IndexByte(t[v.start:v.end], '/') >= 0:
		return false // or a path
	}
	return signs.digits || signs.others || v.setting(t) || v.entered(t)
}

// hexNumber reports whether a value is a number of a program: 0x48.
func hexNumber(v string) bool {
	return len(v) < 11 && strings.HasPrefix(v, "0x") && run(v, 2, hex) == len(v)
}

// unwrapped takes the value out of angle brackets, if it has letters and digits and nothing
// else: that is no name of a value that is to be put there.
func (v *secretValue) unwrapped(t string) string {
	if v.quote == 0 && at(t, v.start, '<') {
		end := run(t, v.start+1, alnum)
		if signs := signsOf(t[v.start+1 : end]); signs.digits && signs.letters && at(t, end, '>') && end-v.start > 6 {
			v.start, v.end = v.start+1, end
		}
	}
	return t[v.start:v.end]
}

// strangePassword reports whether a password begins like a variable but cannot be one.
func strangePassword(text string) bool {
	return text[0] == '$' && is(text, 1, letter) && strings.ContainsAny(text, "!@#%^&*?+=~") && signsOf(text).digits
}

// aboutPasswords reports whether a text in quotes speaks of passwords, and is none.
func aboutPasswords(text string) bool {
	return strings.Count(text, " ") > 2 && (strings.Contains(text, "assword") || strings.Contains(text, "haracter") || strings.Contains(text, "asswort") || strings.Contains(text, "eichen"))
}

// entered reports whether a value of letters alone is the only one of its line behind a
// colon, as in "Password: opensesame", and no word that says something of the value.
func (v *secretValue) entered(t string) bool {
	if v.operator != ':' || v.tight || v.end-v.start < 6 || run(t, v.start, letter) != v.end || v.end < len(t) && t[v.end] != '\n' && t[v.end] != '\r' && t[v.end] != '\\' {
		return false
	}
	switch t[v.start:v.end] {
	case "required", "optional", "string", "hidden", "invalid", "incorrect", "missing", "unknown", "encrypted", "hashed", "expired", "changed",
		"rejected", "accepted", "disabled", "enabled", "forgotten", "unchanged", "varchar", "erforderlich", "falsch", "ungültig", "leer",
		"requis", "obligatoire", "invalide", "requerido", "obligatorio", "richiesto", "obbligatorio", "changeit", "number", "boolean", "object":
		return false
	}
	return strings.ToLower(t[v.start:v.end]) == t[v.start:v.end]
}

// cell looks for a secret in the cell of a table in Markdown behind that of its name.
func (s *scan) cell(token piece) int {
	t, bar := s.text, token.start-1
	if at(t, bar, ' ') {
		bar--
	}
	if !at(t, bar, '|') || bar < 2 {
		return 0
	}
	var name secretName
	name.read(t, bar)
	what := name.what()
	if what != passwordName && what != tokenName {
		return 0
	}
	v := secretValue{start: token.start, operator: '='}
	v.end = v.scan(t, v.start, maxValue)
	if !v.likely(t, what) || !at(t, v.end, ' ') && !at(t, v.end, '|') {
		return 0
	}
	s.add(genID, v.start, v.end, likely)
	return v.end
}
