package detect

// ofField looks at text as the value of the field s.field: a secret by the name, a name of a
// person or a BIC by the label.
func (s *scan) ofField() {
	var name secretName
	name.read(s.field, len(s.field))
	switch what := name.what(); what {
	case noName, signatureName:
		s.fieldLabel()
	case authorizationName:
		s.authorize(0)
	default:
		v := secretValue{end: min(len(s.text), maxValue), quote: '"', operator: ':', tight: true}
		if v.likely(s.text, what) && oneLine(s.text) {
			s.add(s.kindOfSecret(what, &name, v), 0, len(s.text), likely)
		}
	}
}

// oneLine reports whether text has no line break.
func oneLine(text string) bool {
	for i := range len(text) {
		if text[i] == '\n' {
			return false
		}
	}
	return true
}

// fieldLabel looks for a name behind the last word of the field.
func (s *scan) fieldLabel() {
	f, end := s.field, len(s.field)
	start := end
	for start > 0 && end-start < 20 && isWord(f[start-1]) {
		start--
	}
	if end-start < 2 {
		return
	}
	first := start
	for k := end - 1; k > start; k-- {
		if camel(f, k) {
			first = k
			break
		}
	}
	before := f[start:first]
	if start > 1 && first == start {
		k := start - 1
		for k > 0 && isWord(f[k-1]) {
			k--
		}
		before = f[k : start-1]
	}
	s.labelled(f[first:end], f[start:end], before, 0)
}
