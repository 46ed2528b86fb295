// Package resilience keeps calls alive as long as that is right, and no longer: policies
// that retry, and that rest an endpoint which fails.
//
// Both judge an answer by its header alone, before any of its body is handed on: what the
// application has begun to read is never asked for again.
//
//	Retry ──► Breaker ──► … one attempt … ──► service
//	  │          │
//	  │          └── endpoint failed too often: circuit_open at once, nothing is sent
//	  └── another attempt only if all of these hold:
//	        the failure may pass           429, 503, no connection; for repeatable
//	                                       calls also 408, 409, 500, 502, 504
//	        the wait is short enough       MaxWait, and the deadline leaves a second
//	        the body can be sent again     GetBody
//	        attempts and budget are left   MaxAttempts; 10 % of calls + 1 per second
//
// Where one of them does not hold, the caller gets the failure at once and as it is: the
// 429 with its Retry-After, not a deadline that passed while waiting.
//
// # Storms
//
// Retries multiply the load of a service that is failing because of load. Three attempts
// per call keep it down for good. So retries are paid from a budget per endpoint, filled
// by calls and time; when all calls fail, the endpoint sees 1.1 times their number, not
// 3 times. The SDK above must not retry by itself: 3 times 3 is 9.
//
// # Waiting
//
// What the service asks for is a lower bound: [RetryAfter] reads it, and up to a second or
// a tenth of it is added at random, so that those who were refused together do not come
// back together. Without such a header the wait is random between 0.5 s and three times
// the wait before, at most 8 s.
//
// # The circuit
//
//	closed ── half of >= 20 calls in 10 s failed ──► open ◄───────────┐
//	  ▲                                               │ 30 s ± 20 %   │ it fails
//	  │                                               ▼               │
//	  └───────────── it succeeds ──────── half open: one probe ───────┘
//
// Failures are 5xx, timeouts, and connections that could not be made or broke. A 429 is no
// failure, it is a matter of quota; neither are other 4xx, refusals of this library, and
// callers that give up. The figures are the defaults of
// [BreakerConfig].
package resilience
