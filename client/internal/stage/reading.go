package stage

import (
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/redact"
)

// A reading makes the texts of one answer what the application shall read: the values of
// the session in the places of their placeholders, and what the answer brings besides done
// away with as the configuration says.
type reading struct {
	session *redact.Session
	search  bool // answers are searched too
	edits   editor
	changed bool              // some text was not what it is now
	again   map[string]string // what whole texts that come several times became
	size    int               // bytes of again
}

// maxAgain bounds the memory for whole texts that a stream repeats, in bytes. What has no
// place there is read again.
const maxAgain = 1 << 20

// targetOf says where a text of an answer goes.
func targetOf(t *wire.Text) redact.Target {
	target := redact.Target{Tool: t.Tool, Again: t.Again}
	if t.Kind == wire.JSON {
		target.Embed = quoteJSON
	}
	return target
}

// quoteJSON writes a value so that it can stand inside a JSON string.
func quoteJSON(value string) string { return string(wire.Quote(nil, value)) }

// whole edits one whole text.
func (r *reading) whole(t *wire.Text) error {
	before := r.edits.text(t)
	after, err := r.read(t, before)
	if err != nil {
		return refuseRedact(err)
	}
	if after != before {
		r.changed = true
		r.edits.replace(t, after)
	}
	return nil
}

// read is what a text becomes.
func (r *reading) read(t *wire.Text, before string) (string, error) {
	switch t.Kind {
	case wire.Identifier:
		return r.session.RestoreFor(targetOf(t), before), nil // others refer to it
	case wire.Number:
		if !r.search {
			return before, nil
		}
	case wire.Media, wire.Sealed, wire.Blocked, wire.Splinter:
		return before, nil
	case wire.Value, wire.Name, wire.JSON:
	}
	if !r.search {
		return r.session.RestoreFor(targetOf(t), before), nil
	}
	if !t.Again {
		return r.session.GuardText(targetOf(t), before)
	}
	key := before
	if t.Tool || t.Kind == wire.JSON {
		key = string(rune(t.Kind)) + before
	}
	if after, ok := r.again[key]; ok {
		return after, nil
	}
	after, err := r.session.GuardText(targetOf(t), before)
	if err == nil && r.size+len(key) <= maxAgain {
		if r.again == nil {
			r.again = map[string]string{}
		}
		r.size += len(key)
		r.again[key] = after
	}
	return after, err
}

// A sequel reads a text that comes in pieces.
type sequel interface {
	Push(piece string) (string, error)
	Flush() (string, error)
	Held() bool
}

var (
	_ sequel = (*redact.Guard)(nil)
	_ sequel = restoring{}
)

// pieces starts on a text that comes in pieces.
func (r *reading) pieces(t *wire.Text) sequel {
	if r.search {
		return r.session.GuardFor(targetOf(t))
	}
	return restoring{r.session.RestorerFor(targetOf(t))}
}

// restoring is a restorer, which never fails.
type restoring struct{ *redact.Restorer }

func (r restoring) Push(piece string) (string, error) { return r.Restorer.Push(piece), nil }
func (r restoring) Flush() (string, error)            { return r.Restorer.Flush(), nil }

// idle reports whether there is nothing to do about any text.
func (r *reading) idle() bool { return !r.search && r.session.Empty() }

// reading starts on the call's answer.
func (x *Exchange) reading(limits wire.Limits) *reading {
	return &reading{session: x.session, search: x.search, edits: editor{limits: limits}}
}
