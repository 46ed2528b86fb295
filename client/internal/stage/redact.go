package stage

import (
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Redact holds what [NewRedact] needs.
type Redact struct {
	// Redactor finds and replaces.
	Redactor *redact.Redactor
	// Limits bound what is parsed, also inside of strings.
	Limits wire.Limits
	// Waivers may let prompts leave unredacted, and media uninspected.
	Waivers []waiver.Waiver
}

// NewRedact returns the stage that puts placeholders in place of personal data and secrets
// on the way down, and the values in place of the placeholders on the way back. It does so
// once per call: retries below it send the same placeholders.
func NewRedact(cfg Redact) policy.Policy { return &redaction{cfg} }

type redaction struct{ Redact }

func (s *redaction) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := exchangeOf(req)
	if x.opaque {
		return next(req)
	}
	x.session = s.Redactor.Session(scopeOf(x.call.Caller))
	if body, ok := policy.Body(req); ok {
		changed, err := s.redact(x, body)
		if err != nil {
			return nil, err
		}
		if changed != nil {
			policy.SetBody(req, changed)
		}
	}
	resp, err := next(req)
	if err != nil {
		return nil, err
	}
	return s.restore(x, resp)
}

// scopeOf names whose placeholders are alike: those of one user of one application. The
// lengths keep ("a", "bc") and ("ab", "c") apart.
func scopeOf(c policy.Caller) string {
	return string(appendField(appendField(appendField(nil, c.Tenant), c.App), c.User))
}

func appendField(dst []byte, field string) []byte {
	n := len(field)
	dst = append(dst, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	return append(dst, field...)
}

// redact returns the body with placeholders, or nil if it can leave as it is.
func (s *redaction) redact(x *Exchange, body []byte) ([]byte, error) {
	e := editor{session: x.session, limits: s.Limits, doc: string(body)}
	unredacted := waiver.Allows(s.Waivers, waiver.UnredactedPrompts, time.Now())
	for i := range x.request.Texts {
		text := &x.request.Texts[i]
		switch text.Kind {
		case wire.Media:
			if !waiver.Allows(s.Waivers, waiver.UninspectedMedia, time.Now()) {
				return nil, policy.Refuse("redact", event.BodyMedia, nil)
			}
		case wire.Blocked:
			return nil, policy.Refuse("redact", event.BodyField, nil)
		case wire.Sealed:
			// Made by the service and readable by it alone.
		case wire.Value, wire.Name, wire.JSON, wire.Number, wire.Identifier:
			if unredacted {
				continue
			}
			if err := e.redact(text); err != nil {
				return nil, err
			}
		default:
			return nil, policy.Refuse("redact", event.ScanFailed, nil)
		}
	}
	for _, count := range x.session.Counts() {
		x.call.Redactions += count.N
	}
	if edit, ok := x.request.UsageEdit(); ok && x.call.Stream {
		e.insert(edit)
	}
	if len(e.edits) == 0 {
		return nil, nil
	}
	return wire.Splice(make([]byte, 0, len(body)+len(body)/8+64), body, e.edits), nil
}

// An editor collects the edits of one document.
type editor struct {
	session *redact.Session
	limits  wire.Limits
	doc     string
	edits   []wire.Edit
	scratch []byte
}

// text is what a reader of t reads.
func (e *editor) text(t *wire.Text) string {
	contents := e.doc[t.Start:t.End]
	if !t.Escaped {
		return contents
	}
	e.scratch = wire.Unquote(e.scratch[:0], []byte(contents))
	return string(e.scratch)
}

// replace puts text in place of t.
func (e *editor) replace(t *wire.Text, text string) {
	e.scratch = wire.Quote(e.scratch[:0], text)
	quoted := string(e.scratch)
	if t.Kind == wire.Number {
		quoted = `"` + quoted + `"`
	}
	e.edits = append(e.edits, wire.Edit{Start: t.Start, End: t.End, Text: quoted})
}

// insert adds an edit at its place among the others, which are in order.
func (e *editor) insert(edit wire.Edit) {
	i := len(e.edits)
	for i > 0 && e.edits[i-1].Start > edit.Start {
		i--
	}
	e.edits = append(e.edits, wire.Edit{})
	copy(e.edits[i+1:], e.edits[i:])
	e.edits[i] = edit
}

func (e *editor) redact(t *wire.Text) error {
	before := e.text(t)
	after, err := e.redacted(t, before)
	switch {
	case err != nil:
		return refuseRedact(err)
	case after == before:
		return nil
	case t.Kind == wire.Identifier:
		return policy.Refuse("redact", event.PIIBlocked, nil)
	}
	e.replace(t, after)
	return nil
}

// redacted is text with placeholders. A string that holds JSON is taken apart, so that a
// value which it writes with escapes is found too; what only looks like JSON is text.
func (e *editor) redacted(t *wire.Text, text string) (string, error) {
	if t.Kind != wire.JSON {
		return e.session.Redact(text)
	}
	leaves, err := wire.Leaves(nil, []byte(text), e.limits)
	if err != nil {
		return e.session.Redact(text)
	}
	inner := editor{session: e.session, limits: e.limits, doc: text}
	for i := range leaves {
		if err := inner.redact(&leaves[i]); err != nil {
			return "", err
		}
	}
	if len(inner.edits) == 0 {
		return text, nil
	}
	return string(wire.Splice(nil, []byte(text), inner.edits)), nil
}

// refuseRedact turns an error of package redact into a refusal.
func refuseRedact(err error) error {
	return policy.Refuse("redact", codeOf(err, event.ScanFailed), err)
}
