package audit

import (
	"cmp"
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// An object is a JSON object in work. An empty string, a zero count or digest adds nothing.
type object struct{ buf []byte }

// key opens a field whose key is made of parts.
func (o *object) key(parts ...string) {
	if o.buf[len(o.buf)-1] != '{' {
		o.buf = append(o.buf, ',')
	}
	o.buf = append(o.buf, '"')
	for _, part := range parts {
		o.buf = append(o.buf, part...)
	}
	o.buf = append(o.buf, '"', ':')
}

func (o *object) text(k, v string) {
	if v != "" {
		o.key(k)
		o.buf = quote(o.buf, v)
	}
}

func (o *object) flag(k string, v bool) {
	o.key(k)
	o.buf = strconv.AppendBool(o.buf, v)
}

func (o *object) number(k string, v uint64) {
	o.key(k)
	o.buf = strconv.AppendUint(o.buf, min(v, maxInteger), 10)
}

// maxInteger is the largest integer that every JSON reader keeps (RFC 8785, section 3.2.2.3).
const maxInteger = 1<<53 - 1

func (o *object) count(k string, v int) {
	if v > 0 {
		o.number(k, uint64(v))
	}
}

func (o *object) duration(k string, d time.Duration) { o.count(k, int(d.Microseconds())) }

func (o *object) digest(k string, d event.Digest) {
	if !d.IsZero() {
		o.hex(k, d[:])
	}
}

func (o *object) hex(k string, v []byte) {
	o.key(k)
	o.buf = append(o.buf, '"')
	o.buf = hex.AppendEncode(o.buf, v)
	o.buf = append(o.buf, '"')
}

func (o *object) address(k string, a netip.AddrPort) {
	if a.IsValid() {
		o.key(k)
		o.buf = append(a.AppendTo(append(o.buf, '"')), '"')
	}
}

// time appends nanoseconds since 1970.
func (o *object) time(k string, at time.Time) {
	o.key(k)
	o.buf = append(o.buf, '"')
	o.buf = strconv.AppendInt(o.buf, at.UnixNano(), 10)
	o.buf = append(o.buf, '"')
}

func (o *object) id(k string, now time.Time) {
	id := newID(now)
	o.key(k)
	o.buf = append(append(append(o.buf, '"'), id[:]...), '"')
}

func (o *object) finish(k string, all []event.Finish) {
	if len(all) == 0 {
		return
	}
	o.key(k)
	o.buf = append(o.buf, '[')
	for i, f := range all {
		if i > 0 {
			o.buf = append(o.buf, ',')
		}
		o.buf = quote(o.buf, string(f.Checked()))
	}
	o.buf = append(o.buf, ']')
}

// counts appends a key per kind, in order and without repetition.
func (o *object) counts(prefix string, counts []event.Count) {
	byKind := func(a, b event.Count) int { return cmp.Compare(a.Kind.String(), b.Kind.String()) }
	if !slices.IsSortedFunc(counts, byKind) {
		counts = slices.SortedFunc(slices.Values(counts), byKind)
	}
	for i := 0; i < len(counts); {
		kind, n := counts[i].Kind, 0
		for ; i < len(counts) && counts[i].Kind == kind; i++ {
			n += max(counts[i].N, 0)
		}
		if n > 0 && !kind.IsZero() {
			o.key(prefix, kind.String())
			o.buf = strconv.AppendUint(o.buf, min(uint64(n), maxInteger), 10)
		}
	}
}

const hexDigits = "0123456789abcdef"

// quote appends s as a canonical JSON string (RFC 8785, section 3.2.2.2): only what must
// be escaped is, and bytes that are not UTF-8 become U+FFFD.
func quote(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			dst = utf8.AppendRune(dst, r)
			i += n
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c < ' ':
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
		i++
	}
	return append(dst, '"')
}
