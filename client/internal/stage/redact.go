package stage

import (
	"context"
	"errors"
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
	// Redactor finds and replaces, Sessions remembers what for the objects that the service
	// stores.
	Redactor *redact.Redactor
	Sessions *redact.Sessions
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
	ctx := req.Context()
	x.session, _ = s.Sessions.Continue(ctx, scopeOf(x.call.Caller), x.refs()...)
	x.search = !waiver.Allows(s.Waivers, waiver.UnredactedPrompts, time.Now())
	if err := checkDeployment(x); err != nil {
		return nil, err
	}
	if body, ok := policy.Body(req); ok {
		changed, err := s.redact(ctx, x, body)
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
	return s.restore(ctx, x, resp)
}

// checkDeployment refuses a deployment whose name is a value: it stands in the path or
// names the model, so it cannot be replaced.
func checkDeployment(x *Exchange) error {
	if x.call.Deployment != "" && !x.session.Clean(x.call.Deployment) || !all(x.request.Models, x.session.Clean) {
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
			if x.search {
				all.add(text)
			}
		case wire.Splinter:
			// The text that it is a part of stands elsewhere; these are left out below.
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
	for _, edit := range x.request.Splinters {
		e.insert(edit)
	}
	if edit, ok := x.request.UsageEdit(); ok && x.call.Stream {
		e.insert(edit)
	}
	changed := body
	if len(e.edits) > 0 {
		changed = wire.Splice(make([]byte, 0, len(body)+len(body)/8+64), body, e.edits)
		if changed == nil || !x.request.Intact(changed) {
			return nil, policy.Refuse("redact", event.ScanFailed, nil)
		}
	}
	x.promptBytes = len(changed)
	switch {
	case !x.route.Operation.Infers():
	case x.route.Body == wire.FormBody:
		x.promptTokens = e.textTokens(x.request.Texts)
	default:
		x.promptTokens = e.tokens()
	}
	if len(e.edits) == 0 {
		return nil, nil
	}
	return changed, nil
}

// refuseRedact turns an error of package redact into a refusal.
func refuseRedact(err error) error {
	if errors.Is(err, redact.ErrRefused) {
		return policy.Refuse("redact", event.PIIBlocked, err)
	}
	return policy.Refuse("redact", codeOf(err, event.ScanFailed), err)
}
