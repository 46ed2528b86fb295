package policy

import "net/http"

// Next runs the rest of the pipeline. It is an alias of the plain func type, so that a
// [Func] and the middleware types of SDKs convert into each other.
type Next = func(*http.Request) (*http.Response, error)

// A Policy is one step of the pipeline.
//
// Do gets a request that belongs to the pipeline: it may be changed, but a changed body
// must be set with [SetBody]. Do returns what next returned, or a response or an error of
// its own; it need not close the request's body. Do must be safe for concurrent use.
type Policy interface {
	Do(req *http.Request, next Next) (*http.Response, error)
}

// A Func is a Policy made of one function.
type Func func(req *http.Request, next Next) (*http.Response, error)

var _ Policy = Func(nil)

// Do calls f. A nil Func refuses everything.
func (f Func) Do(req *http.Request, next Next) (*http.Response, error) {
	if f == nil {
		return nil, errNilPolicy
	}
	return f(req, next)
}
