// Package guardrail decides by rules whether a call may be sent.
//
// A [Rule] looks at an [Exchange], a typed and immutable view of the call after redaction:
// it can see neither the values that were redacted nor the network, and it cannot change
// anything. [Evaluate] asks every rule; the first that does not allow ends the call.
//
//	Exchange ──► rule 1 ──allow──► rule 2 ──allow──► … ──► nil
//	               │                 │
//	               └──── deny, panic, forgotten verdict ──► *DeniedError
//
// Nothing is allowed by accident: the zero [Verdict] denies, a rule that panics denies, a
// number that is not known is over every bound, and an empty list of names allows no name.
package guardrail
