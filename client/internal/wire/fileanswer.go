package wire

import (
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ParsePlainAnswer reads an answer that is text and no JSON, such as a transcript or
// subtitles: one Plain text. The fault is an *Error with the code ResponseInvalid, if it is
// not UTF-8, or ResponseTooLarge.
func ParsePlainAnswer(body []byte, l Limits) (*Answer, error) {
	switch {
	case len(body) > l.Bytes():
		return nil, &Error{Code: event.ResponseTooLarge, Offset: l.Bytes()}
	case !utf8.Valid(body):
		return nil, &Error{Code: event.ResponseInvalid, Offset: invalidAt(body)}
	}
	return plainAnswer(body, Value, Assistant), nil
}

func plainAnswer(body []byte, kind TextKind, role Role) *Answer {
	if len(body) == 0 {
		return &Answer{}
	}
	return &Answer{Texts: []Text{{End: len(body), Kind: kind, Role: role, Plain: true}}, TextBytes: len(body)}
}

// ParseFileAnswer reads the content of a file. Lines of JSON are read line by line, those
// of the output of a batch as the answers that they hold; a JSON document is read as one;
// other text is one Plain text, of the Kind JSON if it begins as JSON does. What a file
// says of models, usage and errors is of other calls, so only Texts, TextBytes, Logprobs
// and Splinters are told.
//
// The fault is an *Error with the code ResponseTooLarge, or ResponseInvalid for a file that
// is no text: nobody can look into it.
func ParseFileAnswer(body []byte, l Limits) (*Answer, error) {
	if len(body) > l.Bytes() {
		return nil, &Error{Code: event.ResponseTooLarge, Offset: l.Bytes()}
	}
	if at := textEnd(body); at >= 0 {
		return nil, &Error{Code: event.ResponseInvalid, Offset: at}
	}
	if !looksJSON(body) {
		return plainAnswer(body, Value, NoRole), nil
	}
	p := &parsedAnswer{}
	w := &p.walker
	w.b, w.maxDepth, w.names = body, l.Depth(), p.names[:0]
	if !w.answerRows() && !w.leaves(span{0, len(body)}) {
		return plainAnswer(body, JSON, NoRole), nil
	}
	p.Texts, p.TextBytes, p.Logprobs, p.Splinters = w.texts, w.textBytes, w.logprobs, w.splinters
	w.b = nil
	return &p.Answer, nil
}

// answerRows reads the whole of w.b as lines that the service has made. If it is none, w is
// as it was.
func (w *walker) answerRows() bool {
	saved := *w
	ok := w.rows(span{0, len(w.b)}, func(start int) bool {
		w.facts = w.perRow()
		return w.documentAt(start, answerRow)
	})
	if !ok {
		w.restore(&saved)
	}
	return ok
}
