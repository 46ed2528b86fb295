package clienttest

import (
	"bytes"
	"encoding/json"
)

// A template is an event that is sent many times and differs in a few places only. It
// keeps the fake fast enough to measure others with.
type template [][]byte

// hole stands in a value for what differs. It has no character that any form of encoding
// would write in another way.
type hole string

// template encodes a value that has the holes in the order in which they are encoded.
func (v *visit) template(value any, holes ...hole) template {
	var t template
	rest := v.encode(value)
	for _, h := range holes {
		before, after, _ := bytes.Cut(rest, []byte(`"`+h+`"`))
		t, rest = append(t, before), after
	}
	return append(t, rest)
}

// fill puts encoded values into the holes and appends the event to dst.
func (t template) fill(dst []byte, values ...[]byte) []byte {
	for i, part := range t {
		dst = append(dst, part...)
		if i < len(values) {
			dst = append(dst, values[i]...)
		}
	}
	return dst
}

// quote encodes a text.
func (v *visit) quote(text string) []byte {
	if v.reply.Escaped || bytes.ContainsAny([]byte(text), "<>&") {
		return v.encode(text)
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return v.encode(text)
	}
	return quoted
}
