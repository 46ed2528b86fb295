package redact

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// read takes one character.
func (g *Guard) read(r rune, text string) {
	if g.swallow != "" && g.drops(r, text) {
		return
	}
	c := classOf(r)
	if c == single && len(g.buf) > g.word.start {
		g.endWord()
	}
	g.buf = append(g.buf, text...)
	g.unseen += len(text) - width(r)
	g.word.add(r, c)
	switch {
	case c == blank, c == single:
		g.endWord()
		if r == '\n' {
			g.quote = -1
		}
	case g.full():
		g.squeeze()
	}
}

// held is how much is held back, in characters.
func (g *Guard) held() int {
	n := len(g.buf) - g.left
	return max(n-g.unseen, n/unseenEach)
}

// full reports whether too much is held back.
func (g *Guard) full() bool { return g.held() >= g.calm }

// back returns the place n characters before i in the buffer.
func (g *Guard) back(i, n int) int {
	low := max(0, i-n*unseenEach)
	for i > low && n > 0 {
		if c := g.buf[i-1]; c < utf8.RuneSelf {
			i--
			n--
			continue
		}
		r, size := utf8.DecodeLastRune(g.buf[:i])
		i -= size
		n -= width(r)
	}
	return i
}

// plain takes the ASCII letters and marks that text begins with, as read does one by one.
func (g *Guard) plain(text string) int {
	if g.swallow != "" {
		return 0
	}
	text = text[:min(len(text), max(g.calm-g.held()-1, 0))]
	n := g.word.addASCII(text)
	g.buf = append(g.buf, text[:n]...)
	return n
}

// endWord decides about the word that has been read, and what is before it.
func (g *Guard) endWord() {
	class := g.word.class()
	if class == hot && !g.unknown(string(bytes.TrimSpace(g.buf[g.word.start:]))) {
		class = quiet
	}
	if class == quiet && g.eager {
		class = capital
	}
	g.quotes()
	g.names(class)
	g.word = word{start: len(g.buf)}
	switch {
	case class == hot:
		g.zone, g.script, g.hot = true, false, len(g.buf)
	case class == capital, g.quote >= g.left:
		if !g.zone {
			g.zone, g.hot = true, 0
		}
		g.script = false
	case !g.zone:
		g.release(nil)
	case !g.name && (g.hot == 0 || g.back(len(g.buf), quietAfter) >= g.hot):
		g.close()
	}
	if g.full() {
		g.squeeze()
	}
}

// names follows a name through the short words in it.
func (g *Guard) names(class class) {
	switch {
	case g.word.capital && class == capital:
		g.name, g.short = true, 0
	case g.word.chars == 0:
	case class == hot, g.word.chars > shortWord, g.short == shortWords:
		g.name = false
	default:
		g.short++
	}
}

// quotes follows a quotation, which may be the local part of an address.
func (g *Guard) quotes() {
	if g.word.quotes%2 != 0 {
		if g.quote < 0 {
			g.quote = g.word.start
		} else {
			g.quote = -1
		}
	}
	if g.quote >= 0 && (g.quote < g.left || g.back(len(g.buf), maxQuoted) > g.quote) {
		g.quote = -1
	}
}

// unknown reports whether a word is hot even without the placeholders and surrogates in
// it.
func (g *Guard) unknown(text string) bool {
	done := 0
	for _, o := range g.session.occurrences(text) {
		if isHot(text[done:o.start]) {
			return true
		}
		done = o.end
	}
	return isHot(text[done:])
}

// find looks for values in the buffer. Spans are of the buffer.
func (g *Guard) find() []detect.Span {
	before := contextBefore
	if g.hot == 0 && g.word.chars == 0 {
		before = nameBefore
	}
	from := g.contextStart(before)
	text := string(g.buf[from:])
	g.work.spans = g.work.scanner.Find(g.work.spans[:0], text, g.session.redactor.listen)
	g.work.spans = g.session.unknown(g.work.spans, text, g.target.Tool)
	for i := range g.work.spans {
		g.work.spans[i].Start += from
		g.work.spans[i].End += from
	}
	return g.work.spans
}

// contextStart is where what has left is looked at again from: a place at most before
// characters back, where a word begins if there is one soon.
func (g *Guard) contextStart(before int) int {
	from := g.back(g.left, before)
	if from == 0 {
		return 0
	}
	if n := bytes.IndexAny(g.buf[from:g.back(g.left, before*3/4)], " \n\r\t"); n >= 0 {
		return from + n + 1
	}
	for from < g.left && !utf8.RuneStart(g.buf[from]) {
		from++
	}
	return from
}

// close lets everything go, unless a value goes on to the end of it.
func (g *Guard) close() {
	if g.script {
		g.release(nil)
		return
	}
	spans := g.find()
	if n := len(spans); n > 0 && spans[n-1].End >= len(bytes.TrimRight(g.buf, " \n\r\t")) {
		g.hot = len(g.buf)
		return
	}
	g.release(spans)
}

// release lets everything go but the letters at the end that may become the local part of an
// address in a script without spaces.
func (g *Guard) release(spans []detect.Span) {
	at, low := len(g.buf), max(g.left, len(g.buf)-maxRun*unseenEach)
	for letters := 0; at > low; {
		r, n := utf8.DecodeLastRune(g.buf[:at])
		if inScript(r) {
			letters += n
		} else if width(r) > 0 {
			break
		}
		if letters > maxRun {
			break
		}
		at -= n
	}
	g.emit(at, spans)
	if g.script = g.zone; g.script {
		g.hot = 0
	}
}

// squeeze lets a part go when too much is held back: up to a blank, and up to a value that
// may not be whole. Of a value that has grown too long, the rest is dropped.
func (g *Guard) squeeze() {
	spans := g.find()
	at := max(g.back(len(g.buf), g.margin), g.left)
	if n := bytes.LastIndexAny(g.buf[g.left:at], " \n\r\t"); n >= 0 {
		at = g.left + n + 1
	} else {
		at = g.left // a word without an end
	}
	for _, span := range slices.Backward(spans) {
		if span.End >= at && span.Start < at {
			at = max(span.Start, g.left)
		}
	}
	switch {
	case at > g.left:
		g.emit(at, spans)
	case g.calm < maxOpen && len(g.buf)-g.left < maxOpen:
		g.calm *= 2
		return
	case len(spans) > 0 && spans[len(spans)-1].End == len(g.buf):
		last := spans[len(spans)-1]
		g.swallow, g.dropped = last.Kind, append(g.dropped[:0], g.buf[len(g.buf)-128:]...)
		g.emit(len(g.buf), spans)
		g.word = word{start: len(g.buf)}
	default:
		at = len(g.buf) - maxOpen/2
		for at < len(g.buf) && !utf8.RuneStart(g.buf[at]) {
			at++
		}
		for _, span := range slices.Backward(spans) {
			if span.End >= at && span.Start < at {
				at = span.End
			}
		}
		g.emit(at, spans)
	}
	g.relax()
	if n := g.held(); n >= g.calm {
		g.calm = min(2*n, maxOpen) // not again at once
	}
}

// drops reports whether a character is a part of the value whose rest is dropped.
func (g *Guard) drops(r rune, text string) bool {
	more := classOf(r) != blank
	if g.swallow == detect.PrivateKey {
		// As detect sees it: up to the dashes after END, or to what no key file holds.
		end := bytes.Index(g.dropped, []byte(pemEnd))
		more = (r < utf8.RuneSelf && (!apart(text[0]) || strings.IndexByte(pemMarks, text[0]) >= 0) || width(r) == 0) &&
			(end < 0 || !bytes.HasSuffix(g.dropped[end+len(pemEnd):], []byte("-----")))
	}
	if !more || g.target.Embed != nil && g.json.ends(text[0]) {
		g.swallow = ""
		return false
	}
	if g.target.Embed != nil {
		g.json.read(text)
	}
	if g.dropped = append(g.dropped, text...); len(g.dropped) > 256 {
		g.dropped = append(g.dropped[:0], g.dropped[128:]...)
	}
	return true
}

// What ends a private key (RFC 7468), and what else than letters and digits may stand in
// one, its headers and the escapes of JSON included.
const (
	pemEnd   = "-----END "
	pemMarks = "+/=-_ \n\r\t\\\":,.()"
)
