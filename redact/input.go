package redact

import (
	"context"
	"slices"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// An Origin says whose text an [Input] is.
type Origin uint8

const (
	// User is what a user, an assistant or a tool has said. A value that it holds may come
	// back into answers.
	User Origin = iota
	// System is what the application says to the model: system and developer messages,
	// instructions. See [Policy].
	System
)

// An Input is one text on its way out.
type Input struct {
	Text   string
	Origin Origin
	// Field is the name of the JSON member that the text is the value of, if any: context
	// for kinds that need it.
	Field string
}

// Redact returns text with every value replaced, or text itself if it holds none. It is
// [Session.RedactAll] for one text of origin [User], without a deadline of its own.
func (s *Session) Redact(text string) (string, error) {
	if len(s.redactor.external) > 0 {
		out, err := s.RedactAll(context.Background(), []Input{{Text: text}})
		if err != nil {
			return "", err
		}
		return out[0], nil
	}
	w := s.redactor.work()
	defer s.redactor.put(w)
	if err := s.find(w, Input{Text: text}, nil); err != nil {
		return "", err
	}
	return s.replace(w, text, User)
}

// RedactAll returns the texts of one request with every value replaced. Each detector of
// Config.Detectors sees all texts at once.
//
// It fails as a whole, and returns no text, with [ErrRefused] if a text holds a value of a
// kind whose action is [Refuse], with [ErrTooMany] if the session would have to keep more
// values than it may, and with [ErrDetector] if a detector fails that must not.
func (s *Session) RedactAll(ctx context.Context, inputs []Input) ([]string, error) {
	more, err := s.redactor.detect(ctx, s, inputs)
	if err != nil {
		return nil, err
	}
	w := s.redactor.work()
	defer s.redactor.put(w)
	var found []detect.Span // of all inputs, one after the other
	ends := make([]int, len(inputs))
	for i, in := range inputs {
		if err := s.find(w, in, more.of(i)); err != nil {
			return nil, err
		}
		found = append(found, w.spans...)
		ends[i] = len(found)
	}
	out, start := make([]string, len(inputs)), 0
	for i, in := range inputs {
		w.spans = append(w.spans[:0], found[start:ends[i]]...)
		start = ends[i]
		if out[i], err = s.replace(w, in.Text, in.Origin); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// find fills w.spans: what is to be replaced in a text, in order and apart.
func (s *Session) find(w *work, in Input, more []detect.Span) error {
	w.spans = w.scanner.FindField(w.spans[:0], in.Field, in.Text, s.redactor.find)
	w.unglue(in.Text, s.redactor.find)
	if len(s.redactor.rules) > 0 {
		w.spans = s.redactor.kept(w.spans)
	}
	w.spans = merge(w.spans, more)
	for _, span := range w.spans {
		if s.redactor.action(span) == Refuse {
			return &RefusedError{Kind: span.Kind}
		}
	}
	w.addLookalikes(in.Text)
	return nil
}

// Clean reports whether a text holds nothing that Redact would replace, the placeholders
// and surrogates of the session apart. It is for other readings of a text that was
// redacted, such as without its escapes. Config.Detectors are not asked.
func (s *Session) Clean(text string) bool {
	w := s.redactor.work()
	defer s.redactor.put(w)
	w.spans = s.redactor.kept(w.scanner.Find(w.spans[:0], text, s.redactor.find))
	if len(w.spans) == 0 {
		return true
	}
	ours := s.occurrences(text)
	return !slices.ContainsFunc(w.spans, func(span detect.Span) bool {
		return !slices.ContainsFunc(ours, func(o occurrence) bool { return o.start <= span.Start && span.End <= o.end })
	})
}
