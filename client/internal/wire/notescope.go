package wire

func (w *walker) noteScope(m mark, first byte, v span) {
	switch {
	case m == markIndex:
		n, ok := w.count(first, v)
		if !ok || n >= maxChoices {
			w.badIndex = true
			return
		}
		w.scope.index = int32(n)
	case m == markOffset:
		if n, ok := w.count(first, v); ok && len(w.offsets) < maxOffsets {
			w.offsets = append(w.offsets, Offset{Start: v.start, End: v.end, At: n})
		}
	case m == markCounted:
		if n := len(w.texts); first == '"' && n > 0 && w.texts[n-1].Start == v.start+1 {
			w.counted = n
		}
	case first != '"':
	case m == markRole:
		w.scope.role = roleOf(w.bytes(inner(v)))
	case m == markItemType:
		w.scope.fallback = roleOfItem(w.bytes(inner(v)))
	}
}

func (w *walker) noteEvent(m mark, first byte, v span) {
	switch m {
	case markEventType:
		w.eventType = w.contents(first, v)
	case markEventCode:
		w.eventCode = w.contents(first, v)
	case markItem:
		w.item = w.contents(first, v)
	case markOutputIndex:
		w.output = w.index(first, v)
	case markContentIndex:
		w.content = w.index(first, v)
	case markSummaryIndex:
		w.summary = w.index(first, v)
	case markCommandIndex:
		w.command = w.index(first, v)
	}
}

// index reads an index and returns one more, or 0 for null.
func (w *walker) index(first byte, v span) int32 {
	if first == 'n' {
		return 0
	}
	n, ok := w.count(first, v)
	if !ok || n >= maxIndex {
		w.badIndex = true
		return 0
	}
	return int32(n) + 1
}

// choice takes note of a choice that has ended as an object.
func (w *walker) choice(index int32, finished bool) {
	if w.idents == nil {
		return
	}
	if finished {
		w.ended = append(w.ended, index)
	} else {
		w.begun = append(w.begun, index)
	}
}
