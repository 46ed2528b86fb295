package policy

import "context"

// A Caller is who a call is made for. The names are the application's own; they decide
// whose quota is charged and appear in the audit log only as keyed hashes. The zero
// Caller is anonymous and shares one quota with all that are.
type Caller struct {
	Tenant string
	User   string
	App    string
}

type callerKey struct{}

// WithCaller says who the calls under ctx are made for. It is the only way to say so: a
// header could be set by the end user.
func WithCaller(ctx context.Context, c Caller) context.Context {
	return context.WithValue(ctx, callerKey{}, c)
}

// CallerOf returns the Caller of ctx, or the zero Caller.
func CallerOf(ctx context.Context) Caller {
	c, _ := ctx.Value(callerKey{}).(Caller)
	return c
}

// A Call is what the pipeline knows of the call in progress once it is identified. Of
// prompt and answer it holds nothing.
type Call struct {
	// ID is random and the same in span, audit record and refusals of one call.
	ID string
	// Caller is who it is made for.
	Caller Caller
	// Operation is the kind of call, such as "chat" or "embeddings".
	Operation string
	// Deployment is the model deployment that is asked, from the path or the body.
	Deployment string
	// Stream says that the answer comes as server-sent events.
	Stream bool
	// Redactions is how many values were replaced in the prompt.
	Redactions int
}

type callKey struct{}

// WithCall returns a context in which [CallOf] finds c. The pipeline does this; tests of
// a policy may.
func WithCall(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// CallOf returns the call in progress, for policies of the application. It reports false
// outside the pipeline.
func CallOf(ctx context.Context) (Call, bool) {
	c, ok := ctx.Value(callKey{}).(*Call)
	if !ok || c == nil {
		return Call{}, false
	}
	return *c, true
}
