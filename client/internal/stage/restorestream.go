package stage

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// errNoTerminal is the cause when a stream ends without the event that says it is whole.
var errNoTerminal error = safeError("stage: stream without its terminal event")

// restoreStream puts a body in front of the answer's that restores event by event.
func (s *redaction) restoreStream(x *Exchange, resp *http.Response) *http.Response {
	stream := wire.NewStream(x.route, s.Limits)
	stream.Expect(x.request.Choices)
	resp.Body = &streamBody{
		x:      x,
		source: resp.Body,
		reader: wire.NewReader(resp.Body, s.Limits),
		stream: stream,
		hide:   !x.request.IncludeUsage,
		lanes:  map[wire.Lane]*lane{},
		editor: editor{session: x.session, limits: s.Limits},
	}
	resp.ContentLength = -1
	return resp
}

// A streamBody reads events, restores their texts and writes them again. A text that comes
// in pieces has a lane; the lane holds back what may be the beginning of a placeholder:
//
//	piece ──► lane ──► piece without the end that may still become a placeholder
//	end of the lane ──► a copy of the lane's last event with what was held, before the end
//
// Whatever cannot be understood ends the stream with an error. An end without the terminal
// event does so too: an answer that was cut must not look whole.
type streamBody struct {
	x      *Exchange
	source io.ReadCloser
	reader *wire.Reader
	stream *wire.Stream
	hide   bool // drop the usage chunk, which the application has not asked for
	lanes  map[wire.Lane]*lane
	editor editor

	out  []byte // what can be read
	next int    // how much of it has been
	data []byte // scratch for the data of one event
	err  error  // after out
}

// A lane is one text of the stream.
type lane struct {
	restorer *redact.Restorer
	// The last event that left something held, to send the rest in its shape.
	name  []byte
	data  []byte
	texts []wire.Text
}

func (b *streamBody) Read(p []byte) (int, error) {
	for b.next == len(b.out) {
		if b.err != nil {
			return 0, b.err
		}
		b.out, b.next = b.out[:0], 0
		b.pump()
	}
	n := copy(p, b.out[b.next:])
	b.next += n
	return n, nil
}

// Close ends the stream. SDKs close after the terminal event and read no further.
func (b *streamBody) Close() error { return b.source.Close() }

// pump turns one event of the service into output.
func (b *streamBody) pump() {
	ev, err := b.reader.Next()
	if err != nil {
		b.end(err)
		return
	}
	chunk, err := b.stream.Parse(ev)
	if err != nil {
		b.end(err)
		return
	}
	if chunk.Content {
		b.x.span.Chunk(time.Now())
	}
	b.x.learn(&chunk.Answer)
	if chunk.Error {
		b.x.learnError(http.StatusOK, &chunk.Answer)
	}
	b.x.whole = b.stream.Complete()
	if chunk.UsageOnly && b.hide {
		return
	}
	b.forward(ev, chunk)
}

// forward writes one event with its texts restored, after what its lanes still hold.
func (b *streamBody) forward(ev *wire.Event, chunk *wire.Chunk) {
	if b.x.call.Redactions == 0 || len(chunk.Texts) == 0 && len(chunk.Flush) == 0 {
		b.out = ev.Append(b.out) // without placeholders there is nothing to restore
		return
	}
	e := &b.editor
	e.data, e.edits = ev.Data, e.edits[:0]
	held := false
	for i := range chunk.Texts {
		text := &chunk.Texts[i]
		if !text.Piece {
			e.restore(text)
			continue
		}
		held = b.piece(text, slices.Contains(chunk.Flush, text.Lane)) || held
	}
	if held {
		b.remember(ev, chunk.Texts)
	}
	for _, ended := range chunk.Flush {
		b.flush(ended)
	}
	if len(e.edits) > 0 {
		b.data = wire.Splice(b.data[:0], ev.Data, e.edits)
		ev.Data = b.data
	}
	b.out = ev.Append(b.out)
}

// piece restores a fragment and reports whether its lane now holds something back.
func (b *streamBody) piece(text *wire.Text, last bool) bool {
	l := b.lanes[text.Lane]
	if l == nil {
		l = &lane{restorer: restorerFor(b.x.session, text.Kind)}
		b.lanes[text.Lane] = l
	}
	before := b.editor.text(text)
	after := l.restorer.Push(before)
	if last {
		after += l.restorer.Flush()
	}
	if after != before {
		b.editor.replace(text, after)
	}
	return l.restorer.Held()
}

// remember keeps the event for the lanes that hold something back after it.
func (b *streamBody) remember(ev *wire.Event, texts []wire.Text) {
	for i := range texts {
		if l := b.lanes[texts[i].Lane]; texts[i].Piece && l.restorer.Held() {
			l.name = append(l.name[:0], ev.Name...)
			l.data = append(l.data[:0], ev.Data...)
			l.texts = append(l.texts[:0], texts...)
		}
	}
}

// flush ends a lane. What it holds leaves in a copy of its last event, in which every
// other text is empty.
func (b *streamBody) flush(ended wire.Lane) {
	l := b.lanes[ended]
	if l == nil || !l.restorer.Held() {
		return
	}
	rest := l.restorer.Flush()
	e := editor{session: b.x.session, data: l.data}
	for i := range l.texts {
		switch text := &l.texts[i]; {
		case text.Piece && text.Lane == ended:
			e.replace(text, rest)
		case text.Kind != wire.Number:
			e.replace(text, "")
		}
	}
	ev := wire.Event{Name: l.name, Data: wire.Splice(nil, l.data, e.edits)}
	b.out = ev.Append(b.out)
}

// end decides how the stream ends: well only after its terminal event.
func (b *streamBody) end(err error) {
	var fault *wire.Error
	switch {
	case errors.Is(err, io.EOF) && b.stream.Complete():
		b.err = io.EOF
		return
	case errors.Is(err, io.EOF):
		b.err = policy.Refuse("restore", event.StreamAborted, errNoTerminal)
	case errors.As(err, &fault):
		b.err = policy.Refuse("restore", fault.Code, err)
	default:
		b.err = refuseRead("restore", err)
	}
	for _, open := range b.stream.Open() {
		b.flush(open)
	}
	_ = b.source.Close() // the connection is of no use any more
}
