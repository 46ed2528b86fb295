package main

import (
	"context"
	"slices"

	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

const (
	// scope is the same for all documents: one value has one placeholder in a run.
	scope = "examples/redact"
	// maxValues bounds what one session remembers. Sessions last for a piece of text or a
	// line, with surrogates for the run.
	maxValues = 1 << 20
	// certain is what a private key scores, and from where on package redact refuses cloud
	// credentials by default.
	certain = 0.9
	// doubtful is below that.
	doubtful = 0.5
)

// A filter finds values and replaces them. What is replaced is what was found, because the
// sessions look for nothing themselves: a detector hands them the findings.
type filter struct {
	kinds    detect.Set
	min      float32
	action   redact.Action
	scanner  detect.Scanner
	redactor *redact.Redactor
	handed   *handed
	session  *redact.Session // of the whole run if there are surrogates, else nil
	saved    *saved          // nil without -map
}

// handed is a [redact.Detector] that knows the answer.
type handed struct {
	spans []detect.Span
}

// Detect returns the spans of the only text.
func (h *handed) Detect(context.Context, []string) ([][]detect.Span, error) {
	return [][]detect.Span{h.spans}, nil
}

// find returns the findings that score enough, in order and without overlap.
func (f *filter) find(text string) []detect.Span {
	spans := f.scanner.Find(nil, text, f.kinds)
	kept := spans[:0]
	for _, span := range spans {
		if span.Score >= f.min {
			kept = append(kept, span)
		}
	}
	return kept
}

// always reports whether the action is the same for all kinds.
func (f *filter) always() bool { return f.action != redact.Default }

// replace does about the spans of text what the action says.
func (f *filter) replace(text string, spans []detect.Span) (string, error) {
	switch {
	case f.action == redact.Allow:
		return text, nil
	case f.action == redact.Refuse && len(spans) > 0:
		return "", &redact.RefusedError{Kind: spans[0].Kind}
	}
	session := f.session
	if session == nil {
		// Placeholders follow from key, scope and value, so that a new session has the same.
		session = f.redactor.Session(scope)
	}
	out, err := f.hand(session, text, spans)
	if err != nil || f.saved == nil {
		return out, err
	}
	return out, f.save(session, text, out, spans)
}

// hand redacts with given findings.
func (f *filter) hand(session *redact.Session, text string, spans []detect.Span) (string, error) {
	own := slices.Clone(spans)
	for i := range own {
		if f.always() {
			own[i].Score = min(own[i].Score, doubtful) // so that nothing is refused by default
		}
	}
	f.handed.spans = own
	return session.Redact(text)
}
