package redact

import (
	"slices"
	"strings"
	"sync"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A Session remembers what was replaced in the texts of one call, and restores that and
// nothing else. The zero Session is not usable; use [Redactor.Session]. It is safe for
// concurrent use and needs no closing; what it remembers goes with it.
type Session struct {
	redactor *Redactor
	key      []byte

	mu       sync.Mutex
	tokens   map[value]string // value to placeholder
	values   map[string]value // digits to value
	codes    []string         // the digits, sorted unless unsorted
	unsorted bool
	kinds    []detect.Kind // those of values
	counts   map[detect.Kind]int
	restored int
}

// A value is what one placeholder stands for.
type value struct {
	kind detect.Kind
	text string
}

// A Count says how many values of a kind were replaced, repeated ones included.
type Count struct {
	Kind detect.Kind
	N    int
}

// Session opens a session in a scope, such as tenant and conversation. Within a scope
// one value always has the same placeholder; scopes have none in common.
func (r *Redactor) Session(scope string) *Session {
	return &Session{
		redactor: r,
		key:      scopeKey(r.key, scope),
		tokens:   map[value]string{},
		values:   map[string]value{},
		counts:   map[detect.Kind]int{},
	}
}

// Redact returns text with every value replaced by its placeholder, or text itself if it
// holds none.
//
// It fails, and returns no text, with [ErrRefused] if text holds a value of a kind that
// Config.Refuse lists, and with [ErrTooMany] if the session would have to keep more
// values than it may.
func (s *Session) Redact(text string) (string, error) {
	w, _ := s.redactor.pool.Get().(*work)
	if w == nil {
		w = new(work)
	}
	defer s.redactor.put(w)
	w.spans = w.scanner.Find(w.spans[:0], text, s.redactor.find)
	w.spans = addLookalikes(w.spans, text)
	if len(w.spans) == 0 {
		return text, nil
	}
	for _, span := range w.spans {
		if s.redactor.refuse.Has(span.Kind) {
			return "", &RefusedError{Kind: span.Kind}
		}
	}
	return s.replace(w, text)
}

// Counts returns how many values were replaced, by kind, in the order of [detect.Kinds]
// with [Placeholder] last. Kinds without any are left out.
func (s *Session) Counts() []Count {
	s.mu.Lock()
	defer s.mu.Unlock()
	var counts []Count
	for _, k := range kinds {
		if n := s.counts[k]; n > 0 {
			counts = append(counts, Count{k, n})
		}
	}
	return counts
}

// Restored returns how many placeholders were replaced by their values so far.
func (s *Session) Restored() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.restored
}

func (r *Redactor) put(w *work) {
	if cap(w.out) > 1<<20 || cap(w.spans) > 1<<14 {
		return // one large text should not be paid for by all that follow
	}
	clear(w.out[:cap(w.out)])
	r.pool.Put(w)
}

// addLookalikes puts the look-alikes of text among spans, which stay in order. One that
// meets a span becomes a part of it: the text between is replaced as a whole.
func addLookalikes(spans []detect.Span, text string) []detect.Span {
	for start, end := nextLookalike(text, 0); start >= 0; start, end = nextLookalike(text, end) {
		span := detect.Span{Start: start, End: end, Kind: Placeholder, Score: 1}
		from, _ := slices.BinarySearchFunc(spans, start, func(s detect.Span, at int) int { return s.End - at - 1 })
		to := from
		for ; to < len(spans) && spans[to].Start < end; to++ {
			span.Start, span.End = min(span.Start, spans[to].Start), max(span.End, spans[to].End)
			span.Kind = spans[to].Kind
		}
		spans = slices.Replace(spans, from, to, span)
	}
	return spans
}

// replace writes text with placeholders for w.spans.
func (s *Session) replace(w *work, text string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.out = w.out[:0]
	done := 0
	for _, span := range w.spans {
		token, err := s.token(span.Kind, text[span.Start:span.End])
		if err != nil {
			return "", err
		}
		s.counts[span.Kind]++
		w.out = append(append(w.out, text[done:span.Start]...), token...)
		done = span.End
	}
	w.out = append(w.out, text[done:]...)
	return string(w.out), nil
}

// token returns the placeholder of a value and remembers it. s.mu is held.
func (s *Session) token(kind detect.Kind, text string) (string, error) {
	if token, ok := s.tokens[value{kind, text}]; ok {
		return token, nil
	}
	if len(s.values) >= s.redactor.maxValues {
		return "", &LimitError{MaxValues: s.redactor.maxValues}
	}
	v := value{kind, strings.Clone(text)} // the text around it may go
	digits := s.code(v)
	token := string(kind) + "_" + digits
	s.tokens[v], s.values[digits] = token, v
	s.codes, s.unsorted = append(s.codes, digits), true
	if !slices.Contains(s.kinds, kind) {
		s.kinds = append(s.kinds, kind)
	}
	return token, nil
}

// code returns digits that no other value of the session has.
func (s *Session) code(v value) string {
	for try := byte(0); ; try++ {
		digits := code(s.key, v.kind, v.text, try)
		if _, taken := s.values[digits]; !taken {
			return digits
		}
	}
}
