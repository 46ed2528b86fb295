package wire

import (
	"bytes"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Bounds of a form.
const (
	// maxParts is what mime/multipart of Go allows for a form of its own accord.
	maxParts = 1000
	// maxHeader bounds the header of one part, in bytes: a file name of 255 bytes and
	// what stands around it.
	maxHeader = 2 << 10
	// maxBoundary is from RFC 2046, section 5.1.1.
	maxBoundary = 70
)

// A part is one part of a multipart/form-data body, by offsets into it.
type part struct {
	name     span // contents of the quoted string
	filename span
	content  span
	file     bool // it has a file name, be it empty
}

// A former splits a multipart/form-data body (RFC 7578, RFC 2046) into its parts. Of all
// that these allow it reads what clients write, and refuses what two readers could split
// in two ways: text before the first part or after the last, bare line feeds, white space
// after a boundary, a boundary within a content.
type former struct {
	scanner
	parts []part
}

// split reads the whole of f.b.
func (f *former) split(boundary string) bool {
	if !isBoundary(boundary) {
		return f.fail(event.BodyInvalid, 0) >= 0
	}
	dash := []byte("--" + boundary)
	i := f.literal(0, dash)
	for i >= 0 && !bytes.HasPrefix(f.b[i:], []byte("--")) {
		if len(f.parts) == maxParts {
			return f.fail(event.BodyTooLarge, i) >= 0
		}
		i = f.part(i, dash)
	}
	if i < 0 {
		return false
	}
	if end := f.b[i+2:]; len(f.parts) == 0 || len(end) != 0 && string(end) != "\r\n" {
		return f.fail(event.BodyInvalid, i) >= 0
	}
	return true
}

// part reads the part whose boundary ends at i and the boundary after it.
func (f *former) part(i int, dash []byte) int {
	var p part
	if i = f.literal(i, []byte("\r\n")); i < 0 {
		return i
	}
	if i = f.header(i, &p); i < 0 {
		return i
	}
	n := bytes.Index(f.b[i:], dash)
	if n < 0 {
		return f.cut()
	}
	// The line break before a boundary belongs to it.
	end := i + n - 2
	if end < i || string(f.b[end:end+2]) != "\r\n" {
		return f.fail(event.BodyInvalid, i+n)
	}
	p.content = span{i, end}
	f.parts = append(f.parts, p)
	return i + n + len(dash)
}

// literal reads exactly want.
func (f *former) literal(i int, want []byte) int {
	for k, c := range want {
		if i+k >= len(f.b) {
			return f.cut()
		}
		if f.b[i+k] != c {
			return f.fail(event.BodyInvalid, i+k)
		}
	}
	return i + len(want)
}

// isBoundary reports whether s is a boundary that needs no quotes in a header: RFC 2046
// allows a few more characters, and clients use none of them.
func isBoundary(s string) bool {
	for i := range len(s) {
		if c := s[i]; byteClasses[c]&pathByte == 0 && c != '\'' && c != '+' {
			return false
		}
	}
	return s != "" && len(s) <= maxBoundary
}

// A formFrame is what must stay of a form when its texts are edited.
type formFrame struct {
	boundary string
	files    []bool // one per part: it has a file name
}

func newFrame(boundary string, parts []part) formFrame {
	f := formFrame{boundary: boundary, files: make([]bool, len(parts))}
	for i := range parts {
		f.files[i] = parts[i].file
	}
	return f
}

// Intact reports whether body, made from the one that q was read from by edits of its
// texts, still has the same parts. No text may come to look like a boundary, and none in a
// header may hold what ends its quotes. Of a body that is no form it is always true: what
// went through [Quote] cannot leave its string.
func (q *Request) Intact(body []byte) bool {
	if q.frame.boundary == "" {
		return true
	}
	f := former{scanner: scanner{b: body}, parts: make([]part, 0, len(q.frame.files))}
	if !f.split(q.frame.boundary) || len(f.parts) != len(q.frame.files) {
		return false
	}
	for i := range f.parts {
		if f.parts[i].file != q.frame.files[i] {
			return false
		}
	}
	return true
}
