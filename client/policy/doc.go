// Package policy is the unit of sallyport's pipeline: one step between an application
// and the service, on standard net/http types.
//
// A [Policy] gets a request and the rest of the pipeline as [Next]. It may look, change,
// refuse, call Next once or several times, and wrap the response. [Chain] puts policies
// in front of an [http.RoundTripper]:
//
//	caller ──► Chain ──► policy 1 ──► policy 2 ──► … ──► RoundTripper
//	             │          │ Do(req, next)                   │
//	             │          └── next(req) ────────────────────┤
//	             ◄── checked between every two links ◄────────┘
//
// # What Chain keeps
//
// The contract of http.RoundTripper is easy to break in small ways, so it is kept in
// this one place instead of in every policy:
//
//   - The caller's request is never changed: policies see a clone.
//   - The caller's body is closed in every case, also when a policy refuses or panics.
//   - Body, GetBody and ContentLength always belong together. GetBody of the caller is
//     dropped on entry, because it returns the text as it was before redaction; a body
//     set with [SetBody] brings its own; any other body has none. So neither a redirect
//     nor a replay by the transport can send a body that a later policy has replaced.
//   - A policy that returns neither response nor error, or both, or that panics, gives a
//     refusal with the code policy_failed, which the policies above it see as any other
//     error. The text of a panic is dropped: it may quote the prompt. A response that the
//     policy held is lost unless one above it, or the caller's context, closes it.
//   - A body of the caller whose length nobody told has the ContentLength -1.
//   - The response's Request is the caller's own, which carries no credential.
//
// # Refusals
//
// Everything that sallyport stops is a [*RefusalError]: errors.Is(err, ErrRefused) holds,
// and errors.Is finds the cause as well. Its Code comes from the closed list of package
// event. [AsResponses] turns refusals into 4xx responses, or into the last event of a
// stream, for SDKs that retry or flatten errors of the transport.
package policy
