package stage

import (
	"context"

	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/redact"
)

// RedactBody is what happens to a body between its arrival and its departure: parsed, its
// texts redacted, put together again.
func RedactBody(ctx context.Context, r *redact.Redactor, route wire.Route, body []byte) ([]byte, error) {
	request, err := wire.ParseRequest(route, body, wire.Limits{})
	if err != nil {
		return nil, err
	}
	x := &Exchange{route: route, request: request, session: r.Session(scopeOf(policy.Caller{})), search: true}
	s := &redaction{Redact{Redactor: r}}
	changed, err := s.redact(ctx, x, body)
	if changed == nil {
		changed = body
	}
	return changed, err
}
