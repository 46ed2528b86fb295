package wire

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Bounds of a file of lines.
const (
	// maxRows is what Azure takes in one batch (Microsoft Learn, "Azure OpenAI batch",
	// 2026); others take half as many.
	maxRows = 100_000
	// maxModels bounds the models of one file. A batch is for one.
	maxModels = 16
)

// rows reads content line by line, each as one JSON object. An empty line is passed over.
// What row finds has its offsets in the whole of w.b.
func (w *walker) rows(content span, row func(start int) bool) bool {
	whole, n := w.b, 0
	for at := content.start; at < content.end; {
		end := content.end
		if i := bytes.IndexByte(whole[at:content.end], '\n'); i >= 0 {
			end = at + i
		}
		w.b = whole[:end]
		start := w.space(at)
		if at = end + 1; start == end {
			continue
		}
		if n++; n > maxRows {
			return w.fail(event.BodyTooLarge, start) >= 0
		}
		if !row(start) {
			if w.fault.early {
				// Of a file, only its last line can have been cut, and nobody knows that.
				w.fault = Error{Code: event.BodyInvalid, Offset: w.fault.Offset}
			}
			return false
		}
	}
	w.b = whole
	return true
}

// restore puts w back into an earlier state, but for the memory that it has got since.
func (w *walker) restore(saved *walker) {
	grown := w.texts
	*w = *saved
	w.texts = grown[:len(saved.texts)]
}

// batchFacts is what the lines of a file for a batch told.
type batchFacts struct {
	last      Operation // of the line before
	lines     int
	models    []string
	maxOutput int
	choices   int
	logprobs  bool
	store     bool
}

func (b *batchFacts) fill(q *Request) {
	q.Models, q.MaxOutput, q.Choices = b.models, b.maxOutput, b.choices
	q.Logprobs, q.Store = b.logprobs, b.store
}

// batchRow reads one line of a file for a batch: {"custom_id","method","url","body"}, in
// any order. How its body is to be read stands in its url. The lines of one file mostly
// have the same, so that of the line before is tried first.
func (f *formWalker) batchRow(start int) bool {
	w, b := f.walker, &f.batch
	saved := *w
	if b.last != Unknown && w.readRow(start, b.last) && w.target() == b.last {
		return f.keep(start)
	}
	w.restore(&saved)
	if !w.readRow(start, Unknown) {
		return false
	}
	op := w.target()
	w.restore(&saved)
	if op == Unknown {
		return w.fail(event.RouteUnsupported, start) >= 0
	}
	b.last = op
	return w.readRow(start, op) && f.keep(start)
}

// readRow reads a line as a call of op.
func (w *walker) readRow(start int, op Operation) bool {
	w.facts = w.perRow()
	return w.documentAt(start, batchRows[op])
}

// perRow is what of the facts goes on from line to line.
func (w *walker) perRow() facts {
	return facts{textBytes: w.textBytes, logprobs: w.logprobs && !w.request, splinters: w.splinters, refs: w.refs, lesser: w.lesser}
}

// target is the operation that the line just read names, or Unknown if it names none that
// a batch may have.
func (w *walker) target() Operation {
	if w.method != (span{}) && string(w.bytes(w.method)) != http.MethodPost {
		return Unknown
	}
	path := string(w.bytes(w.url))
	for _, prefix := range []string{"/openai/v1/", "/v1/", "/"} {
		rest, ok := strings.CutPrefix(path, prefix)
		if !ok {
			continue
		}
		if e := find(http.MethodPost, rest, V1, false); e != nil && batchRows[e.operation] != nil {
			return e.operation
		}
		return Unknown
	}
	return Unknown
}

// keep takes over the facts of a line.
func (f *formWalker) keep(start int) bool {
	w, b := f.walker, &f.batch
	if w.stream || w.wantsEvents {
		return w.fail(event.RouteUnsupported, start) >= 0
	}
	if model := w.bytes(w.model); len(model) != 0 && !slices.ContainsFunc(b.models, func(known string) bool { return known == string(model) }) {
		if len(b.models) == maxModels {
			return w.fail(event.BodyInvalid, w.model.start) >= 0
		}
		b.models = append(b.models, string(model))
	}
	b.lines++
	b.maxOutput = max(b.maxOutput, w.maxOutput)
	b.choices = max(b.choices, 1, w.n, w.bestOf)
	b.logprobs = b.logprobs || w.logprobs
	b.store = b.store || w.store || !w.storeSet && b.last == Responses
	return true
}

// leafRow reads a line of which nothing is known.
func (w *walker) leafRow(start int) bool { return w.documentAt(start, freeMap) }
