package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A window says in what pieces plain text is worked on, in bytes. Package detect always
// sees what was written last and what comes next together with a piece:
//
//	├─ behind ─┼──────────── piece ────────────┼─ ahead ─┤
//	 written    written now, up to the last     seen, and
//	 before     line end, or before a value     left for the next piece
//	            that goes on
//
// A piece ends at a line end; if it has none, after a space, else after any mark, else
// anywhere between two characters. It never ends within a value: then it ends before the
// line in which the value begins, and a piece that is nothing but one value is made longer,
// up to longest. So the result is that of the whole text in one piece, as long as nothing
// is decided by text that is more than behind bytes before a place or more than ahead bytes
// after it. The known exceptions: base64 and hex that is one run for longer than that, and
// package detect decodes 64 KiB of a text, here of each piece.
type window struct {
	behind, piece, ahead, longest int
}

// wide is the window of the program.
var wide = window{behind: 4 << 10, piece: 1 << 20, ahead: 16 << 10, longest: 16 << 20}

// errLong means that the end of a value is not in sight. What comes before it has been
// written.
var errLong = errors.New("a value is too long")

// text redacts plain text. Nothing of it is written before all that decides about it was
// read, and nothing of a piece that is refused.
func (f *filter) text(in io.Reader, out io.Writer, w window) error {
	p := pieces{in: in}
	for want := w.piece; ; {
		if err := p.fill(want + w.ahead); err != nil {
			return err
		}
		if p.done == len(p.buf) {
			return nil
		}
		text := string(p.buf)
		spans := f.find(text)
		cut := len(text)
		if !p.ended {
			cut = w.cut(text, p.done, spans)
		}
		if cut == p.done {
			if want *= 2; want > w.longest {
				return fmt.Errorf("%w: more than %d bytes from byte %d on", errLong, want/2, p.offset+int64(p.done))
			}
			continue
		}
		redacted, err := f.replace(text[p.done:cut], within(spans, p.done, cut))
		if err != nil {
			return fmt.Errorf("from byte %d on: %w", p.offset+int64(p.done), err)
		}
		if _, err := io.WriteString(out, redacted); err != nil {
			return err
		}
		p.drop(cut, w.behind)
		want = w.piece
	}
}

// cut returns where the piece of text that begins at done ends; done itself if it would
// have to be longer.
func (w window) cut(text string, done int, spans []detect.Span) int {
	cut := done + lastBreak(text[done:len(text)-w.ahead])
	for i := len(spans) - 1; i >= 0; i-- {
		if start := spans[i].Start; start < cut && cut < spans[i].End {
			start = max(start, done)
			cut = start
			if line := strings.LastIndexByte(text[done:start], '\n'); line >= 0 {
				cut = done + line + 1
			}
		}
	}
	return cut
}

// lastBreak returns where a text is best cut.
func lastBreak(text string) int {
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	if i := strings.LastIndexAny(text, " \t"); i >= 0 {
		return i + 1
	}
	// Placeholders and what looks like them are letters, digits, underscores and backslashes.
	mark := func(r rune) bool { return r < '0' && r != '\r' || '9' < r && r < 'A' }
	if i := strings.LastIndexFunc(text, mark); i >= 0 {
		return i + 1
	}
	end := len(text)
	for n := 1; n < utf8.UTFMax && n < end; n++ {
		if c := text[end-n]; utf8.RuneStart(c) {
			if !utf8.FullRuneInString(text[end-n:]) {
				return end - n
			}
			break
		}
	}
	if end > 1 && text[end-1] == '\r' {
		end--
	}
	return end
}

// within are the spans of text[from:to], by their place there. What began before it is a
// value from its start on.
func within(spans []detect.Span, from, to int) []detect.Span {
	var inside []detect.Span
	for _, span := range spans {
		if span.End > from && span.Start < to {
			span.Start, span.End = max(span.Start, from)-from, min(span.End, to)-from
			inside = append(inside, span)
		}
	}
	return inside
}

// pieces is the part of the input that is in memory.
type pieces struct {
	in     io.Reader
	buf    []byte
	done   int   // how much of buf has been written
	offset int64 // of buf in the input
	ended  bool
}

// fill reads until n bytes are not written, or the input ends.
func (p *pieces) fill(n int) error {
	for !p.ended && len(p.buf)-p.done < n {
		have := len(p.buf)
		p.buf = append(p.buf, make([]byte, n-(have-p.done))...)
		got, err := io.ReadFull(p.in, p.buf[have:])
		p.buf = p.buf[:have+got]
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			p.ended = true
		case err != nil:
			return fmt.Errorf("the input: %w", err)
		}
	}
	return nil
}

// drop takes note that everything before cut was written, and keeps the last whole lines
// of it, up to behind bytes, or as much of the only line.
func (p *pieces) drop(cut, behind int) {
	keep := max(0, cut-behind)
	if keep > 0 {
		if line := bytes.IndexByte(p.buf[keep:cut], '\n'); line >= 0 && keep+line+1 < cut {
			keep += line + 1
		}
	}
	for keep < cut && !utf8.RuneStart(p.buf[keep]) {
		keep++
	}
	p.offset += int64(keep)
	p.buf = append(p.buf[:0], p.buf[keep:]...)
	p.done = cut - keep
}
