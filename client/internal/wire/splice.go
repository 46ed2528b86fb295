package wire

import "slices"

// An Edit puts Text in the place of body[Start:End]. Start == End inserts.
type Edit struct {
	Start, End int
	// Text is the final bytes: contents of a string must have gone through [Quote].
	Text string
}

// Splice appends body to dst with the edits made, and every other byte as it was. It sorts
// the edits by Start; those with the same Start keep their order. If edits overlap or reach
// outside of body it returns nil: a body with an edit left out must not go anywhere.
func Splice(dst, body []byte, edits []Edit) []byte {
	if !slices.IsSortedFunc(edits, byStart) {
		slices.SortStableFunc(edits, byStart)
	}
	at := 0
	for _, e := range edits {
		if e.Start < at || e.End < e.Start || e.End > len(body) {
			return nil
		}
		dst = append(dst, body[at:e.Start]...)
		dst = append(dst, e.Text...)
		at = e.End
	}
	return append(dst, body[at:]...)
}

func byStart(a, b Edit) int { return a.Start - b.Start }
