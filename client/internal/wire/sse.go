package wire

import (
	"bytes"
	"errors"
	"io"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An Event is one event of a text/event-stream (WHATWG HTML, "Server-sent events", 2026).
//
// Name and Data may be replaced before [Event.Append]; an Event made by hand has only
// these two. One from a [Reader] is good until the Reader's next call.
type Event struct {
	// Name is the event's type, or empty.
	Name []byte
	// Data is the event's data, its lines joined by \n. It is nil if the event has no
	// data field: a block of comments, ids or retry times, which dispatches nothing.
	Data []byte

	raw   []byte
	lines []line
}

// A line is one field of an event; its value is raw[start:end] of the Event.
type line struct {
	kind       lineKind
	start, end int
}

type lineKind uint8

const (
	commentLine lineKind = iota
	idLine
	retryLine
	nameLine // where the Name stands
	dataLine // where the Data stands
)

// A Reader splits a text/event-stream into events. It delivers an event as soon as its
// blank line has come. It is for one goroutine, and closes nothing.
type Reader struct {
	source   io.Reader
	maxLine  int
	maxEvent int

	buf    []byte
	begin  int   // of the event under way
	used   int   // of buf
	offset int   // of buf[0] in the stream
	skipLF bool  // the last line ended in CR, so that a LF belongs to it
	past   bool  // the place of the byte order mark
	err    error // of source

	event Event
	data  []byte // room to join data lines
}

// Sizes of the buffer, in bytes.
const (
	firstRead = 4 << 10
	maxIdle   = 64 << 10 // a larger buffer is given up after the event that needed it
)

// maxLines bounds the fields of one event: an empty comment takes two bytes on the wire and
// a dozen times as many to remember.
const maxLines = 1 << 16

// maxEmptyReads is how often a source may return neither data nor an error in a row.
const maxEmptyReads = 100

const byteOrderMark = "\xEF\xBB\xBF"

// NewReader returns a Reader of r.
func NewReader(r io.Reader, l Limits) *Reader {
	return &Reader{source: r, maxLine: l.Line(), maxEvent: l.Event()}
}

// Next returns the next event.
//
// At the end of the stream it returns io.EOF. If the stream ends inside an event it
// returns an *Error with the code StreamAborted, which is io.ErrUnexpectedEOF too; that
// event is not delivered, as the standard demands. A line or an event over its limit is
// an *Error with the code LineTooLarge or EventTooLarge. A fault of the source is returned as it is.
func (r *Reader) Next() (*Event, error) {
	r.begin = r.used
	r.event = Event{lines: r.event.lines[:0]}
	scanned := 0
	for {
		end, ok := r.lineEnd(scanned)
		if code := r.tooLarge(end); code != "" {
			return nil, &Error{Code: code, Offset: r.offset + end}
		}
		if !ok {
			scanned = end - r.used
			if err := r.fill(); err != nil {
				return nil, err
			}
			continue
		}
		start := r.used
		scanned, r.used, r.skipLF = 0, end+1, r.buf[end] == '\r'
		switch {
		case start < end:
			r.field(start, end)
		case r.resolve():
			return &r.event, nil
		default:
			r.begin, r.event.lines = r.used, r.event.lines[:0]
		}
	}
}

// lineEnd finds the break that ends the line at r.used, of which scanned bytes are known
// to hold none. It takes off the byte order mark, and the LF of a CRLF. If there is no
// break yet, it returns the end of the buffer and false.
func (r *Reader) lineEnd(scanned int) (int, bool) {
	if !r.past {
		switch {
		case bytes.HasPrefix(r.buf, []byte(byteOrderMark)):
			r.used, r.begin, r.past = len(byteOrderMark), len(byteOrderMark), true
			scanned = 0
		case r.err == nil && bytes.HasPrefix([]byte(byteOrderMark), r.buf):
			return len(r.buf), false
		default:
			r.past, scanned = true, 0
		}
	}
	if r.skipLF && r.used < len(r.buf) {
		r.skipLF = false
		if r.buf[r.used] == '\n' {
			if r.begin == r.used {
				r.begin++
			}
			r.used++
			scanned = 0
		}
	}
	end := lineBreak(r.buf, r.used+scanned)
	return end, end < len(r.buf)
}

// fill reads more. Whatever is in the buffer from begin on belongs to the event under way.
func (r *Reader) fill() error {
	if r.err != nil {
		if errors.Is(r.err, io.EOF) && r.unfinished() {
			return &Error{Code: event.StreamAborted, Offset: r.offset + len(r.buf), early: true}
		}
		return r.err
	}
	r.makeRoom()
	for range maxEmptyReads {
		n, err := r.source.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf, r.err = r.buf[:len(r.buf)+n], err
		if n > 0 || err != nil {
			return nil
		}
	}
	r.err = io.ErrNoProgress
	return nil
}

// unfinished reports whether the stream ended inside a line, or inside an event that would
// have been dispatched.
func (r *Reader) unfinished() bool {
	if r.used < len(r.buf) {
		return true
	}
	for _, l := range r.event.lines {
		if l.kind == dataLine || l.kind == nameLine {
			return true
		}
	}
	return false
}

// makeRoom moves the event under way to the front of the buffer, or of a larger one.
func (r *Reader) makeRoom() {
	kept := r.buf[r.begin:]
	most := r.maxEvent + firstRead // nothing that is kept is larger than an event
	switch {
	case len(kept) > cap(r.buf)/2 && cap(r.buf) < most || cap(r.buf) == 0:
		r.buf = append(make([]byte, 0, max(firstRead, min(2*cap(r.buf), most))), kept...)
	case cap(r.buf) > maxIdle && len(kept) < firstRead:
		r.buf = append(make([]byte, 0, 2*firstRead), kept...)
	case r.begin > 0:
		r.buf = append(r.buf[:0], kept...)
	}
	r.offset += r.begin
	r.used -= r.begin
	r.begin = 0
}

// tooLarge is the code for what is over its limit when the line goes on to end, or empty.
func (r *Reader) tooLarge(end int) event.Code {
	switch {
	case end-r.used > r.maxLine:
		return event.LineTooLarge
	case end-r.begin > r.maxEvent, len(r.event.lines) > maxLines:
		return event.EventTooLarge
	default:
		return ""
	}
}

// field takes note of the line buf[start:end]. What the standard ignores is dropped: a
// field of another name, an id with a NUL, a retry time that is no number.
func (r *Reader) field(start, end int) {
	name, value := r.buf[start:end], end
	if colon := bytes.IndexByte(name, ':'); colon >= 0 {
		name, value = name[:colon], start+colon+1
		if value < end && r.buf[value] == ' ' && colon > 0 {
			value++
		}
	}
	l := line{start: value - r.begin, end: end - r.begin}
	text := r.buf[value:end]
	switch string(name) {
	case "":
		l.kind = commentLine
	case "data":
		l.kind = dataLine
	case "event":
		l.kind = nameLine
	case "id":
		l.kind = idLine
		if bytes.IndexByte(text, 0) >= 0 {
			return
		}
	case "retry":
		l.kind = retryLine
		if !only(text, digitByte) || len(text) == 0 {
			return
		}
	default:
		return
	}
	r.event.lines = append(r.event.lines, l)
}

// resolve turns the lines, now that the buffer will not move, into Name and Data. Only
// data of several lines is copied. It reports whether the event says anything: an empty
// name alone does not.
func (r *Reader) resolve() bool {
	e := &r.event
	e.raw = r.buf[r.begin:r.used]
	several, says := false, false
	for _, l := range e.lines {
		text := e.raw[l.start:l.end:l.end]
		says = says || l.kind != nameLine
		switch {
		case l.kind == nameLine:
			e.Name = text
		case l.kind != dataLine:
		case e.Data == nil:
			e.Data = text
		default:
			if !several {
				r.data, several = append(r.data[:0], e.Data...), true
			}
			r.data = append(append(r.data, '\n'), text...)
			e.Data = r.data
		}
	}
	return says || len(e.Name) != 0
}
