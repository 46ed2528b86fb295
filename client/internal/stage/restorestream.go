package stage

import (
	"context"
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
func (s *redaction) restoreStream(ctx context.Context, x *Exchange, resp *http.Response) *http.Response {
	limits := s.Limits
	if op := x.route.Operation; op == wire.Images || op == wire.ImageEdits {
		limits.MaxLine, limits.MaxEvent = limits.Bytes(), limits.Bytes() // a picture is one line
	}
	stream := wire.NewStream(x.route, limits)
	stream.Expect(x.request.Choices)
	b := &streamBody{
		x:       x,
		ctx:     ctx,
		stage:   s,
		source:  resp.Body,
		events:  wire.NewReader(resp.Body, limits),
		stream:  stream,
		hide:    !x.request.IncludeUsage,
		lanes:   map[wire.Lane]*lane{},
		reading: x.reading(s.Limits),
	}
	b.drop = !b.reading.idle()
	if b.drop && x.request.Logprobs {
		resp.Header.Set(droppedHeader, droppedLogprobs)
	}
	resp.Body = b
	resp.ContentLength = -1
	return resp
}

// A streamBody reads events, makes their texts what the application shall read, and writes
// them again. A text that comes in pieces has a lane; the lane holds back what may be the
// beginning of a placeholder or of a value that must not come through:
//
//	piece ──► lane ──► piece without the end that may still become one
//	end of the lane ──► a copy of the lane's last event with what was held, before the end
//
// Whatever cannot be understood ends the stream with an error. An end without the terminal
// event does so too: an answer that was cut must not look whole.
type streamBody struct {
	x       *Exchange
	ctx     context.Context //nolint:containedctx // of the call, for the store of sessions
	stage   *redaction
	source  io.ReadCloser
	events  *wire.Reader
	stream  *wire.Stream
	hide    bool // drop the usage chunk, which the application has not asked for
	drop    bool // leave out log probabilities
	lanes   map[wire.Lane]*lane
	reading *reading
	refs    int // how many ids the session is remembered under

	out  []byte // what can be read
	next int    // how much of it has been
	data []byte // scratch for the data of one event
	err  error  // after out
}

// A lane is one text of the stream.
type lane struct {
	sequel
	said []byte // what the service has said so far, for offsets that count in it
	// The last event that left something held, to send the rest in its shape.
	name  []byte
	data  []byte
	texts []wire.Text

	splinters []wire.Edit
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
	ev, err := b.events.Next()
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
	if len(chunk.Refs) > b.refs {
		b.refs = len(chunk.Refs)
		b.stage.remember(b.ctx, b.x, chunk.Refs)
	}
	if chunk.UsageOnly && b.hide {
		return
	}
	if err := b.forward(ev, chunk); err != nil {
		b.fail(err)
	}
}

// forward writes one event with its texts as they shall be, after what its lanes still
// hold.
func (b *streamBody) forward(ev *wire.Event, chunk *wire.Chunk) error {
	r := b.reading
	if r.idle() || len(chunk.Texts) == 0 && len(chunk.Flush) == 0 && len(chunk.Offsets) == 0 {
		b.out = ev.Append(b.out)
		return nil
	}
	e := &r.edits
	e.data, e.edits = ev.Data, e.edits[:0]
	held := false
	for i := range chunk.Texts {
		text := &chunk.Texts[i]
		if !text.Piece {
			if err := r.whole(text); err != nil {
				return err
			}
			continue
		}
		holds, err := b.piece(text, slices.Contains(chunk.Flush, text.Lane))
		if err != nil {
			return err
		}
		held = held || holds
	}
	if held {
		b.keep(ev, chunk)
	}
	for _, ended := range chunk.Flush {
		if err := b.flush(ended); err != nil {
			return err
		}
	}
	b.move(chunk)
	if b.drop {
		e.edits = append(e.edits, chunk.Splinters...)
	}
	if len(e.edits) > 0 {
		data, err := splice(b.data[:0], ev.Data, e.edits)
		if err != nil {
			return err
		}
		b.data, ev.Data = data, data
	}
	b.out = ev.Append(b.out)
	return nil
}

// maxSaid bounds what is kept of a text for the sake of offsets, in bytes.
const maxSaid = 1 << 20

// move puts the places of citations right: in whole texts of the event, and in those that
// have come in pieces.
func (b *streamBody) move(chunk *wire.Chunk) {
	b.reading.move(chunk.Texts, chunk.Offsets)
	for i := range chunk.Offsets {
		o := &chunk.Offsets[i]
		lane := o.Lane
		if o.Text > 0 {
			lane = chunk.Texts[o.Text-1].Lane
		}
		if l := b.lanes[lane]; l != nil && lane != (wire.Lane{}) {
			b.reading.moveTo(o, b.reading.moved(redact.Target{}, string(l.said), o.At))
		}
	}
}

// piece reads a fragment and reports whether its lane now holds something back.
func (b *streamBody) piece(text *wire.Text, last bool) (bool, error) {
	l := b.lanes[text.Lane]
	if l == nil {
		l = &lane{sequel: b.reading.pieces(text)}
		b.lanes[text.Lane] = l
	}
	e := &b.reading.edits
	before := e.text(text)
	if !text.Tool && len(l.said) <= maxSaid {
		l.said = append(l.said, before...)
	}
	after, err := l.Push(before)
	if err != nil {
		return false, refuseRedact(err)
	}
	if last {
		rest, err := l.Flush()
		if err != nil {
			return false, refuseRedact(err)
		}
		after += rest
	}
	if after != before {
		e.replace(text, after)
	}
	return l.Held(), nil
}

// keep keeps the event for the lanes that hold something back after it.
func (b *streamBody) keep(ev *wire.Event, chunk *wire.Chunk) {
	texts, splinters := chunk.Texts, chunk.Splinters
	for i := range texts {
		if l := b.lanes[texts[i].Lane]; texts[i].Piece && l.Held() {
			l.name = append(l.name[:0], ev.Name...)
			l.data = append(l.data[:0], ev.Data...)
			l.texts = append(l.texts[:0], texts...)
			l.splinters = append(l.splinters[:0], splinters...)
		}
	}
}

// flush ends a lane. What it holds leaves in a copy of its last event, in which every
// other text is empty.
func (b *streamBody) flush(ended wire.Lane) error {
	l := b.lanes[ended]
	if l == nil || !l.Held() {
		return nil
	}
	rest, err := l.Flush()
	if err != nil {
		return refuseRedact(err)
	}
	e := editor{data: l.data}
	for i := range l.texts {
		switch text := &l.texts[i]; {
		case text.Piece && text.Lane == ended:
			e.replace(text, rest)
		case text.Kind == wire.Name: // it says what the rest belongs to
			before := e.text(text)
			after, err := b.reading.read(text, before)
			if err != nil {
				return refuseRedact(err)
			}
			if after != before {
				e.replace(text, after)
			}
		case text.Kind != wire.Number && text.Kind != wire.Splinter:
			e.replace(text, "")
		}
	}
	if b.drop {
		e.edits = append(e.edits, l.splinters...)
	}
	data, err := splice(nil, l.data, e.edits)
	if err != nil {
		return err
	}
	ev := wire.Event{Name: l.name, Data: data}
	b.out = ev.Append(b.out)
	return nil
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
		if err := b.flush(open); err != nil {
			b.err = err // the worse of two faults
			break
		}
	}
	_ = b.source.Close() // the connection is of no use any more
}

// fail ends the stream because of what it says. What its lanes hold is not let go.
func (b *streamBody) fail(err error) {
	b.err = err
	_ = b.source.Close() // the connection is of no use any more
}
