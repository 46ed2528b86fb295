package policy

import (
	"net/http"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Chain returns a RoundTripper that runs the policies in their order, the first one
// outermost, and then rt. The package comment says what it guarantees. It holds no state
// of its own and is as safe for concurrent use as its parts.
func Chain(rt http.RoundTripper, policies ...Policy) http.RoundTripper {
	next := rt.RoundTrip
	for i := len(policies) - 1; i >= 0; i-- {
		next = link(policies[i], next)
	}
	return &chain{first: next}
}

type chain struct{ first Next }

var _ http.RoundTripper = (*chain)(nil)

func (c *chain) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	own := req.Clone(req.Context())
	own.GetBody = nil
	if own.Header == nil {
		own.Header = http.Header{}
	}
	if req.Body != nil && req.Body != http.NoBody {
		body := &callersBody{body: req.Body}
		own.Body = body
		if own.ContentLength == 0 {
			own.ContentLength = -1 // so net/http reads a zero beside a body
		}
		defer func() {
			if err != nil {
				_ = body.Close() // the refusal says more than the close
			}
		}()
	}
	resp, err = guarded(c.first, own)
	if err == nil {
		resp.Request = req
	}
	return resp, err
}

// guarded runs next and turns a panic into a refusal. It stands around each link, so that
// the policies above one that panics see an error as any other, and end what they began.
func guarded(next Next, req *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() != nil {
			resp, err = nil, Refuse("chain", event.PolicyFailed, ErrContract)
		}
	}()
	return next(req)
}

// link joins a policy to the rest and checks what passes in both directions.
func link(p Policy, rest Next) Next {
	next := func(req *http.Request) (*http.Response, error) {
		if req == nil || req.URL == nil {
			return nil, Refuse("chain", event.PolicyFailed, ErrContract)
		}
		if req.Header == nil {
			req.Header = http.Header{}
		}
		settle(req)
		return guarded(rest, req)
	}
	return func(req *http.Request) (*http.Response, error) {
		resp, err := p.Do(req, next)
		switch {
		case err != nil && resp != nil:
			if resp.Body != nil {
				_ = resp.Body.Close() // the error is what counts
			}
			return nil, err
		case err == nil && resp == nil:
			return nil, Refuse("chain", event.PolicyFailed, ErrContract)
		case resp != nil && resp.Body == nil:
			resp.Body = http.NoBody
		}
		return resp, err
	}
}
