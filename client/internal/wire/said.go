package wire

// An items is a set of the places in the output of a response, counted from 1 as in a
// [Lane]; 0 stands for what has no place.
type items struct {
	words []uint64 // grows up to maxIndex bits
	some  bool
}

func (s *items) add(place int32) {
	s.some = true
	word := int(place >> 6)
	for len(s.words) <= word {
		s.words = append(s.words, 0)
	}
	s.words[word] |= 1 << (place & 63)
}

func (s *items) has(place int32) bool {
	word := int(place >> 6)
	return word < len(s.words) && s.words[word]&(1<<(place&63)) != 0
}

// any reports whether anything was said at all.
func (s *items) any() bool { return s.some }
