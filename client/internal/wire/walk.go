package wire

import "github.com/sallyport-go/sallyport/telemetry/event"

// A walker reads one JSON document, checks it, and finds in the same pass its texts and
// the few values that the pipeline needs.
type walker struct {
	scanner
	facts

	request  bool      // a document on its way out
	idents   *interner // of the stream whose event this is, or nil
	maxDepth int

	texts  []Text
	names  []nameHash // of the objects that are open
	role   Role
	also   trait
	scope  scope
	member [2]int // where the name of the member stands that is being read
	other  uint32 // the number of the member that partOther stands for
	plain  []byte // room to unescape a name
}

// reset makes w ready for another document. It keeps the memory of the slices.
func (w *walker) reset(body []byte) {
	w.scanner = scanner{b: body}
	w.facts = facts{finish: w.finish[:0], ended: w.ended[:0], begun: w.begun[:0],
		refs: w.refs[:0], called: w.called[:0], offsets: w.offsets[:0], lesser: w.lesser[:0], splinters: w.splinters[:0]}
	w.texts, w.names = w.texts[:0], w.names[:0]
	w.role, w.also, w.scope, w.other, w.member = NoRole, 0, scope{}, 0, [2]int{}
}

// A scopeKind says what an object's own members tell about the texts in it.
type scopeKind uint8

const (
	noScope     scopeKind = iota
	roleScope             // a message or an item: its role
	choiceScope           // a choice of a chunk: its index, and whether it ends
	callScope             // a tool call of a chunk: its index
	placeScope            // a part or a call of a run: its index
)

// A scope collects the members that matter to the object's scopeKind. They may come after
// the texts, so they are applied when the object ends.
type scope struct {
	role     Role
	fallback Role // what the type says where there is no role
	index    int32
	finished bool
}

// walk reads the whole of w.b, which must be one value that r describes.
func (w *walker) walk(r rule) bool { return w.walkAt(0, r) }

// walkAt does so from i on.
func (w *walker) walkAt(i int, r rule) bool {
	i = w.value(w.space(i), r, 0)
	if i < 0 {
		return false
	}
	if i = w.space(i); i != len(w.b) {
		return w.fail(event.BodyInvalid, i) >= 0
	}
	return true
}

// value reads the value that begins at i.
func (w *walker) value(i int, r rule, depth int) (next int) {
	if i >= len(w.b) {
		return w.cut()
	}
	around, also := w.role, w.also
	if r.role != NoRole {
		w.role = r.role
	}
	w.also |= r.also
	first := w.b[i]
	switch first {
	case '"':
		var escaped bool
		if next, escaped = w.str(i); next > 0 {
			w.leaf(r, i+1, next-1, escaped)
		}
	case '{':
		next = w.object(i, r, depth)
	case '[':
		next = w.array(i, r, depth)
	case 't':
		next = w.word(i, "true")
	case 'f':
		next = w.word(i, "false")
	case 'n':
		next = w.word(i, "null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		first = '0'
		next = w.numeral(i, r)
	default:
		next = w.bad(i)
	}
	w.role, w.also = around, also
	if r.mark != noMark && next >= 0 && !w.note(r.mark, first, i, next) {
		return -1
	}
	return next
}

func (w *walker) array(i int, r rule, depth int) int {
	if depth >= w.maxDepth {
		return w.fail(event.BodyTooDeep, i)
	}
	r.part = noPart // only a single string can be continued
	start, firstText := i, len(w.texts)
	if i = w.space(i + 1); i < len(w.b) && w.b[i] == ']' {
		return i + 1
	}
	spelled := r.class == splinter && i < len(w.b) && w.b[i]-'0' <= 9
	for {
		if i = w.value(i, r, depth+1); i < 0 {
			return i
		}
		i = w.space(i)
		if i < len(w.b) && w.b[i] == ']' {
			if spelled && len(w.texts) == firstText {
				w.add(r, Splinter, start, i+1, false)
			}
			return i + 1
		}
		if i >= len(w.b) || w.b[i] != ',' {
			return w.bad(i)
		}
		i = w.space(i + 1)
	}
}

func (w *walker) object(i int, r rule, depth int) int {
	if depth >= w.maxDepth {
		return w.fail(event.BodyTooDeep, i)
	}
	s := shapeOf(r)
	firstName, firstText, around := len(w.names), len(w.texts), w.scope
	firstOffset, counted := len(w.offsets), w.counted
	w.counted = 0
	if s.scope != noScope {
		w.scope = scope{}
	}
	if i = w.members(i, s, depth+1); i < 0 {
		return i
	}
	if at := repeated(w.names[firstName:]); at >= 0 {
		return w.fail(event.BodyDuplicateName, at)
	}
	w.names = w.names[:firstName]
	w.countIn(firstOffset)
	w.counted = counted
	if s.scope != noScope {
		w.leave(s.scope, w.texts[firstText:])
		w.scope = around
	}
	return i
}

// members reads an object from its opening brace at i to its end.
func (w *walker) members(i int, s *shape, depth int) int {
	var seen [maxMembers / 64]uint64
	if i = w.space(i + 1); i < len(w.b) && w.b[i] == '}' {
		return i + 1
	}
	for {
		if i >= len(w.b) || w.b[i] != '"' {
			return w.bad(i)
		}
		next, escaped := w.str(i)
		if next < 0 {
			return next
		}
		start, name := i, w.b[i+1:next-1]
		if escaped {
			w.plain = Unquote(w.plain[:0], name)
			name = w.plain
		}
		var r rule
		if m := s.find(name); m != nil {
			if seen[m.bit>>6]&(1<<(m.bit&63)) != 0 {
				return w.fail(event.BodyDuplicateName, i)
			}
			seen[m.bit>>6] |= 1 << (m.bit & 63)
			r = m.rule
		} else {
			var ok bool
			if r, ok = w.unknown(s, name, i, next, escaped); !ok {
				return -1
			}
		}
		i = w.space(next)
		if i >= len(w.b) || w.b[i] != ':' {
			return w.bad(i)
		}
		around := w.member
		w.member = [2]int{start + 1, next - 1}
		i = w.value(w.space(i+1), r, depth)
		w.member = around
		if i < 0 {
			return i
		}
		i = w.space(i)
		if i < len(w.b) && w.b[i] == '}' {
			return i + 1
		}
		if i >= len(w.b) || w.b[i] != ',' {
			return w.bad(i)
		}
		i = w.space(i + 1)
	}
}

// leave applies what an object said of itself to the texts in it.
func (w *walker) leave(kind scopeKind, within []Text) {
	switch kind {
	case roleScope:
		role := w.scope.role
		if role == NoRole {
			role = w.scope.fallback
		}
		if role == NoRole {
			return
		}
		for i := range within {
			within[i].Role = role
		}
	case choiceScope:
		for i := range within {
			if within[i].Piece {
				within[i].Lane.major = w.scope.index + 1
			}
		}
		w.choice(w.scope.index, w.scope.finished)
		for i := len(w.called) - 1; i >= 0 && w.called[i].choice < 0; i-- {
			w.called[i].choice = w.scope.index
		}
	case callScope:
		if w.idents != nil {
			w.called = append(w.called, called{choice: -1, call: w.scope.index})
		}
		for i := range within {
			if within[i].Piece {
				within[i].Lane.minor = w.scope.index + 1
			}
		}
	case placeScope:
		for i := range within {
			if within[i].Piece {
				within[i].Lane.major = w.scope.index + 1
			}
		}
	case noScope:
	}
}
