package redact

import (
	"slices"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// GuardText restores and guards a whole text. A text that is the whole of what came in
// pieces before needs [Target].Again: it is then read as a [Guard] has read the pieces,
// which is slower.
func (s *Session) GuardText(t Target, text string) (string, error) {
	if !t.Again && s.calm(t, text) {
		return s.RestoreFor(t, text), nil
	}
	g := s.GuardFor(t)
	out, err := g.Push(text)
	if err != nil {
		return "", err
	}
	rest, err := g.Flush()
	if err != nil {
		return "", err
	}
	return out + rest, nil
}

// calm reports whether a text that goes to t holds no value but those that its reader
// knows.
func (s *Session) calm(t Target, text string) bool {
	w := s.redactor.work()
	defer s.redactor.put(w)
	w.spans = w.scanner.Find(w.spans[:0], text, s.redactor.listen)
	return len(s.unknown(w.spans, text, t.Tool)) == 0
}

// unknown are those of spans, which are of text, that are neither a part of a placeholder
// nor a value that the session may bring back.
func (s *Session) unknown(spans []detect.Span, text string, tool bool) []detect.Span {
	if len(spans) == 0 {
		return nil
	}
	ours := s.occurrences(text)
	return slices.DeleteFunc(spans, func(span detect.Span) bool {
		return slices.ContainsFunc(ours, func(o occurrence) bool { return o.start <= span.Start && span.End <= o.end }) ||
			s.told(span.Kind, text[span.Start:span.End], tool)
	})
}
