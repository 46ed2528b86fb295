package stage

import (
	"context"
	"net/http"

	"github.com/sallyport-go/sallyport/client/internal/wire"
)

// refs are the ids of the stored objects that the call refers to: in its path, then in its
// body.
func (x *Exchange) refs() []string {
	refs := make([]string, 0, len(x.route.Refs)+len(x.request.Refs))
	for _, id := range x.route.Refs {
		if id != "" {
			refs = append(refs, id)
		}
	}
	return append(refs, x.request.Refs...)
}

// remember keeps what the call's session knows for later calls that refer to what the
// service has stored of it: under the ids that the answer tells, and under those of the
// path, to which the call may have added something.
func (s *redaction) remember(ctx context.Context, x *Exchange, told []string) {
	if x.session.Empty() || !x.stores() {
		return
	}
	ctx = context.WithoutCancel(ctx) // the service has stored it all the same
	s.Sessions.Put(ctx, x.session, told...)
	if x.method == http.MethodPost {
		for _, id := range x.route.Refs {
			if id != "" {
				s.Sessions.Put(ctx, x.session, id)
			}
		}
	}
}

// stores reports whether the service keeps what the call brings.
func (x *Exchange) stores() bool {
	switch x.route.Operation {
	case wire.Chat, wire.Completions, wire.Responses:
		return x.request.Store || x.request.Stateful
	default:
		return true
	}
}

// forget drops what was remembered of an object that is no more.
func (s *redaction) forget(ctx context.Context, x *Exchange) {
	last := ""
	for _, id := range x.route.Refs {
		if id != "" {
			last = id
		}
	}
	if last == "" {
		return
	}
	if s.Sessions.Forget(ctx, scopeOf(x.call.Caller), last) != nil {
		x.failed++
	}
}
