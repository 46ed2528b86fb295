package detect

// A Set is a choice of kinds. The zero Set is every kind, those of later versions too, so
// that nothing is left out by omission. Sets are comparable and never change.
type Set struct {
	out [2]uint64 // the kinds that are not in it
}

// All returns the zero Set: every kind.
func All() Set { return Set{} }

// Of returns the set of the given kinds alone. Of() is empty; a name that is not in the
// list adds nothing, see [Kind.Valid].
func Of(kinds ...Kind) Set {
	s := Set{out: [2]uint64{^uint64(0), ^uint64(0)}}
	for _, k := range kinds {
		if i, ok := k.id(); ok {
			s.out[i/64] &^= 1 << (i % 64)
		}
	}
	return s
}

// Secrets returns the kinds that give access to something: keys, tokens, passwords.
func Secrets() Set {
	var kinds []Kind
	for _, e := range registry {
		if e.secret {
			kinds = append(kinds, e.kind)
		}
	}
	return Of(kinds...)
}

// Has reports whether k is in the set.
func (s Set) Has(k Kind) bool {
	i, ok := k.id()
	return ok && s.has(i)
}

// Union returns the kinds that are in one set or the other.
func (s Set) Union(t Set) Set {
	return Set{out: [2]uint64{s.out[0] & t.out[0], s.out[1] & t.out[1]}}
}

func (s Set) has(i id) bool { return s.out[i/64]>>(i%64)&1 == 0 }
