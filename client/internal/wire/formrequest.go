package wire

import (
	"bytes"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ParseForm reads the multipart/form-data body of a call in one pass and finds its texts,
// as [ParseRequest] does in JSON. The boundary is the one that the Content-Type names.
//
// A field is text unless the table of the route says that it is a constant, and it looks
// like one. A field that no table has is text, and so is its name. A file is Media, unless
// the route is one for files (see [Request]); its name is text. A name that stands twice
// is refused, unless it ends in []. Texts that stand in no JSON are Plain.
//
// After an edit, ask [Request.Intact]. The fault is an *Error with the same codes as that
// of ParseRequest.
func ParseForm(r Route, boundary string, body []byte, l Limits) (*Request, error) {
	s := documentOf(r.Operation).form
	switch {
	case r.Body != FormBody, s == nil:
		return nil, &Error{Code: event.BodyInvalid}
	case len(body) > l.Bytes():
		return nil, &Error{Code: event.BodyTooLarge, Offset: l.Bytes()}
	}
	f := former{scanner: scanner{b: body}, parts: make([]part, 0, 16)}
	if !f.split(boundary) {
		fault := f.fault
		return nil, &fault
	}
	p := &parsed{}
	w := &p.walker
	w.b, w.request, w.maxDepth, w.names = body, true, l.Depth(), p.names[:0]
	w.texts = make([]Text, 0, 16)
	form := formWalker{walker: w, shape: s, parts: f.parts, bases: map[string]bool{}}
	if !form.walk() {
		fault := w.fault
		return nil, &fault
	}
	if w.stream && !r.Streams {
		return nil, &Error{Code: event.RouteUnsupported}
	}
	form.fill(&p.Request, r)
	p.frame = newFrame(boundary, f.parts)
	w.b = nil
	return &p.Request, nil
}

// A formWalker finds the texts in the parts of a form.
type formWalker struct {
	*walker

	shape *shape
	parts []part
	bases map[string]bool // the names seen; of a[b], also a: then the value is true
	batch batchFacts
}

func (f *formWalker) walk() bool {
	for i := range f.parts {
		if !f.enter(&f.parts[i]) {
			return false
		}
	}
	return true
}

// enter reads one part.
func (f *formWalker) enter(p *part) bool {
	name := f.b[p.name.start:p.name.end]
	if !f.once(name) {
		return f.fail(event.BodyDuplicateName, p.name.start) >= 0
	}
	f.member = [2]int{p.name.start, p.name.end}
	base, key := splitField(name)
	r, known := fieldRule(f.shape, base, key)
	if r.mark != noMark && r.mark != markFile && r.mark != markInclude && bytes.HasSuffix(name, []byte("[]")) {
		r, known = rule{}, false // a list where the API has one value
	}
	if !known {
		if f.shape.find(base) == nil && f.shape.findFolded(base) != nil {
			return f.fail(event.BodyDuplicateName, p.name.start) >= 0
		}
		f.bare(rule{}, Name, p.name)
	}
	if p.file {
		f.bare(rule{role: User}, Value, p.filename)
	}
	switch {
	case r.mark == markFile:
		return f.file(p.content)
	case r.class == media:
		f.bare(r, Media, p.content)
		return true
	case p.file:
		f.opaqueOrText(p.content, Value)
		return true
	}
	return f.text(r, known, p.content)
}

// once reports whether name may stand here. Only a name that ends in [] may come again,
// and a name with brackets not beside the same without: readers disagree which one counts.
func (f *formWalker) once(name []byte) bool {
	base := name
	if i := bytes.IndexByte(name, '['); i >= 0 {
		base = name[:i]
	}
	bracketed, seen := f.bases[string(base)]
	if len(base) == len(name) {
		f.bases[string(name)] = false
		return !seen
	}
	if seen && !bracketed {
		return false
	}
	f.bases[string(base)] = true
	if bytes.HasSuffix(name, []byte("[]")) {
		return true
	}
	_, seen = f.bases[string(name)]
	f.bases[string(name)] = true
	return !seen
}

// splitField takes a name apart as openai-go writes it: a list is a[], a member a[b].
func splitField(name []byte) (base, key []byte) {
	name = bytes.TrimSuffix(name, []byte("[]"))
	base, key, nested := bytes.Cut(name, []byte("["))
	if !nested {
		return name, nil
	}
	if key, ok := bytes.CutSuffix(key, []byte("]")); ok && !bytes.ContainsAny(key, "[]") && len(key) != 0 {
		return base, key
	}
	return name, nil // no name of a member: unknown as a whole
}

// fieldRule finds what the table has for a field.
func fieldRule(s *shape, base, key []byte) (rule, bool) {
	m := s.find(base)
	if m == nil || key == nil {
		if m == nil {
			return rule{}, false
		}
		return m.rule, true
	}
	if m.rule.shape == nil {
		return rule{}, false
	}
	if m = m.rule.shape.find(key); m == nil {
		return rule{}, false
	}
	return m.rule, true
}

// text reads the content of a field that is no file.
func (f *formWalker) text(r rule, known bool, v span) bool {
	b := f.b[v.start:v.end]
	if !utf8.Valid(b) {
		return f.fail(event.BodyEncoding, v.start+invalidAt(b)) >= 0
	}
	if r.mark != noMark && !f.remember(r.mark, b, v) {
		return false
	}
	switch {
	case string(b) == "true", string(b) == "false":
	case r.class == numeric && isNumber(b):
	case (!known || r.shape != nil) && looksJSON(b):
		f.bare(r, JSON, v)
	default:
		f.leafOf(r, v)
	}
	return true
}

// leafOf is leaf for bytes that stand for themselves.
func (f *formWalker) leafOf(r rule, v span) {
	before, around := len(f.texts), f.role
	if r.role != NoRole {
		f.role = r.role
	}
	f.leaf(r, v.start, v.end, false)
	f.role = around
	for i := range f.texts[before:] {
		f.texts[before+i].Plain = true
	}
}

// remember takes note of a value. The marks expect what stands in JSON, where a string has
// quotes and the first byte tells the kind.
func (f *formWalker) remember(m mark, b []byte, v span) bool {
	switch {
	case m == markModel:
	case string(b) == "true", string(b) == "false":
		return f.note(m, b[0], v.start, v.end)
	case len(b) != 0 && only(b, digitByte):
		return f.note(m, '0', v.start, v.end)
	}
	return f.note(m, '"', v.start-1, v.end+1)
}

// fill is Request.fill for a form.
func (f *formWalker) fill(q *Request, r Route) {
	q.Model = string(f.b[f.model.start:f.model.end])
	q.Stream, q.Choices, q.Logprobs = f.stream, max(1, f.n), f.logprobs
	q.Stateful = r.Operation >= FileCreate
	q.Texts, q.TextBytes, q.Splinters = f.texts, f.textBytes, f.splinters
	if f.batch.lines > 0 {
		f.batch.fill(q)
		q.Refs = f.references()
	}
}

// bare takes note of bytes that are in no JSON string.
func (w *walker) bare(r rule, kind TextKind, v span) {
	before, around := len(w.texts), w.role
	if r.role != NoRole {
		w.role = r.role
	}
	w.add(rule{}, kind, v.start, v.end, false)
	w.role = around
	for i := range w.texts[before:] {
		w.texts[before+i].Plain = true
	}
}

// isNumber reports whether b is a number of the API, with too few digits for anything else.
func isNumber(b []byte) bool {
	s := scanner{b: b}
	if len(b) == 0 || b[0] != '-' && byteClasses[b[0]]&digitByte == 0 {
		return false
	}
	next, digits := s.number(0)
	return next == len(b) && digits < minCard
}
