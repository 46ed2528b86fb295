package wire

// event applies an event of Responses or of media. name is what the stream calls it, if
// anything.
func (s *Stream) event(name []byte) bool {
	w, c := &s.walker, &s.chunk
	kind := w.bytes(w.eventType)
	if len(kind) == 0 {
		// A gateway's error has no type: {"error":{...}}.
		kind = []byte("error")
		if !w.errorSeen {
			return false
		}
	}
	rule, ok := s.dialect.events()[string(kind)]
	if !ok || len(name) != 0 && string(name) != string(kind) {
		return false
	}
	if !s.key(rule) || !s.enter() || !s.count(rule) {
		return false
	}
	s.end(rule)
	s.repeats(rule)
	if rule.fails || c.Error {
		c.Error = true
		if c.ErrorCode == "" {
			c.ErrorCode = w.constant("", w.eventCode, isErrorCode)
		}
	}
	if rule.ends == endsChoice {
		s.ended++
	}
	if rule.ends == endsAll || rule.ends == endsChoice && s.ended >= s.expected || c.Error {
		c.Terminal, s.terminal = true, true
	}
	return true
}

// count gives the offsets of the event the lane that they count in.
func (s *Stream) count(r eventRule) bool {
	if r.counts == noPart {
		return true
	}
	lane, ok := s.lane(r.counts)
	for i := range s.chunk.Offsets {
		s.chunk.Offsets[i].Lane = lane
	}
	return ok
}

// key gives the pieces of the event their lanes, now that its type is known. A delta in
// an event that has none is a whole text.
func (s *Stream) key(r eventRule) bool {
	for i := range s.chunk.Texts {
		t := &s.chunk.Texts[i]
		if !t.Piece {
			continue
		}
		part := r.piece
		object := t.Lane.part == partStdout || t.Lane.part == partStderr
		if object && r.piece == partStdout {
			part = t.Lane.part
		}
		if part == noPart || object != (r.piece == partStdout) {
			t.Piece, t.Lane, t.Kind = false, Lane{}, max(t.Kind, r.kind)
			continue
		}
		lane, ok := s.lane(part)
		if !ok {
			return false
		}
		t.Lane, t.Kind, t.Tool = lane, r.kind, r.tool
	}
	return true
}

// repeats decides which texts of the event have been said before. The walk has marked those
// that the protocol says twice; here counts whether this stream has said them.
func (s *Stream) repeats(r eventRule) {
	w, c := &s.walker, &s.chunk
	var said bool
	switch r.again {
	case saysNew:
	case afterLane:
		said = len(c.Flush) > 0
	case afterItem:
		said = s.said.has(w.output)
	case afterItems:
		said = s.said.any()
	}
	said = said && !s.resumed
	for i := range c.Texts {
		t := &c.Texts[i]
		switch {
		case t.Piece:
			t.Again = false
		case w.whole(t):
			t.Again = r.again == afterItems && said
		case w.response == (span{}):
			t.Again = t.Again && said
		}
		if w.eventCode != (span{}) && t.Start == w.eventCode.start {
			t.Tool = r.tool
		}
	}
	if c.Content || r.ends == endsItem {
		s.said.add(w.output)
	}
}

// whole reports whether t stands in the output of a whole response.
func (w *walker) whole(t *Text) bool {
	return t.Start > w.outputList.start && t.End < w.outputList.end
}

// lane is the lane of the event's keys; false if they are not keys at all.
func (s *Stream) lane(part lanePart) (Lane, bool) {
	w := &s.walker
	lane := Lane{part: part, major: w.output, minor: w.content, detail: max(w.summary, w.command)}
	if id := w.bytes(w.item); len(id) != 0 {
		if lane.ident = s.idents.number(id); lane.ident == 0 {
			return Lane{}, false
		}
	}
	return lane, w.summary == 0 || w.command == 0
}

// end flushes what the event ends.
func (s *Stream) end(r eventRule) {
	w := &s.walker
	ident := s.idents.known(w.bytes(w.item))
	sameItem := func(l Lane) bool {
		return ident != 0 && l.ident == ident || w.output != 0 && l.major == w.output
	}
	switch r.ends {
	case endsLane:
		s.flush(func(l Lane) bool {
			part := l.part
			if part == partStderr {
				part = partStdout
			}
			return part == r.part && l.ident == ident && l.major == w.output && l.minor == w.content &&
				l.detail == max(w.summary, w.command)
		})
	case endsPart:
		s.flush(func(l Lane) bool { return sameItem(l) && l.minor == w.content })
	case endsSummary:
		s.flush(func(l Lane) bool { return sameItem(l) && l.detail == w.summary })
	case endsItem:
		// The item's own id stands inside of it; its place in the output is enough.
		s.flush(sameItem)
	case endsAll:
		s.flush(func(Lane) bool { return true })
	case endsNothing, endsChoice:
		if s.chunk.Error {
			s.flush(func(Lane) bool { return true })
		}
	}
}
