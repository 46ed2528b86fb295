package wire

import "github.com/sallyport-go/sallyport/telemetry/event"

// minDigits is from where on a number is worth a look: what identifies a person or an
// account has no fewer digits.
const minDigits = 8

// minCard is from where on a number is worth a look even where one is expected: the
// shortest payment cards have as many digits (ISO/IEC 7812). It cannot be replaced there.
const minCard = 12

func (w *walker) numeral(i int, r rule) int {
	next, digits := w.number(i)
	if next < 0 {
		return next
	}
	switch {
	case r.class == numeric && w.request && digits >= minCard:
		w.add(rule{}, Identifier, i, next, false) // a seed that is a card number
	case r.class == numeric, r.class == base, r.class == splinter:
	case r.class == prompt && w.request:
		return w.fail(event.BodyTokens, i)
	case r.class == blocked && w.request:
		w.add(r, Blocked, i, next, false)
	case digits >= minDigits:
		w.add(rule{}, Number, i, next, false)
	}
	return next
}

// leaf takes note of a string.
func (w *walker) leaf(r rule, start, end int, escaped bool) {
	b := w.b[start:end]
	kind := Value
	switch r.class {
	case free, numeric, prompt:
	case checked:
		return
	case enum:
		if !escaped && isEnum(b) {
			return
		}
	case token:
		if !escaped && isModel(b) {
			return
		}
	case ident:
		if !escaped && isID(b) {
			return
		}
	case base:
		if !escaped && isBase(b) {
			return
		}
	case naming:
		kind = Identifier
	case media:
		kind = Media
	case sealed:
		if len(b) >= minSealed && isBase(b) {
			kind = Sealed
		}
	case embedded:
		kind = JSON
	case splinter:
		kind = Splinter
	case blocked:
		if w.request {
			kind = Blocked
		}
	case either:
		if len(b) >= minImage && isBase(b) {
			kind = Media
		}
	}
	w.add(r, kind, start, end, escaped)
}

// minSealed is from where on a string in the alphabet of base64 is taken for something that
// the service has encrypted, in bytes: the shortest such token has a header, a nonce and a
// tag besides (Fernet has 100 for an empty text).
const minSealed = 64

// minImage is from where on a string in the alphabet of base64 is taken for an image, in
// bytes: no prose is that long without a space, and no image that short.
const minImage = 128

func (w *walker) add(r rule, kind TextKind, start, end int, escaped bool) {
	if start == end {
		return
	}
	t := Text{Start: start, End: end, NameStart: w.member[0], NameEnd: w.member[1], Kind: kind, Role: w.role, Escaped: escaped,
		Tool: w.also&toTool != 0, Again: w.also&repeat != 0 && w.idents != nil}
	if r.part != noPart && w.idents != nil {
		t.Piece, t.Lane.part = true, r.part
		if r.part == partOther {
			t.Lane.ident = w.other
		}
	}
	if kind != Media && kind != Sealed {
		w.textBytes += end - start
	}
	w.texts = append(w.texts, t)
}
