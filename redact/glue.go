package redact

import "github.com/sallyport-go/sallyport/redact/detect"

// glueWindow is how far from a finding its neighbour may reach, in bytes: longer than any
// value without a blank in it that must stand apart from letters.
const glueWindow = 128

// unglue adds to w.spans, which are in order and apart, the values that touch one of them:
// a number right behind an e-mail address begins no word, and so is none to the detectors,
// until the address has gone.
//
//	jane@example.com756.1234.5678.97
//	└── found ─────┘└ read by itself ┘
func (w *work) unglue(text string, set detect.Set) {
	for i := 0; i < len(w.spans); i++ {
		span := w.spans[i]
		end := len(text)
		if i+1 < len(w.spans) {
			end = w.spans[i+1].Start
		}
		if end = min(end, span.End+glueWindow); end > span.End && !apart(text[span.End]) {
			w.glued = w.scanner.Find(w.glued[:0], text[span.End:end], set)
			if len(w.glued) > 0 && w.glued[0].Start == 0 {
				w.insert(i+1, w.glued[0], span.End)
			}
		}
		start := 0
		if i > 0 {
			start = w.spans[i-1].End
		}
		if start = max(start, span.Start-glueWindow); start < span.Start && !apart(text[span.Start-1]) {
			w.glued = w.scanner.Find(w.glued[:0], text[start:span.Start], set)
			if n := len(w.glued); n > 0 && w.glued[n-1].End == span.Start-start {
				w.insert(i, w.glued[n-1], start)
				i-- // it may touch another itself
			}
		}
	}
}

// insert puts a span of text[at:] in its place.
func (w *work) insert(i int, span detect.Span, at int) {
	span.Start += at
	span.End += at
	w.spans = append(w.spans, detect.Span{})
	copy(w.spans[i+1:], w.spans[i:])
	w.spans[i] = span
}
