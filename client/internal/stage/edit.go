package stage

import (
	"slices"
	"strings"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/redact"
)

// An editor collects the edits of one document, which is either doc or data: a string
// where most of it is looked at, bytes where little is.
type editor struct {
	session *redact.Session
	limits  wire.Limits
	doc     string
	data    []byte
	edits   []wire.Edit
	scratch []byte
}

// text is what a reader of t reads.
func (e *editor) text(t *wire.Text) string {
	switch {
	case t.Plain:
		if e.data != nil {
			return string(e.data[t.Start:t.End])
		}
		return e.doc[t.Start:t.End]
	case t.Escaped && e.data != nil:
		e.scratch = wire.Unquote(e.scratch[:0], e.data[t.Start:t.End])
	case t.Escaped:
		e.scratch = wire.Unquote(e.scratch[:0], e.doc[t.Start:t.End])
	case e.data != nil:
		return string(e.data[t.Start:t.End])
	default:
		return e.doc[t.Start:t.End]
	}
	return string(e.scratch)
}

// tokens estimates doc with its edits, piece by piece.
func (e *editor) tokens() int64 {
	n, at := promptOverhead, 0
	for i := range e.edits {
		edit := &e.edits[i]
		n += ratelimit.Estimate(e.doc[at:edit.Start]) + ratelimit.Estimate(edit.Text)
		at = edit.End
	}
	return int64(n + ratelimit.Estimate(e.doc[at:]))
}

// textTokens estimates the texts of a body that is mostly something else.
func (e *editor) textTokens(texts []wire.Text) int64 {
	n := promptOverhead
	for i := range texts {
		if t := &texts[i]; t.Kind != wire.Media && t.Kind != wire.Sealed {
			n += ratelimit.Estimate(e.doc[t.Start:t.End])
		}
	}
	return int64(n)
}

// replace puts text in place of t.
func (e *editor) replace(t *wire.Text, text string) {
	if t.Plain {
		e.edits = append(e.edits, wire.Edit{Start: t.Start, End: t.End, Text: text})
		return
	}
	e.scratch = wire.Quote(slices.Grow(e.scratch[:0], len(text)+16), text)
	quoted := text
	if len(e.scratch) != len(text) { // Quote only ever lengthens
		quoted = string(e.scratch)
	}
	if t.Kind == wire.Number {
		quoted = `"` + quoted + `"`
	}
	e.edits = append(e.edits, wire.Edit{Start: t.Start, End: t.End, Text: quoted})
}

// insert adds an edit at its place among the others, which are in order.
func (e *editor) insert(edit wire.Edit) {
	i := len(e.edits)
	for i > 0 && e.edits[i-1].Start > edit.Start {
		i--
	}
	e.edits = append(e.edits, wire.Edit{})
	copy(e.edits[i+1:], e.edits[i:])
	e.edits[i] = edit
}

// name is the name of the member that t is in.
func (e *editor) name(t *wire.Text) string {
	if t.NameEnd == 0 {
		return ""
	}
	name := e.doc[t.NameStart:t.NameEnd]
	if strings.IndexByte(name, '\\') < 0 {
		return name
	}
	return string(wire.Unquote(nil, name))
}
