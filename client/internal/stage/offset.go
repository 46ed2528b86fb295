package stage

import (
	"strconv"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/redact"
)

// move puts the places of citations right that count in whole texts which have changed.
func (r *reading) move(texts []wire.Text, offsets []wire.Offset) {
	if !r.changed {
		return
	}
	for i := range offsets {
		o := &offsets[i]
		if o.Text == 0 || texts[o.Text-1].Piece {
			continue
		}
		t := &texts[o.Text-1]
		r.moveTo(o, r.moved(targetOf(t), r.edits.text(t), o.At))
	}
}

// moveTo edits an offset.
func (r *reading) moveTo(o *wire.Offset, at int) {
	if at != o.At {
		r.edits.edits = append(r.edits.edits, wire.Edit{Start: o.Start, End: o.End, Text: strconv.Itoa(at)})
	}
}

// moved is where the place in a text has gone to, in characters: as far as what stands
// before it has become longer or shorter by being restored. What is masked keeps its length.
func (r *reading) moved(target redact.Target, text string, at int) int {
	end := 0
	for n := 0; n < at && end < len(text); n++ {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	target.Again = true // it was counted when the text itself was restored
	before := text[:end]
	after := r.session.RestoreFor(target, before)
	return at + utf8.RuneCountInString(after) - utf8.RuneCountInString(before)
}
