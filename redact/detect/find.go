package detect

// A Span is one finding: text[Start:End] is a value of the kind. Offsets are bytes of the
// text as it was given.
type Span struct {
	Start, End int
	Kind       Kind
	Score      float32 // 1 a checksum holds, 0.9 unmistakable, 0.7 by its shape, 0.5 by a word near by
}

// Find appends the values of the chosen kinds in text to dst, in order and without
// overlap. It keeps nothing, allocates nothing while it finds nothing in an ASCII text,
// and takes time in proportion to the length of any text. A [Scanner] saves allocations
// on texts that have to be folded. Find is safe for concurrent use.
func Find(dst []Span, text string, kinds Set) []Span {
	var s Scanner
	return s.Find(dst, text, kinds)
}

// A Scanner finds values and keeps its buffers for the next text, which hold a copy of
// the last one. The zero Scanner is ready. It is not safe for concurrent use and needs no
// closing.
type Scanner struct {
	fold fold
}

// Find is [Find] with the buffers of s.
func (s *Scanner) Find(dst []Span, text string, kinds Set) []Span {
	work := scan{text: text, kinds: kinds, out: dst, base: len(dst)}
	folded := s.fold.read(text)
	if folded {
		work.text = string(s.fold.copy)
	}
	work.run()
	if folded {
		s.fold.restore(work.out[work.base:])
	}
	return work.out
}
