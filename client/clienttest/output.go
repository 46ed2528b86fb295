package clienttest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"unicode/utf16"
	"unicode/utf8"
)

// An output is the body of an answer, compressed if the script says so.
type output struct {
	w  http.ResponseWriter
	to io.Writer
	zw *gzip.Writer
}

// open sends the head of an answer.
func (v *visit) open(status int) *output {
	out := &output{w: v.w, to: v.w}
	if v.reply.Gzip {
		v.w.Header().Set("Content-Encoding", "gzip")
		out.zw = gzip.NewWriter(v.w)
		out.to = out.zw
	}
	for name, values := range v.reply.Header {
		v.w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	v.w.WriteHeader(status)
	return out
}

// write ignores errors: a client that has left misses nothing.
func (o *output) write(p []byte) { _, _ = o.to.Write(p) }

func (o *output) flush() {
	if o.zw != nil {
		_ = o.zw.Flush()
	}
	_ = http.NewResponseController(o.w).Flush()
}

func (o *output) close() {
	if o.zw != nil {
		_ = o.zw.Close()
	}
}

// encode writes a value as the service does: without spaces, without escapes that JSON
// does not demand.
func (v *visit) encode(value any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// All values are maps of the package, and raw parts that were parsed before.
		return []byte(`{"error":{"code":"500","message":"clienttest: ` + http.StatusText(http.StatusInternalServerError) + `"}}`)
	}
	text := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if v.reply.Escaped {
		return escaped(text)
	}
	return text
}

// escaped rewrites valid JSON so that its strings hold escapes wherever they may (RFC
// 8259, section 7), with surrogate pairs above U+FFFF.
func escaped(text []byte) []byte {
	var out []byte
	inside := false
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '"':
			inside = !inside
			out = append(out, '"')
		case inside && r == '\\':
			n = 2
			out = append(out, text[:2]...)
		case inside && !alphanumeric(r):
			out = appendEscape(out, r)
		default:
			out = append(out, text[:n]...)
		}
		text = text[n:]
	}
	return out
}

func alphanumeric(r rune) bool {
	return '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

func appendEscape(out []byte, r rune) []byte {
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return appendUnit(appendUnit(out, high), low)
	}
	return appendUnit(out, r)
}

func appendUnit(out []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(out, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}
