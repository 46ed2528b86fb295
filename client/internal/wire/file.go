package wire

import (
	"bytes"
	"unicode/utf8"
)

// file reads the content of an uploaded file, as its purpose says:
//
//	batch        calls, one JSON object a line
//	fine-tune    examples, one JSON object a line
//	any other    one JSON document, or JSON lines, or text; else Media
//
// What begins like JSON and is neither a document nor lines is text of the Kind JSON, so
// that values which it may hide in escapes are looked for too.
func (f *formWalker) file(content span) bool {
	outer := f.facts
	ok := true
	switch f.purpose() {
	case "batch":
		ok = f.rows(content, f.batchRow)
	case "fine-tune":
		ok = f.rows(content, func(start int) bool {
			f.facts = f.perRow()
			return f.documentAt(start, tuneRow)
		})
	default:
		f.anyFile(content)
	}
	inner := f.perRow()
	f.facts = outer
	f.textBytes, f.splinters, f.refs, f.lesser = inner.textBytes, inner.splinters, inner.refs, inner.lesser
	return ok
}

// purpose is the value of the field of that name, which may come after the file.
func (f *formWalker) purpose() string {
	for i := range f.parts {
		p := &f.parts[i]
		if string(f.b[p.name.start:p.name.end]) == "purpose" {
			return string(f.b[p.content.start:p.content.end])
		}
	}
	return ""
}

// anyFile reads a file of which nothing is known.
func (f *formWalker) anyFile(content span) {
	if !looksJSON(f.b[content.start:content.end]) {
		f.opaqueOrText(content, Value)
		return
	}
	f.role = User
	known := f.leaves(content)
	f.role = NoRole
	if !known {
		f.opaqueOrText(content, JSON)
	}
}

// leaves finds the texts of content, which is a JSON document or lines of JSON. If it is
// neither, w is as it was.
func (w *walker) leaves(content span) bool {
	if bytes.HasPrefix(w.b[content.start:content.end], []byte(byteOrderMark)) {
		content.start += len(byteOrderMark)
	}
	saved := *w
	w.b = saved.b[:content.end]
	if w.walkAt(content.start, rule{}) {
		w.b = saved.b
		return true
	}
	w.restore(&saved)
	if w.rows(content, w.leafRow) {
		return true
	}
	w.restore(&saved)
	return false
}

// opaqueOrText takes note of content as a text of that kind if it is one, else as Media.
func (f *formWalker) opaqueOrText(content span, kind TextKind) {
	if textEnd(f.b[content.start:content.end]) >= 0 {
		kind = Media
	}
	f.bare(rule{role: User}, kind, content)
}

// looksJSON reports whether b begins as an object or an array does.
func looksJSON(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte(byteOrderMark)), " \t\r\n")
	return len(b) != 0 && (b[0] == '{' || b[0] == '[')
}

// coded are the beginnings of formats that can be written in ASCII and still say nothing
// as they stand: PDF, PostScript, RTF.
var coded = [...]string{"%PDF-", "%!PS", `{\rtf`}

// textEnd returns where b stops to be text that says what it shows, or -1: UTF-8 without
// control characters but those of lines, in no format that encodes its text.
func textEnd(b []byte) int {
	for _, magic := range coded {
		if bytes.HasPrefix(bytes.TrimPrefix(b, []byte(byteOrderMark)), []byte(magic)) {
			return 0
		}
	}
	for i, c := range b {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' && c != '\f' {
			return i
		}
	}
	if !utf8.Valid(b) {
		return invalidAt(b)
	}
	return -1
}
