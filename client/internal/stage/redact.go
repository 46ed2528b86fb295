package stage

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
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
	if err := checkDeployment(x); err != nil {
		return nil, err
	}
	if body, ok := policy.Body(req); ok {
		changed, err := s.redact(req.Context(), x, body)
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

// checkDeployment refuses a deployment whose name is a value: it stands in the path or
// names the model, so it cannot be replaced.
func checkDeployment(x *Exchange) error {
	if x.call.Deployment != "" && !x.session.Clean(x.call.Deployment) {
		return policy.Refuse("redact", event.PIIBlocked, nil)
	}
	return nil
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
func (s *redaction) redact(ctx context.Context, x *Exchange, body []byte) ([]byte, error) {
	e := editor{session: x.session, limits: s.Limits, doc: string(body)}
	n := len(x.request.Texts)
	all := batch{editor: &e, inputs: make([]redact.Input, 0, n), items: make([]item, 0, n)}
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
			if !unredacted {
				all.add(text)
			}
		default:
			return nil, policy.Refuse("redact", event.ScanFailed, nil)
		}
	}
	if err := all.redact(ctx); err != nil {
		return nil, err
	}
	x.counts = x.session.Counts()
	for _, count := range x.counts {
		x.call.Redactions += count.N
	}
	if edit, ok := x.request.UsageEdit(); ok && x.call.Stream {
		e.insert(edit)
	}
	changed := body
	if len(e.edits) > 0 {
		changed = wire.Splice(make([]byte, 0, len(body)+len(body)/8+64), body, e.edits)
		if changed == nil {
			return nil, policy.Refuse("redact", event.ScanFailed, nil)
		}
	}
	x.promptBytes, x.promptTokens = len(changed), e.tokens()
	if len(e.edits) == 0 {
		return nil, nil
	}
	return changed, nil
}

// An editor collects the edits of one document, which is either doc or data: a string
// where most of it is looked at, bytes where little is.
type editor struct {
	session *redact.Session
	limits  wire.Limits
	doc     string
	data    []byte
	edits   []wire.Edit
	scratch []byte
}

// text is what a reader of t reads.
func (e *editor) text(t *wire.Text) string {
	switch {
	case t.Escaped && e.data != nil:
		e.scratch = wire.Unquote(e.scratch[:0], e.data[t.Start:t.End])
	case t.Escaped:
		e.scratch = wire.Unquote(e.scratch[:0], []byte(e.doc[t.Start:t.End]))
	case e.data != nil:
		return string(e.data[t.Start:t.End])
	default:
		return e.doc[t.Start:t.End]
	}
	return string(e.scratch)
}

// tokens estimates doc with its edits, piece by piece.
func (e *editor) tokens() int64 {
	n, at := promptOverhead, 0
	for i := range e.edits {
		edit := &e.edits[i]
		n += ratelimit.Estimate(e.doc[at:edit.Start]) + ratelimit.Estimate(edit.Text)
		at = edit.End
	}
	return int64(n + ratelimit.Estimate(e.doc[at:]))
}

// replace puts text in place of t.
func (e *editor) replace(t *wire.Text, text string) {
	e.scratch = wire.Quote(slices.Grow(e.scratch[:0], len(text)+16), text)
	quoted := text
	if len(e.scratch) != len(text) { // Quote only ever lengthens
		quoted = string(e.scratch)
	}
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

// refuseRedact turns an error of package redact into a refusal.
func refuseRedact(err error) error {
	if errors.Is(err, redact.ErrRefused) {
		return policy.Refuse("redact", event.PIIBlocked, err)
	}
	return policy.Refuse("redact", codeOf(err, event.ScanFailed), err)
}
