package redact

import (
	"slices"
	"strings"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A Target says where a restored text goes. The zero Target is an answer that a person
// reads.
type Target struct {
	// Tool says that the text is the arguments of a tool call: secrets stay placeholders
	// unless [Policy] says otherwise.
	Tool bool
	// Again says that the text has come before, such as in the pieces that this is the whole
	// of. It is treated alike and not counted.
	Again bool
	// Embed, if not nil, returns a value as it has to be written at the place, such as with
	// the escapes of a JSON string. It must not use the session.
	Embed func(value string) string
}

// Restore returns text with the session's own placeholders replaced by their values, or
// text itself if it holds none. What was restored is not looked at again.
func (s *Session) Restore(text string) string { return s.RestoreFor(Target{}, text) }

// RestoreFor is Restore for a text that goes elsewhere.
func (s *Session) RestoreFor(t Target, text string) string {
	out, _ := s.advance(text, 0, true, &t)
	return out
}

// advance restores text from left to right, as far as it is certain: all of it if it is
// final. It returns the result and the place from which on text has to wait for more.
// prev is what stood before it.
//
// The leftmost placeholder or surrogate counts, and a placeholder before a surrogate that
// starts with it. One is written only if nothing that starts before it, or with it, may
// still become another: so it makes no difference in how many pieces a text comes.
func (s *Session) advance(text string, prev byte, final bool, t *Target) (out string, rest int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.codes) == 0 && s.fakes.empty() {
		return text, len(text)
	}
	var b []byte
	var token, fake occurrence
	done := 0
	for first := true; ; first = false {
		if first || token.e != nil && token.start < done {
			token = s.nextToken(text, done, prev)
		}
		if first || fake.e != nil && fake.start < done {
			fake = s.fakes.next(text, done, prev, final)
		}
		next := token
		if token.e == nil || fake.e != nil && fake.start < token.start {
			next = fake
		}
		open := len(text)
		if !final {
			open = s.open(text, done, prev)
		}
		if next.e == nil || next.start >= open {
			if b == nil {
				return text[:open], open
			}
			return string(append(b, text[done:open]...)), open
		}
		if b == nil {
			b = make([]byte, 0, len(text)+64)
		}
		b = append(b, text[done:next.start]...)
		b = append(b, s.meaning(next.e, text[next.start:next.end], t)...)
		done = next.end
	}
}

// An occurrence is text[start:end], which stands for e; e is nil if there is none.
type occurrence struct {
	start, end int
	e          *entry
}

// meaning returns what is written for a placeholder of e that stands in a text as written.
func (s *Session) meaning(e *entry, written string, t *Target) string {
	n := 1
	if t.Again {
		n = 0
	}
	if !s.redactor.policy.allows(e, t.Tool) {
		s.withheld += n
		return written
	}
	s.restored += n
	if t.Embed != nil {
		return t.Embed(e.text)
	}
	return e.text
}

// allows reports whether a value comes back. What only looked like a placeholder always
// does.
func (p *Policy) allows(e *entry, tool bool) bool {
	switch {
	case e.kind == Placeholder:
		return true
	case slices.Contains(p.Never, e.kind), !e.user && !p.System:
		return false
	}
	return !tool || p.ToolSecrets || !detect.Secrets().Has(e.kind)
}

// occurrences returns the placeholders and surrogates in a text, as restoring finds them.
func (s *Session) occurrences(text string) []occurrence {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []occurrence
	for done := 0; ; {
		next, fake := s.nextToken(text, done, 0), s.fakes.next(text, done, 0, true)
		if next.e == nil || fake.e != nil && fake.start < next.start {
			next = fake
		}
		if next.e == nil {
			return all
		}
		all, done = append(all, next), next.end
	}
}

// told reports whether the session has a value that may come back: the answer says what
// its reader knows.
func (s *Session) told(kind detect.Kind, text string, tool bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[value{kind, text}]
	return e != nil && s.redactor.policy.allows(e, tool)
}

// nextToken returns the first placeholder in text[from:].
func (s *Session) nextToken(text string, from int, prev byte) occurrence {
	for at := nextCode(text, from); at >= 0; at = nextCode(text, at+1) {
		code, _, plain := readCode(text[at+1:])
		e := s.codes[string(code[:])]
		if e == nil {
			continue
		}
		start, exact := kindBefore(text, from, at, e.kind)
		if start >= 0 && (exact && plain || apartAt(text, start, prev)) {
			return occurrence{start, at + 1 + codeLen, e}
		}
	}
	return occurrence{}
}

// open returns where the longest end of text[from:] starts that may still become a
// placeholder or a surrogate, or len(text).
func (s *Session) open(text string, from int, prev byte) int {
	return min(s.openToken(text, from, prev), s.fakes.open(text, from, prev))
}

// openToken is open for placeholders. Only the last characters that can stand in one are
// looked at, and only where the name of a kind may begin.
func (s *Session) openToken(text string, from int, prev byte) int {
	low := max(from, len(text)-s.longest)
	i := len(text)
	for i > low && inToken[text[i-1]] {
		i--
	}
	for ; i < len(text); i++ {
		if !s.first[text[i]] {
			continue
		}
		apart := apartAt(text, i, prev)
		if !apart && text[i] >= 'a' {
			continue // a changed case counts where a word begins
		}
		for _, k := range s.kinds {
			if s.begins(text[i:], k, apart) {
				return i
			}
		}
	}
	return len(text)
}

// inToken says of each byte whether it can stand in a placeholder.
var inToken = func() (table [256]bool) {
	for c := range table {
		table[c] = c == '_' || c == '\\' || c < 0x80 && !apart(byte(c))
	}
	return table
}()

// begins reports whether text is the beginning, but not the whole, of a placeholder of the
// kind; apart says that its case may be changed.
func (s *Session) begins(text string, kind detect.Kind, apart bool) bool {
	i := 0
	for k := 0; k <= len(kind); k++ {
		want := byte('_')
		if k < len(kind) {
			want = kind[k]
		}
		for n := 0; want == '_' && n < maxEscapes && i < len(text) && text[i] == '\\'; n++ {
			i++
		}
		if i == len(text) {
			return true
		}
		if c := text[i]; c != want && (!apart || upper(c) != want) {
			return false
		}
		i++
	}
	code, n, plain := readCode(text[i:])
	if n < len(text)-i || n == codeLen || !plain && !apart {
		return false
	}
	return n == 0 || s.hasCode(code[:n], kind)
}

// hasCode reports whether a placeholder of the kind has digits that begin with part.
func (s *Session) hasCode(part []byte, kind detect.Kind) bool {
	if s.unsorted {
		slices.Sort(s.sorted)
		s.unsorted = false
	}
	i, _ := slices.BinarySearchFunc(s.sorted, part, func(code string, part []byte) int { return compare(code, part) })
	for ; i < len(s.sorted) && strings.HasPrefix(s.sorted[i], string(part)); i++ {
		if s.codes[s.sorted[i]].kind == kind {
			return true
		}
	}
	return false
}

// compare is strings.Compare without a copy of b.
func compare(a string, b []byte) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return len(a) - len(b)
}
