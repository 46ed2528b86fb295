package redact

import (
	"slices"
	"strings"
)

// fakes are the surrogates of a session, by which their values are found again. A
// surrogate counts only where it stands alone, without a letter or a digit beside it, and
// only as it was issued.
type fakes struct {
	by       map[string]*entry
	lengths  []int // of those, longest first
	first    [256]bool
	sorted   []string
	unsorted bool
}

func (f *fakes) empty() bool { return len(f.by) == 0 }

func (f *fakes) add(e *entry) {
	if f.by == nil {
		f.by = map[string]*entry{}
	}
	f.by[e.fake] = e
	f.first[e.fake[0]] = true
	f.sorted, f.unsorted = append(f.sorted, e.fake), true
	if n := len(e.fake); !slices.Contains(f.lengths, n) {
		f.lengths = append(f.lengths, n)
		slices.SortFunc(f.lengths, func(a, b int) int { return b - a })
	}
}

// kill makes a surrogate stand for nothing from now on.
func (f *fakes) kill(e *entry) {
	e.dead = true
	delete(f.by, e.fake)
	f.sorted = slices.DeleteFunc(f.sorted, func(fake string) bool { return fake == e.fake })
}

// next returns the first surrogate at or after from, the longest one there. At the end of
// a text that is not final, the character after it is still unknown.
func (f *fakes) next(text string, from int, prev byte, final bool) occurrence {
	if f.empty() {
		return occurrence{}
	}
	for i := from; i < len(text); i++ {
		if !f.first[text[i]] || !apartAt(text, i, prev) {
			continue
		}
		for _, n := range f.lengths {
			end := i + n
			if end > len(text) || end == len(text) && !final || end < len(text) && !apart(text[end]) {
				continue
			}
			if e := f.by[text[i:end]]; e != nil {
				return occurrence{i, end, e}
			}
		}
	}
	return occurrence{}
}

// open returns where the longest end of text starts that is a beginning of a surrogate or
// a whole one, or len(text).
func (f *fakes) open(text string, from int, prev byte) int {
	if f.empty() {
		return len(text)
	}
	if f.unsorted {
		slices.Sort(f.sorted)
		f.unsorted = false
	}
	for i := max(from, len(text)-f.lengths[0]); i < len(text); i++ {
		if !f.first[text[i]] || !apartAt(text, i, prev) {
			continue
		}
		k, _ := slices.BinarySearch(f.sorted, text[i:])
		if k < len(f.sorted) && strings.HasPrefix(f.sorted[k], text[i:]) {
			return i
		}
	}
	return len(text)
}

// maxFakes is how often another surrogate is tried when one is taken.
const maxFakes = 64

// surrogate returns the surrogate of e, and whether it has one that stands for it alone.
// s.mu is held.
func (s *Session) surrogate(e *entry) (string, bool) {
	for try := byte(0); e.fake == "" && try < maxFakes; try++ {
		fake := s.invent(e.kind, e.text, try)
		if fake == "" {
			return "", false
		}
		if s.fakes.by[fake] == nil && s.entries[value{e.kind, fake}] == nil {
			e.fake = fake
			s.fakes.add(e)
		}
	}
	return e.fake, e.fake != "" && !e.dead
}

// shadows looks in out for surrogates that were not put there: text that reads the same by
// itself. From then on they stand for nothing. It reports whether there were any. s.mu is
// held.
func (s *Session) shadows(w *work, out string) bool {
	found, k := false, 0
	for next := s.fakes.next(out, 0, 0, true); next.e != nil; next = s.fakes.next(out, next.start+1, 0, true) {
		for k < len(w.pieces) && w.pieces[k].start < next.start {
			k++
		}
		if k == len(w.pieces) || w.pieces[k].start != next.start || w.pieces[k].fake != next.e {
			s.fakes.kill(next.e)
			found = true
		}
	}
	return found
}
