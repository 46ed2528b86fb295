package wire

import (
	"maps"
	"slices"
)

// A class says what the strings at one place of a document are. The zero class is text,
// so what no table describes is scanned.
type class uint8

const (
	free     class = iota // text
	enum                  // a constant of the API, if it looks like one; else text
	token                 // a name of a model, if it looks like one; else text
	checked               // a constant that its mark knows, or refuses
	ident                 // an id that the service made, if it looks like one; else text
	naming                // an Identifier
	media                 // Media
	sealed                // Sealed
	blocked               // Blocked on the way out, text on the way back
	embedded              // JSON in a string
	base                  // padding or a vector, if it is base64; else text
	either                // text or an image, told apart by alphabet and length
	numeric               // a number of any length is expected; a string is text
	prompt                // text; numbers are tokens
	splinter              // Splinter; a list of numbers is the bytes of one
)

// A rule is what one member of an object, or the elements of an array, may be.
type rule struct {
	shape *shape // of an object; nil: a free map
	class class  // of a string
	role  Role   // of every text within; NoRole: as around
	mark  mark   // what else the value tells
	part  lanePart
	also  trait // of every text within, besides those from around
}

// A trait is a set of what a place says about the texts there.
type trait uint8

const (
	toTool trait = 1 << iota // Text.Tool
	repeat                   // Text.Again, if a stream is read
)

// A member is one name that a shape knows.
type member struct {
	name string
	rule rule
	bit  uint8
}

// A shape describes the objects at one place. It does not change once it is made.
type shape struct {
	members []member
	slots   []uint8  // open addressing: 1 + index into members, 0 is empty
	names   TextKind // of the names that are no members
	rest    rule     // of what such names stand for
	fold    bool     // refuse a name that differs from a member's in case alone
	scope   scopeKind
}

// A fields is a part of a shape's table.
type fields map[string]rule

// newShape makes the shape of a typed object.
func newShape(parts ...fields) *shape {
	s := &shape{names: Name, fold: true}
	s.add(parts...)
	return s
}

// mapOf makes the shape of a map with free names.
func mapOf(names TextKind, rest rule) *shape { return &shape{names: names, rest: rest} }

// maxMembers is how many members a shape can have: one bit each while an object is read.
const maxMembers = 128

// add gives s more members; of two with one name the later counts.
func (s *shape) add(parts ...fields) {
	all := fields{}
	for _, m := range s.members {
		all[m.name] = m.rule
	}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	s.members = s.members[:0]
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s.members = append(s.members, member{name: name, rule: all[name]})
	}
	size := 4
	for size < 3*len(s.members) {
		size *= 2
	}
	s.slots = make([]uint8, size)
	for i := range s.members {
		s.members[i].bit = uint8(i)
		slot := s.slot([]byte(s.members[i].name))
		for s.slots[slot] != 0 {
			slot = (slot + 1) & (size - 1)
		}
		s.slots[slot] = s.members[i].bit + 1
	}
}

func (s *shape) slot(name []byte) int {
	n := len(name)
	return (n*7 + int(name[0])*31 + int(name[n-1])*5 + int(name[n/2])*13) & (len(s.slots) - 1)
}

// find returns the member of that name, or nil.
func (s *shape) find(name []byte) *member {
	if len(name) == 0 || len(s.slots) == 0 {
		return nil
	}
	slot := s.slot(name)
	for s.slots[slot] != 0 {
		if m := &s.members[s.slots[slot]-1]; m.name == string(name) {
			return m
		}
		slot = (slot + 1) & (len(s.slots) - 1)
	}
	return nil
}

// findFolded returns the member whose name equals name but for case, or nil. It folds as
// encoding/json does: U+017F is an s and U+212A a k.
func (s *shape) findFolded(name []byte) *member {
	var folded [64]byte
	n := 0
	for _, r := range string(name) {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r == 'ſ':
			r = 's'
		case r == '\u212A':
			r = 'k'
		}
		if r >= 0x80 || n == len(folded) {
			return nil
		}
		folded[n] = byte(r)
		n++
	}
	return s.find(folded[:n])
}

// merge puts the parts of a table together; of two with one name the later counts.
func merge(parts ...fields) fields {
	all := fields{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}

func scoped(kind scopeKind, s *shape) *shape {
	s.scope = kind
	return s
}

// same gives many names one rule.
func same(r rule, names ...string) fields {
	f := fields{}
	for _, name := range names {
		f[name] = r
	}
	return f
}

// with gives the rules of a table one more trait.
func with(also trait, parts ...fields) fields {
	all := merge(parts...)
	for name, r := range all {
		r.also |= also
		all[name] = r
	}
	return all
}

func texts(names ...string) fields   { return same(rule{}, names...) }
func flags(names ...string) fields   { return same(rule{}, names...) }
func enums(names ...string) fields   { return same(rule{class: enum}, names...) }
func idents(names ...string) fields  { return same(rule{class: ident}, names...) }
func numbers(names ...string) fields { return same(rule{class: numeric}, names...) }
func namings(names ...string) fields { return same(rule{class: naming}, names...) }
func medias(names ...string) fields  { return same(rule{class: media}, names...) }
func blocks(names ...string) fields  { return same(rule{class: blocked}, names...) }

// Shapes for objects where none was expected: whatever is in them keeps the class of the
// place if that is one that must not be lost.
var (
	freeMap    = mapOf(Name, rule{})
	mediaMap   = mapOf(Media, rule{class: media})
	sealedMap  = mapOf(Name, rule{class: sealed})
	blockedMap = mapOf(Blocked, rule{class: blocked})
	promptMap  = mapOf(Name, rule{class: prompt})
	tokenMap   = mapOf(Splinter, rule{class: splinter})
)

// shapeOf is the shape of an object at r.
func shapeOf(r rule) *shape {
	if r.shape != nil {
		return r.shape
	}
	switch r.class {
	case media:
		return mediaMap
	case sealed:
		return sealedMap
	case blocked:
		return blockedMap
	case prompt:
		return promptMap
	case splinter:
		return tokenMap
	default:
		return freeMap
	}
}
