package redact

import (
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// emit lets buf[left:upTo] go.
func (g *Guard) emit(upTo int, spans []detect.Span) {
	for _, span := range spans {
		if span.End <= g.left {
			continue
		}
		if span.Start >= upTo {
			break
		}
		g.pass(max(span.Start, g.left))
		if g.finding(span); g.err != nil {
			return
		}
	}
	g.pass(upTo)
	g.count()
	g.zone, g.hot = g.left < len(g.buf), 0
	if g.zone {
		g.hot = len(g.buf)
	}
	if g.left > maxPassed {
		g.restore()
		from := g.contextStart(contextBefore)
		g.buf = append(g.buf[:0], g.buf[from:]...)
		g.left -= from
		g.done = g.left
		g.word.start = max(g.word.start-from, 0)
		g.hot = max(g.hot-from, 0)
		g.quote = max(g.quote-from, -1)
	}
}

// count counts anew what is not seen of what is held back.
func (g *Guard) count() {
	if g.unseen == 0 {
		return
	}
	g.unseen = 0
	for i := g.left; i < len(g.buf); {
		r, n := utf8.DecodeRune(g.buf[i:])
		g.unseen += n - width(r)
		i += n
	}
}

// pass lets buf[left:to] go as text.
func (g *Guard) pass(to int) { g.left = max(g.left, to) }

// restore writes what has passed.
func (g *Guard) restore() { g.out = append(g.out, g.restored()...) }

// restored is what has passed, restored. In how many pieces is of no importance to the
// restorer.
func (g *Guard) restored() string {
	if g.done == g.left {
		return ""
	}
	text := string(g.buf[g.done:g.left])
	if g.target.Embed != nil {
		g.json.read(text)
	}
	g.done = g.left
	return g.restorer.Push(text)
}

// finding writes what stands for a value, or for the part of it that has not left.
func (g *Guard) finding(span detect.Span) {
	s := g.session
	if !g.target.Again {
		s.mu.Lock()
		tally(&s.found, span.Kind)
		s.mu.Unlock()
	}
	text := string(g.buf[g.left:span.End])
	switch s.redactor.answers[span.Kind] {
	case Refuse:
		g.err = &RefusedError{Kind: span.Kind}
		return
	case Allow:
		g.pass(span.End)
		return
	case Hash:
		g.hide(text, s.hash(span.Kind, text))
	default:
		g.hide(text, mask(span.Kind, text))
	}
	g.left, g.done = span.End, span.End
}

// hide writes what stands for a value. In JSON nothing of its form is kept.
func (g *Guard) hide(text, stand string) {
	g.restore()
	g.out = append(g.out, g.restorer.Flush()...)
	if g.target.Embed == nil {
		g.out = append(g.out, stand...)
		return
	}
	if strings.ContainsAny(stand, masked[:1]) {
		stand = masked
	}
	g.out = g.json.hide(g.out, text, stand)
}
