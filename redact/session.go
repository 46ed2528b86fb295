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
	scope    string

	mu       sync.Mutex
	entries  map[value]*entry
	codes    map[string]*entry // by the digits of their placeholders
	sorted   []string          // the digits, sorted unless unsorted
	unsorted bool
	kinds    []detect.Kind // those of codes
	first    [256]bool     // what their names begin with, in either case
	longest  int           // of their placeholders, as a model may write them
	fakes    fakes
	counts   map[detect.Kind]int
	found    map[detect.Kind]int
	restored int
	withheld int
	failed   int // calls of detectors that may fail
	size     int // bytes of the values, roughly
}

// A value is what one placeholder stands for.
type value struct {
	kind detect.Kind
	text string
}

// An entry is what a session remembers of a value.
type entry struct {
	value
	code string // the digits of its placeholder, once it has one
	fake string // its surrogate, if it has one
	dead bool   // the surrogate stands for nothing: a text held the same by itself
	user bool   // a text of origin User held the value
}

func (e *entry) token() string { return string(e.kind) + "_" + e.code }

// A Count says how many values of a kind there were, repeated ones included.
type Count struct {
	Kind detect.Kind
	N    int
}

// Session opens a session in a scope, such as tenant and conversation. Within a scope
// one value always has the same placeholder; scopes have none in common.
func (r *Redactor) Session(scope string) *Session {
	return &Session{redactor: r, scope: scope} // what it remembers is made when there is something
}

// Empty reports whether the session remembers nothing, so that there is nothing to restore.
func (s *Session) Empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.entries) == 0
}

// Counts returns how many values were replaced, by kind, in the order of [detect.Kinds]
// with [Other] and [Placeholder] last. Kinds without any are left out.
func (s *Session) Counts() []Count { return s.list(s.counts) }

// Found returns how many values the guards of the session have found in answers so far,
// by kind, in the same order.
func (s *Session) Found() []Count { return s.list(s.found) }

func (s *Session) list(by map[detect.Kind]int) []Count {
	s.mu.Lock()
	defer s.mu.Unlock()
	var counts []Count
	for _, k := range s.redactor.kinds {
		if n := by[k]; n > 0 {
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

// Withheld returns how many placeholders of answers were known and stayed, because of
// [Policy], so far.
func (s *Session) Withheld() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.withheld
}

// Failures returns how many calls of detectors have failed that may, see [FailOpen].
func (s *Session) Failures() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// maxRounds is how often a text is written anew because its parts and what stands in it
// would form something that can be restored. Nobody who does not know the key can bring
// about a second round on purpose.
const maxRounds = 8

// replace returns text with something else in the place of w.spans.
func (s *Session) replace(w *work, text string, from Origin) (string, error) {
	if len(w.spans) == 0 && s.harmless(text) {
		return text, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out, err := s.write(w, text, from)
	for round := 1; err == nil && (w.straddles(out) || s.shadows(w, out)); round++ {
		if round == maxRounds {
			w.spans = append(w.spans[:0], detect.Span{End: len(text), Kind: Placeholder, Score: 1})
			out, err = s.write(w, text, from)
			break
		}
		out, err = s.write(w, text, from)
	}
	if err != nil {
		return "", err
	}
	for _, span := range w.spans {
		tally(&s.counts, span.Kind)
	}
	return out, nil
}

// harmless reports whether a text without values cannot hold a surrogate.
func (s *Session) harmless(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return text == "" || s.fakes.empty()
}

// write returns text with what stands for w.spans, and notes where in w.pieces. s.mu is
// held.
func (s *Session) write(w *work, text string, from Origin) (string, error) {
	if len(w.spans) == 0 {
		w.pieces = w.pieces[:0]
		return text, nil
	}
	w.out, w.pieces = w.out[:0], w.pieces[:0]
	done := 0
	for i, span := range w.spans {
		w.out = append(w.out, text[done:span.Start]...)
		p := piece{start: len(w.out), from: span.Start, to: span.End}
		stand, err := s.standIn(&p, span, text[span.Start:span.End], from, alone(w.spans, i, text))
		if err != nil {
			return "", err
		}
		w.out = append(w.out, stand...)
		p.end = len(w.out)
		w.pieces = append(w.pieces, p)
		done = span.End
	}
	w.out = append(w.out, text[done:]...)
	return string(w.out), nil
}

// alone reports whether span i touches no letter, no digit and no other span.
func alone(spans []detect.Span, i int, text string) bool {
	span := spans[i]
	return (i == 0 || spans[i-1].End < span.Start) && (i+1 == len(spans) || spans[i+1].Start > span.End) &&
		apartAt(text, span.Start, 0) && (span.End == len(text) || apart(text[span.End]))
}

// standIn returns what is put in the place of a finding. s.mu is held.
func (s *Session) standIn(p *piece, span detect.Span, text string, from Origin, alone bool) (string, error) {
	switch s.redactor.action(span) {
	case Mask:
		return mask(span.Kind, text), nil
	case Hash:
		return s.hash(span.Kind, text), nil
	case Surrogate:
		e, err := s.entry(span.Kind, text, from)
		if err != nil {
			return "", err
		}
		if fake, ok := s.surrogate(e); ok && alone {
			p.fake = e
			return fake, nil
		}
		return s.placeholder(p, e), nil
	default:
		e, err := s.entry(span.Kind, text, from)
		if err != nil {
			return "", err
		}
		return s.placeholder(p, e), nil
	}
}

// entry returns what is remembered of a value. s.mu is held.
func (s *Session) entry(kind detect.Kind, text string, from Origin) (*entry, error) {
	e := s.entries[value{kind, text}]
	if e == nil {
		if len(s.entries) >= s.redactor.maxValues {
			return nil, &LimitError{MaxValues: s.redactor.maxValues}
		}
		e = &entry{value: value{kind, strings.Clone(text)}} // the text around it may go
		s.keep(e)
		s.size += len(text) + entrySize
	}
	e.user = e.user || from == User
	return e, nil
}

// keep remembers e. s.mu is held.
func (s *Session) keep(e *entry) {
	if s.entries == nil {
		s.entries = map[value]*entry{}
	}
	s.entries[e.value] = e
}

// tally counts one more of a kind.
func tally(counts *map[detect.Kind]int, kind detect.Kind) {
	if *counts == nil {
		*counts = map[detect.Kind]int{}
	}
	(*counts)[kind]++
}

// entrySize is about what an entry takes beside its value.
const entrySize = 400

// placeholder returns the placeholder of e. s.mu is held.
func (s *Session) placeholder(p *piece, e *entry) string {
	if e.code == "" {
		s.learn(e, s.newCode(e.value))
	}
	p.token = true
	return e.token()
}

// newCode returns digits that no other value of the session has.
func (s *Session) newCode(v value) string {
	for try := byte(0); ; try++ {
		digits := s.code(v.kind, v.text, try)
		if _, taken := s.codes[digits]; !taken {
			return digits
		}
	}
}

// learn gives e its digits, by which it is found from now on. s.mu is held.
func (s *Session) learn(e *entry, digits string) {
	e.code = digits
	if s.codes == nil {
		s.codes = map[string]*entry{}
	}
	s.codes[digits] = e
	s.sorted, s.unsorted = append(s.sorted, digits), true
	if slices.Contains(s.kinds, e.kind) {
		return
	}
	s.kinds = append(s.kinds, e.kind)
	c := e.kind[0]
	s.first[c], s.first[c-'A'+'a'] = true, true
	s.longest = max(s.longest, len(e.kind)+maxEscapes*(strings.Count(string(e.kind), "_")+1)+1+codeLen)
}
