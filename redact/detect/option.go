package detect

// option looks for a secret behind an option of a command at i, with a space between: --password
// x1. A word may go on with the sentence, as in "the --password flag", so that the value must be
// in quotes or have more than letters in one case.
func (s *scan) option(i int) int {
	t := s.text
	end := i + 2
	for end < len(t) && end < i+maxName && (class[t[end]]&alnum != 0 || t[end] == '-' || t[end] == '_') {
		end++
	}
	if !at(t, end, ' ') {
		return i + 1
	}
	var name secretName
	name.read(t, end)
	what := name.what()
	switch what {
	case passwordName, tokenName, azureName, awsName:
	default:
		return end
	}
	v := readValue(t, end)
	v.operator = '='
	if at(t, v.start, '-') || !v.likely(t, what) {
		return end
	}
	if text := t[v.start:v.end]; v.quote == 0 && run(t, v.start, letter) == v.end && changes(text) == 0 {
		return end
	}
	last := v.rest(t)
	s.add(s.kindOfSecret(what, &name, v), v.start, last, likely)
	return last
}
