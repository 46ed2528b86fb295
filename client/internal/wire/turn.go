package wire

// A called names a tool call of a chunk.
type called struct{ choice, call int32 }

// turn ends the other texts of a choice when a tool call of it begins: models finish one
// call before they begin the next, and an SDK takes what was before for complete then. A
// text that goes on all the same opens again.
func (s *Stream) turn(c called) {
	if c.choice < 0 || c.call < s.calls[c.choice] {
		return
	}
	s.calls[c.choice] = c.call + 1
	s.flush(func(l Lane) bool { return l.major == c.choice+1 && l.minor != c.call+1 })
}
