package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// The headers that a part may have, each once. RFC 7578, section 4.8, knows no others.
const (
	hasDisposition = 1 << iota
	hasType
	hasEncoding
)

// header reads the header of a part, from i to behind its blank line.
func (f *former) header(i int, p *part) int {
	start, seen := i, 0
	for {
		limit := min(len(f.b), start+maxHeader)
		n := bytes.Index(f.b[i:limit], []byte("\r\n"))
		switch {
		case n < 0 && limit == len(f.b):
			return f.cut()
		case n < 0:
			return f.fail(event.BodyTooLarge, i)
		case n == 0 && seen&hasDisposition == 0:
			return f.fail(event.BodyInvalid, i)
		case n == 0:
			return i + 2
		}
		kind := f.field(span{i, i + n}, p)
		if kind == 0 || seen&kind != 0 {
			return f.fail(event.BodyInvalid, i)
		}
		seen |= kind
		i += n + 2
	}
}

// field reads one field of a header and returns which one it is, or 0.
func (f *former) field(line span, p *part) int {
	text := f.b[line.start:line.end]
	colon := bytes.IndexByte(text, ':')
	if colon < 0 || !only(text[:colon], pathByte) || !printable(text) {
		return 0
	}
	value := span{line.start + colon + 1, line.end}
	for value.start < value.end && f.b[value.start] == ' ' {
		value.start++
	}
	for value.end > value.start && f.b[value.end-1] == ' ' {
		value.end--
	}
	switch strings.ToLower(string(text[:colon])) {
	case "content-disposition":
		if f.disposition(value, p) {
			return hasDisposition
		}
	case "content-type":
		if isPartType(string(f.b[value.start:value.end])) {
			return hasType
		}
	case "content-transfer-encoding":
		switch strings.ToLower(string(f.b[value.start:value.end])) {
		case "binary", "8bit", "7bit":
			return hasEncoding
		}
	}
	return 0
}

// disposition reads `form-data; name="..."; filename="..."`, in this order, the last of
// them or not. Escapes are refused, since readers undo them each in its way, and so is
// filename*, which another reader may prefer or overlook.
func (f *former) disposition(value span, p *part) bool {
	text := string(f.b[value.start:value.end])
	rest, ok := cutFold(text, "form-data")
	if !ok {
		return false
	}
	at := func(rest string) int { return value.end - len(rest) }
	if rest, ok = cutParameter(rest, `name="`); !ok {
		return false
	}
	n := strings.IndexByte(rest, '"')
	if n <= 0 {
		return false
	}
	p.name = span{at(rest), at(rest) + n}
	if rest = rest[n+1:]; rest != "" {
		if rest, ok = cutParameter(rest, `filename="`); !ok {
			return false
		}
		if n = strings.IndexByte(rest, '"'); n < 0 || n != len(rest)-1 {
			return false
		}
		p.file, p.filename = true, span{at(rest), at(rest) + n}
	}
	return !strings.Contains(text, `\`)
}

// cutParameter takes a semicolon, spaces and name off the front of s.
func cutParameter(s, name string) (string, bool) {
	rest, ok := strings.CutPrefix(s, ";")
	if !ok {
		return s, false
	}
	return cutFold(strings.TrimLeft(rest, " "), name)
}

// cutFold takes prefix off s, whatever its case. The prefix is ASCII.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || strings.ToLower(s[:len(prefix)]) != prefix {
		return s, false
	}
	return s[len(prefix):], true
}

// printable reports whether b is UTF-8 without control characters.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == 0x7F {
			return false
		}
	}
	return utf8.Valid(b)
}

// Bounds of a media type, in bytes. The longest that files have is
// application/vnd.openxmlformats-officedocument.presentationml.presentation.
const maxType, maxTypeDigits = 80, 8

// isPartType reports whether s is a media type of one content in UTF-8: not one of several
// parts, and with no parameter but a charset and the codecs of a recording. It goes out as
// it is, so it must also look like a constant.
func isPartType(s string) bool {
	media, parameters, _ := strings.Cut(s, ";")
	kind, subtype, ok := strings.Cut(media, "/")
	if !ok || len(media) > maxType || strings.EqualFold(kind, "multipart") || strings.EqualFold(kind, "message") ||
		!shaped([]byte(kind), maxType, 0, 0) || !isSubtype(subtype) {
		return false
	}
	if parameters == "" {
		return !strings.HasSuffix(s, ";")
	}
	name, value, _ := strings.Cut(strings.TrimLeft(parameters, " "), "=")
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		value = value[1 : n-1]
	}
	switch strings.ToLower(name) {
	case "charset":
		return strings.EqualFold(value, "utf-8") || strings.EqualFold(value, "us-ascii")
	case "codecs":
		return isCode([]byte(value))
	}
	return false
}

func isSubtype(s string) bool {
	return shaped([]byte(strings.ReplaceAll(s, "+", "-")), maxType, maxTypeDigits, maxTypeDigits)
}
