package wire

import (
	"cmp"
	"slices"
)

// maxRefs is how many ids one call can refer to, in its path, its body or its answer. What
// does more belongs to no one conversation.
const maxRefs = 8

// refer takes note of an id.
func (w *walker) refer(list *[]span, first byte, v span) {
	if first == '"' && len(*list) < maxRefs {
		*list = append(*list, inner(v))
	}
}

// references are the ids that a request names, in the order of the body. The answer hangs
// together with the lesser ones too, but there can be many of them, so they are the first
// to be left out.
func (w *walker) references() []string {
	if len(w.refs) == 0 && len(w.lesser) == 0 {
		return nil
	}
	all := append(slices.Clone(w.refs), w.lesser...)
	all = all[:min(len(all), maxRefs)]
	slices.SortFunc(all, func(a, b span) int { return cmp.Compare(a.start, b.start) })
	return w.addRefs(make([]string, 0, len(all)), all)
}

// addRefs appends what has the alphabet of ids and is not there yet.
func (w *walker) addRefs(to []string, ids []span) []string {
	for _, v := range ids {
		b := w.bytes(v)
		if len(to) < maxRefs && isAnyID(b) && !slices.ContainsFunc(to, func(s string) bool { return s == string(b) }) {
			to = append(to, string(b))
		}
	}
	return to
}

// keeps are the ids of an answer: its own, and those that the walk has found. In a stream,
// of which old are the ids so far, what has been told before is not told again.
func (w *walker) keeps(old []string, own string) []string {
	if own != "" && len(old) < maxRefs && !slices.Contains(old, own) {
		old = append(old, own)
	}
	return w.addRefs(old, w.refs)
}
