package stage

import (
	"context"
	"strings"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A batch redacts all texts of a document at once, so that a detector elsewhere is asked
// once per call. A string that holds JSON is taken apart, so that a value which it writes
// with escapes is found too, and a number whose member's name says what it is.
type batch struct {
	editor *editor
	inputs []redact.Input
	items  []item
}

// An item is one text of the document, and where its inputs begin.
type item struct {
	text   *wire.Text
	before string
	first  int
	leaves []wire.Text // of a string that holds JSON
	near   bool        // it should hold JSON and does not
}

// add takes a text.
func (b *batch) add(t *wire.Text) {
	one := item{text: t, before: b.editor.text(t), first: len(b.inputs)}
	if t.Kind == wire.JSON {
		var err error
		one.leaves, err = wire.Leaves(nil, []byte(one.before), b.editor.limits)
		one.near = err != nil
	}
	if t.Kind != wire.JSON || one.near {
		b.inputs = append(b.inputs, redact.Input{Text: one.before, Field: b.editor.name(t), Origin: originOf(t)})
	} else {
		inner := editor{doc: one.before}
		for i := range one.leaves {
			leaf := &one.leaves[i]
			b.inputs = append(b.inputs, redact.Input{Text: inner.text(leaf), Field: inner.name(leaf), Origin: originOf(t)})
		}
	}
	b.items = append(b.items, one)
}

// originOf tells the texts of the application itself from those of its users.
func originOf(t *wire.Text) redact.Origin {
	if t.Role == wire.System {
		return redact.System
	}
	return redact.User
}

// redact puts placeholders into the document.
func (b *batch) redact(ctx context.Context) error {
	if len(b.inputs) == 0 {
		return nil
	}
	outputs, err := b.editor.session.RedactAll(ctx, b.inputs)
	if err != nil {
		return refuseRedact(err)
	}
	for i := range b.items {
		if err := b.apply(&b.items[i], outputs); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) apply(one *item, outputs []string) error {
	var after string
	switch {
	case one.leaves != nil:
		after = b.assemble(one, outputs[one.first:])
	case one.text.Kind == wire.JSON && !one.near:
		return nil // JSON without a text in it
	default:
		after = outputs[one.first]
	}
	if one.near && b.hides(after) {
		return refuseRedact(errHidden)
	}
	switch {
	case after == one.before:
		return nil
	case one.text.Kind == wire.Identifier:
		return policy.Refuse("redact", event.PIIBlocked, nil)
	}
	b.editor.replace(one.text, after)
	return nil
}

// assemble puts the outputs of the leaves back into the JSON that they are from.
func (b *batch) assemble(one *item, outputs []string) string {
	inner := editor{doc: one.before}
	for i := range one.leaves {
		if outputs[i] != b.inputs[one.first+i].Text {
			inner.replace(&one.leaves[i], outputs[i])
		}
	}
	if len(inner.edits) == 0 {
		return one.before
	}
	return string(wire.Splice(nil, []byte(one.before), inner.edits))
}

// errHidden is the cause when JSON that cannot be taken apart hides a value in escapes.
var errHidden error = safeError("stage: a value is written with escapes in JSON that is not strict")

// hides reports whether text, which should be JSON and is not, such as arguments that were
// cut off, shows a value once its escapes are undone: a lenient parser would undo them.
func (b *batch) hides(text string) bool {
	return strings.IndexByte(text, '\\') >= 0 && !b.editor.session.Clean(string(wire.Unquote(nil, text)))
}
