// Package stage turns the packages of the library into the policies of its pipeline.
//
// Each stage is one file and one exported constructor that returns a policy.Policy. They
// share the [Exchange] of the call, which the outermost stage makes and puts into the
// request's context. What a stage leaves there for the ones below it:
//
//	observe call    the Exchange itself, with id, caller, span and the end of the call
//	gate            nothing; it refuses, and removes what must not travel
//	identify        route, body, texts
//	redact/restore  session of placeholders; on the way back the usage and the ids
//	guardrails      nothing; it refuses
//	limit           a lease, which the end of the call settles
//	authenticate    nothing; the credential is in the attempt's context, and the edge puts it
//	                on its own copy of the request, for the host of the endpoint alone
//	observe attempt the number of attempts, the proof of the connection
//
// On the way back the order is the reverse, so the answer is restored before the
// application sees it and after every stage below has seen placeholders only.
package stage
