package wire

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A nameHash is a name that no table knows, while its object is read. The hash is 64 bits
// wide and seeded per process, so nobody can aim for a collision; one by chance, in fewer
// than 2^20 names, has odds below 2^-24 and ends in a refusal.
type nameHash struct {
	hash uint64
	at   int
}

var nameSeed = maphash.MakeSeed()

// fewNames is up to where comparing each with each is faster than sorting.
const fewNames = 16

// repeated returns where a name stands for the second time, or -1. It reorders names.
func repeated(names []nameHash) int {
	if len(names) <= fewNames {
		for i, a := range names {
			for _, b := range names[:i] {
				if a.hash == b.hash {
					return a.at
				}
			}
		}
		return -1
	}
	slices.SortFunc(names, func(a, b nameHash) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at))
	})
	for i := 1; i < len(names); i++ {
		if names[i].hash == names[i-1].hash {
			return names[i].at
		}
	}
	return -1
}

// unknown takes note of a name that is no member of s, and returns the rule of its value,
// or false once the fault is set.
func (w *walker) unknown(s *shape, name []byte, at, end int, escaped bool) (rule, bool) {
	if s.fold && s.findFolded(name) != nil {
		w.fail(event.BodyDuplicateName, at)
		return rule{}, false
	}
	w.names = append(w.names, nameHash{maphash.Bytes(nameSeed, name), at})
	if s.rest.part == partOther && w.idents != nil {
		if w.other = w.idents.number(name); w.other == 0 {
			w.fail(event.BodyInvalid, at)
			return rule{}, false
		}
	}
	kind := s.names
	if kind == Blocked && !w.request {
		kind = Name
	}
	w.add(rule{}, kind, at+1, end-1, escaped)
	return s.rest, true
}
