package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A record is what Verify needs of a line.
type record struct {
	stream   event.Token
	number   uint64
	previous event.Digest
	sealed   bool   // with one of the two seals
	keyed    bool   // with that of a key
	value    []byte // the seal, 64 hexadecimal digits
	split    int    // where the seal begins
	rest     int    // where it ends
	end, gap bool
	lost     int
}

// parse reads a line that must be a record in the form that this package writes: one flat
// object, keys rising, values that are strings, whole numbers, booleans, or arrays of
// strings, and nothing between them. It reports false for anything else.
func parse(line []byte) (rec record, ok bool) {
	p := parser{in: line}
	if !p.take('{') {
		return rec, false
	}
	var last []byte
	for p.at < len(line) {
		start := p.at
		if last != nil && !p.take(',') {
			break
		}
		key, ok := p.text()
		if !ok || string(key) <= string(last) || !p.take(':') {
			return rec, false
		}
		last = key
		value, ok := p.value()
		if !ok || !rec.set(string(key), value) {
			return rec, false
		}
		if rec.value != nil && rec.rest == 0 {
			rec.split, rec.rest = start, p.at
		}
	}
	whole := p.take('}') && p.at == len(line)
	return rec, whole && rec.number > 0 && rec.value != nil && rec.sealed && !rec.stream.IsZero()
}

// set keeps a value that Verify needs.
func (r *record) set(key string, value []byte) (ok bool) {
	switch key {
	case "audit.integrity.algorithm":
		r.keyed = string(unquoted(value)) == keyedSeal
		r.sealed = r.keyed || string(unquoted(value)) == unkeyedSeal
		return r.sealed
	case "audit.integrity.value":
		r.value = unquoted(value)
		return len(r.value) == 2*sha256.Size
	case "audit.sequence.end":
		r.end = string(value) == "true"
		return r.end
	case "audit.sequence.number":
		r.number, ok = number(value)
		return ok
	case "audit.sequence.previous_hash":
		var again [2 * sha256.Size]byte
		text := unquoted(value)
		if len(text) != len(again) {
			return false
		}
		_, err := hex.Decode(r.previous[:], text)
		hex.Encode(again[:], r.previous[:])
		return err == nil && string(text) == string(again[:]) // lower case only
	case "audit.sequence.stream_id":
		r.stream = event.NewToken(string(unquoted(value)))
		return r.stream.String() == string(unquoted(value))
	case "event_name":
		r.gap = string(unquoted(value)) == string(event.AuditGap)
	case "sallyport.lost":
		n, ok := number(value)
		r.lost = int(n)
		return ok
	}
	return true
}

// unquoted returns what stands between the quotes of value, or nothing.
func unquoted(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		return nil
	}
	return value[1 : len(value)-1]
}

// number reads a whole number without sign or leading zero, below 2^53.
func number(value []byte) (n uint64, ok bool) {
	if len(value) == 0 || len(value) > 16 || value[0] == '0' && len(value) > 1 {
		return 0, false
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, n <= maxInteger
}

// A parser stands at a byte of a line.
type parser struct {
	in []byte
	at int
}

func (p *parser) take(c byte) bool {
	if p.at < len(p.in) && p.in[p.at] == c {
		p.at++
		return true
	}
	return false
}

// text takes a string and returns what stands between its quotes, as it is written.
func (p *parser) text() ([]byte, bool) {
	if !p.take('"') {
		return nil, false
	}
	start := p.at
	for p.at < len(p.in) {
		switch c := p.in[p.at]; {
		case c == '"':
			p.at++
			text := p.in[start : p.at-1]
			return text, utf8.Valid(text)
		case c == '\\':
			p.at += 2
		case c < ' ':
			return nil, false
		default:
			p.at++
		}
	}
	return nil, false
}

// value takes a value and returns it as it is written.
func (p *parser) value() ([]byte, bool) {
	start := p.at
	ok := false
	switch {
	case p.at == len(p.in):
	case p.in[p.at] == '"':
		_, ok = p.text()
	case p.in[p.at] == '[':
		ok = p.texts()
	default:
		for p.at < len(p.in) && p.in[p.at] != ',' && p.in[p.at] != '}' {
			p.at++
		}
		word := p.in[start:p.at]
		_, ok = number(word)
		ok = ok || string(word) == "true" || string(word) == "false"
	}
	if !ok {
		return nil, false
	}
	return p.in[start:p.at], true
}

// texts takes an array of one or more strings.
func (p *parser) texts() bool {
	p.at++
	for {
		if _, ok := p.text(); !ok {
			return false
		}
		if !p.take(',') {
			return p.take(']')
		}
	}
}
