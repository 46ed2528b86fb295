package detect

// A Span is one finding: text[Start:End] is a value of the kind. Offsets are bytes of the
// text as it was given.
type Span struct {
	Start, End int
	Kind       Kind
	Score      float32 // 1 a checksum holds, 0.9 unmistakable, 0.7 by its shape, 0.5 by a word near by, less for names
}

// Find appends the values of the chosen kinds in text to dst, in order and without
// overlap. It keeps nothing, allocates nothing while it finds nothing in an ASCII text
// without escapes and encoded text, and takes time in proportion to the length of any text. A [Scanner] saves allocations
// on texts that have to be folded. Find is safe for concurrent use.
func Find(dst []Span, text string, kinds Set) []Span {
	var s Scanner
	return s.Find(dst, text, kinds)
}

// FindField is [Find] for text that is the value of a field, such as a member of a JSON
// object: the words of its name count as if they stood before the text.
func FindField(dst []Span, name, text string, kinds Set) []Span {
	var s Scanner
	return s.FindField(dst, name, text, kinds)
}

// A Scanner finds values and keeps its buffers for the next text, which hold a copy of
// the last one. The zero Scanner is ready. It is not safe for concurrent use and needs no
// closing.
type Scanner struct {
	// Rules are looked for besides the kinds of a Set. They may be changed between texts.
	Rules []*Rule

	fold  fold
	extra []Span
}

// Find is [Find] with the buffers of s.
func (s *Scanner) Find(dst []Span, text string, kinds Set) []Span {
	return s.FindField(dst, "", text, kinds)
}

// FindField is [FindField] with the buffers of s.
func (s *Scanner) FindField(dst []Span, name, text string, kinds Set) []Span {
	work := scan{text: text, field: name, kinds: kinds, rules: s.Rules, out: dst, base: len(dst), extra: s.extra}
	work.fold(&s.fold, false)
	s.extra = work.extra
	if s.fold.marks {
		other := scan{text: text, field: name, kinds: kinds, rules: s.Rules}
		other.fold(&s.fold, true)
		work.text = text
		work.join(other.out)
	}
	return work.out
}

// fold scans the copy of the text that f makes, if it needs one.
func (s *scan) fold(f *fold, borders bool) {
	text := s.text
	folded := f.read(text, borders)
	if folded {
		s.text = string(f.copy)
	}
	s.run()
	if folded {
		f.restore(text, s.out[s.base:])
	}
}
