package redact

import (
	"cmp"
	"slices"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// work is what one call needs and the next one can use again.
type work struct {
	kinds   []detect.Kind
	scanner detect.Scanner
	spans   []detect.Span
	glued   []detect.Span
	merged  []detect.Span
	pieces  []piece
	out     []byte
}

// A piece of the output that stands for text[from:to] of the input.
type piece struct {
	start, end int
	from, to   int
	token      bool   // a placeholder
	fake       *entry // or a surrogate of this value
}

func (r *Redactor) work() *work {
	if w, ok := r.pool.Get().(*work); ok {
		return w
	}
	return &work{kinds: r.kinds, scanner: detect.Scanner{Rules: r.rules}}
}

func (r *Redactor) put(w *work) {
	if w == nil || cap(w.out) > 1<<20 || cap(w.spans) > 1<<14 {
		return // one large text should not be paid for by all that follow
	}
	clear(w.out[:cap(w.out)])
	clear(w.pieces[:cap(w.pieces)])
	r.pool.Put(w)
}

// addLookalikes puts the look-alikes of a text among w.spans, which stay in order. What
// meets becomes one span: the text is replaced as a whole.
func (w *work) addLookalikes(text string) {
	start, at := nextLookalike(w.kinds, text, 0)
	if start < 0 {
		return
	}
	w.merged = w.merged[:0]
	for ; start >= 0; start, at = nextLookalike(w.kinds, text, at+1) {
		w.merged = append(w.merged, detect.Span{Start: start, End: at + 1 + codeLen, Kind: Placeholder, Score: 1})
	}
	w.spans = merge(w.spans, w.merged)
}

// merge puts more among spans, which are in order and apart. What meets becomes one span,
// of the kind of the strongest; a placeholder is the weakest, since it is only a form.
func merge(spans, more []detect.Span) []detect.Span {
	if len(more) == 0 {
		return spans
	}
	spans = append(spans, more...)
	slices.SortFunc(spans, func(a, b detect.Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(a.Kind, b.Kind))
	})
	n := 0
	for _, next := range spans[1:] {
		if last := &spans[n]; next.Start < last.End {
			end := max(last.End, next.End)
			if stronger(next, *last) {
				last.Kind, last.Score = next.Kind, next.Score
			}
			last.End = end
			continue
		}
		n++
		spans[n] = next
	}
	return spans[:n+1]
}

// stronger reports whether the kind of a is that of a span of both.
func stronger(a, b detect.Span) bool {
	if p := b.Kind == Placeholder; p != (a.Kind == Placeholder) {
		return p
	}
	if (a.Score >= 1) != (b.Score >= 1) {
		return a.Score >= 1
	}
	return a.End-a.Start > b.End-b.Start
}

// straddles looks in out for look-alikes that are no placeholders of ours, but were made
// by a part of one and the text beside it. What made them becomes one value. It reports
// whether there were any.
func (w *work) straddles(out string) bool {
	w.merged = w.merged[:0]
	k := 0
	for start, at := nextLookalike(w.kinds, out, 0); start >= 0; start, at = nextLookalike(w.kinds, out, at+1) {
		for k < len(w.pieces) && w.pieces[k].end <= at {
			k++
		}
		if k < len(w.pieces) && w.pieces[k].token && w.pieces[k].end == at+1+codeLen {
			continue
		}
		from, to := w.source(start, false), w.source(at+1+codeLen, true)
		w.merged = append(w.merged, detect.Span{Start: from, End: to, Kind: Placeholder, Score: 1})
	}
	if len(w.merged) == 0 {
		return false
	}
	w.spans = merge(w.spans, w.merged)
	return true
}

// source returns the place in the input that a place in the output comes from: the
// beginning of what a piece stands for, or its end.
func (w *work) source(at int, end bool) int {
	i, _ := slices.BinarySearchFunc(w.pieces, at, func(p piece, at int) int { return cmp.Compare(p.end, at) })
	last := i - 1 // the last piece before at
	if i < len(w.pieces) {
		switch p := w.pieces[i]; {
		case end && p.start < at:
			return p.to
		case !end && p.start <= at && at < p.end:
			return p.from
		case !end && at == p.end:
			last = i
		}
	}
	if last < 0 {
		return at
	}
	return at - w.pieces[last].end + w.pieces[last].to
}
