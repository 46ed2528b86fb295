package redact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A Detector finds values that package detect cannot, such as the names of people, with a
// model or a service. Detect returns for each text, in the same order, the spans that it
// has found: in bytes, at borders of characters, in any order; they may overlap. It must
// be safe for concurrent use, and should return soon after ctx ends.
//
// Its errors are told by their text only if they have a method Safe(), which promises that
// the text holds no payload.
type Detector interface {
	Detect(ctx context.Context, texts []string) ([][]detect.Span, error)
}

// A Failure says what happens to a text that a detector could not look at.
type Failure uint8

const (
	// FailClosed refuses it.
	FailClosed Failure = iota
	// FailOpen lets it go with what the others have found, and counts it in
	// [Session.Failures].
	FailOpen
)

// An External is a Detector and how it is used.
type External struct {
	// Name is for errors: lower-case letters, digits and dashes, at most 32.
	Name string
	// Detector is what is asked.
	Detector Detector
	// Timeout is how long one question may take. Zero: five seconds. A call that does not
	// return is left behind; at most 64 of them, then no more are made.
	Timeout time.Duration
	// OnFailure is for errors, panics, late and wrong answers.
	OnFailure Failure
}

// defaultTimeout is for one question. A service that looks at text takes a tenth of that.
const defaultTimeout = 5 * time.Second

// maxCalls bounds the calls of one detector at a time, those left behind included.
const maxCalls = 64

// external is an External in use.
type external struct {
	External
	kinds []detect.Kind // what it may find
	calls chan struct{} // one for each call that has not returned
}

func newExternal(e External, kinds []detect.Kind) *external {
	if e.Timeout == 0 {
		e.Timeout = defaultTimeout
	}
	return &external{External: e, kinds: kinds, calls: make(chan struct{}, maxCalls)}
}

// findings are spans by text; nil: none at all.
type findings [][]detect.Span

func (f findings) of(i int) []detect.Span {
	if f == nil {
		return nil
	}
	return f[i]
}

// detect asks all detectors about the texts that are not empty.
func (r *Redactor) detect(ctx context.Context, s *Session, inputs []Input) (findings, error) {
	if len(r.external) == 0 {
		return nil, nil
	}
	var texts []string
	var place []int
	for i, in := range inputs {
		if in.Text != "" {
			texts, place = append(texts, in.Text), append(place, i)
		}
	}
	if len(texts) == 0 {
		return nil, nil
	}
	all := make(findings, len(inputs))
	for _, e := range r.external {
		found, err := e.ask(ctx, texts)
		switch {
		case err == nil:
		case e.OnFailure == FailOpen && ctx.Err() == nil:
			s.mu.Lock()
			s.failed++
			s.mu.Unlock()
			continue
		default:
			return nil, err
		}
		for i, spans := range found {
			all[place[i]] = merge(all[place[i]], r.kept(slices.Clone(spans)))
		}
	}
	return all, nil
}

// kept are spans without those of kinds that are allowed.
func (r *Redactor) kept(spans []detect.Span) []detect.Span {
	return slices.DeleteFunc(spans, func(s detect.Span) bool { return r.action(s) == Allow })
}

// An answer is what a detector returned.
type answer struct {
	spans [][]detect.Span
	err   error
}

// ask puts one question and checks the answer.
func (e *external) ask(ctx context.Context, texts []string) ([][]detect.Span, error) {
	select {
	case e.calls <- struct{}{}:
	default:
		return nil, e.fail("too many calls have not returned", nil)
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	done := make(chan answer, 1)
	own := slices.Clone(texts) // it may keep or change what it is given
	go func() {
		defer func() { <-e.calls }()
		done <- e.call(ctx, own)
	}()
	select {
	case a := <-done:
		if a.err != nil {
			return nil, a.err
		}
		return a.spans, e.check(a.spans, texts)
	case <-ctx.Done():
		return nil, e.fail("did not answer in time", ctx.Err())
	}
}

// call turns a panic into an error. What the panic says may be payload.
func (e *external) call(ctx context.Context, texts []string) (a answer) {
	defer func() {
		if recover() != nil {
			a = answer{err: e.fail("panicked", nil)}
		}
	}()
	spans, err := e.Detector.Detect(ctx, texts)
	if err != nil {
		return answer{err: e.fail("failed", err)}
	}
	return answer{spans: spans}
}

// check refuses an answer with spans that cannot be of the texts: whoever wrote it counts
// in other units, and would hide other bytes than those meant.
func (e *external) check(found [][]detect.Span, texts []string) error {
	if len(found) != len(texts) {
		return e.fail(fmt.Sprintf("answered about %d of %d texts", len(found), len(texts)), nil)
	}
	for i, spans := range found {
		for _, s := range spans {
			switch {
			case s.Start < 0 || s.End > len(texts[i]) || s.Start >= s.End:
				return e.fail("returned a span outside of its text", nil)
			case !border(texts[i], s.Start) || !border(texts[i], s.End):
				return e.fail("returned a span within a character", nil)
			case s.Kind == Placeholder || !slices.Contains(e.kinds, s.Kind):
				return e.fail("returned an unknown kind", nil)
			}
		}
	}
	return nil
}

// border reports whether no character of text is cut at i.
func border(text string, i int) bool {
	if i == 0 || i == len(text) || utf8.RuneStart(text[i]) {
		return true
	}
	low := max(0, i-utf8.UTFMax+1)
	for k := i - 1; k >= low; k-- {
		if utf8.RuneStart(text[k]) {
			_, n := utf8.DecodeRuneInString(text[k:])
			return k+n <= i
		}
	}
	return true
}

func (e *external) fail(reason string, cause error) error {
	return &DetectorError{Detector: e.Name, Reason: reason, Err: cause}
}

// detectors checks the entries of Config.Detectors.
func (f *faults) detectors(list []External) {
	for i, e := range list {
		path := fmt.Sprintf("Detectors[%d]", i)
		if !validName(e.Name) {
			f.add(path+".Name", "not 1 to 32 lower-case letters, digits and dashes")
		}
		if slices.ContainsFunc(list[:i], func(o External) bool { return o.Name == e.Name }) {
			f.add(path+".Name", "used twice")
		}
		if e.Detector == nil {
			f.add(path+".Detector", "nil")
		}
		if e.Timeout < 0 {
			f.add(path+".Timeout", "negative")
		}
		if e.OnFailure > FailOpen {
			f.add(path+".OnFailure", "neither FailClosed nor FailOpen")
		}
	}
}

func validName(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || 'z' < c) && (c < '0' || '9' < c) && c != '-' {
			return false
		}
	}
	return name != "" && len(name) <= 32
}

// A DetectorError says which detector has failed, and why. errors.Is(err, ErrDetector),
// and the cause.
type DetectorError struct {
	Detector string
	Reason   string
	Err      error // what the detector returned, if anything
}

// Error holds the name and the reason, and the text of a cause that is safe.
func (e *DetectorError) Error() string {
	text := ErrDetector.Error() + ": " + e.Detector + " " + e.Reason
	var safe interface {
		error
		Safe()
	}
	if errors.As(e.Err, &safe) {
		text += ": " + safe.Error()
	}
	return text
}

// Unwrap returns ErrDetector and the cause.
func (e *DetectorError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrDetector}
	}
	return []error{ErrDetector, e.Err}
}

// Safe marks the text as free of payload.
func (*DetectorError) Safe() {}
