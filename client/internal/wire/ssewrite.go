package wire

import "bytes"

// Append appends the event to dst as the standard writes it: lines ended by \n, one space
// after the colon, a blank line at the end. Comments, ids, retry times and the name come in
// the order in which they were read; the data stands where its first line stood. A reader
// gets back exactly what the event holds.
func (e *Event) Append(dst []byte) []byte {
	name, data := len(e.Name) != 0, e.Data != nil
	if name && !e.has(nameLine) {
		dst, name = appendField(dst, "event", firstLine(e.Name)), false
	}
	for _, l := range e.lines {
		text := e.raw[l.start:l.end]
		switch l.kind {
		case commentLine:
			dst = append(append(append(dst, ':'), text...), '\n')
		case idLine:
			dst = appendField(dst, "id", text)
		case retryLine:
			dst = appendField(dst, "retry", text)
		case nameLine:
			if name {
				dst, name = appendField(dst, "event", firstLine(e.Name)), false
			}
		case dataLine:
			if data {
				dst, data = appendData(dst, e.Data), false
			}
		}
	}
	if data {
		dst = appendData(dst, e.Data)
	}
	return append(dst, '\n')
}

func (e *Event) has(kind lineKind) bool {
	for _, l := range e.lines {
		if l.kind == kind {
			return true
		}
	}
	return false
}

func appendField(dst []byte, name string, value []byte) []byte {
	dst = append(append(dst, name...), ':')
	if len(value) != 0 {
		dst = append(append(dst, ' '), value...)
	}
	return append(dst, '\n')
}

// appendData writes one field per line of data. A CR cannot be in a field's value, so it
// counts as the line break that every reader would take it for.
func appendData(dst, data []byte) []byte {
	for {
		end := lineBreak(data, 0)
		dst = appendField(dst, "data", data[:end])
		if end == len(data) {
			return dst
		}
		skip := end + 1
		if data[end] == '\r' && skip < len(data) && data[skip] == '\n' {
			skip++
		}
		data = data[skip:]
	}
}

// firstLine guards against an injected field.
func firstLine(b []byte) []byte {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		return b[:i]
	}
	return b
}
