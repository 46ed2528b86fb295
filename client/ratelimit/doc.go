// Package ratelimit keeps every caller, and every deployment, within its requests and
// tokens per minute.
//
// A call is charged to several buckets at once: its user, application and tenant, and the
// deployment it asks. [Store.Take] charges all of them or none, before anything is sent,
// with an estimate of the tokens; the [Lease] it returns is settled to the true figure
// once that is known.
//
//	Take ──► requests 1, tokens prompt + max output, on every bucket, or a refusal
//	  │
//	  ├─ nothing was written ─────────► Cancel      everything goes back
//	  ├─ answered, usage is known ────► Settle(usage)
//	  ├─ 4xx, 429, 5xx ───────────────► Settle(0)   the request stays, the tokens go back
//	  ├─ stream cut ──────────────────► Settle(prompt + what was streamed)
//	  └─ nothing known, or forgotten ─► the estimate stays
//
// # Two kinds of bucket
//
// Users, applications and tenants are our own policy, so their buckets follow the truth. A
// deployment's bucket is a model of the service's counter, which adds an estimate when a
// call arrives, judges requests by the ten seconds, and gives nothing back for calls that
// failed or were cheaper (Microsoft Learn, Azure OpenAI quota, 2026-05-06). So Settle
// leaves a deployment's bucket as it is; only Cancel, for a call that never left, returns
// its charge. Each attempt of a call takes a lease of its own on the deployment.
//
// What the service says beside that, in its headers and refusals, a [Service] before the
// store takes in: it shuts a deployment for all callers at once, lowers its level, slows it
// down, and never touches the other buckets.
//
// # The bucket
//
// A bucket is a debt and the instant at which it was right; the debt falls at the rate, and
// a bucket without debt is the same as none. With L the limit per minute:
//
//	         ┌── full ─────────────────────────────┐
//	level B  │   level = B - debt                  │  B = L/10, refill 0.9 L per minute
//	      0 ─┼─────────────────────────────────────┤  at any time, any 60 s admit
//	         │   below zero: a charge over B, or   │  at most 0.9 L + max(B, charge)
//	     -L  │   an overrun, is paid off first     │
//	         └─────────────────────────────────────┘
//
// A charge n is granted when level >= min(n, B). From that follows:
//
//   - No 60 seconds pass more than L as long as single charges are at most B.
//   - A charge over B waits for a full bucket and takes the level below zero: what follows
//     waits for it to be paid off. So one call may use up to the whole L, and 60 seconds
//     that hold one such call pass at most 0.9 L + n.
//   - A charge over L can never fit and is refused for good, [ErrImpossible].
//   - Small limits stay usable: B is at least 1. Where B is 1, requests come one by one at
//     L per minute, which is as safe: n of them need (n-1)/L minutes.
//   - The requests of a deployment are judged by the ten seconds, so B is a sixth as big.
//     [Limit.BySecond] makes that a sixtieth.
//   - [Limit.WithBurst] sets another B and then refills L per minute: 60 s pass at most
//     L + max(B, charge).
//
// When a limit changes, the debt stays as it is and is paid off at the new rate from the
// first charge that carries it.
//
// # Waiting
//
// [Store.Take] refuses where it could make a caller wait. A [Queue] before a store waits:
// for 5 seconds by default, in lanes and by the weights of tenants, and only if the wait can
// end in time. What is refused either way says when to come back.
//
// # Memory
//
// [Memory] holds buckets in shards of an LRU. A flood of invented users must not push a
// heavy user out and so hand out a fresh quota. So the debt of an evicted bucket goes to a
// ledger, and a new bucket begins with the debt that it reads there:
//
//	key ──hash──► shard ─► LRU ──evicted, in debt──► ledger: 4 rows of "full again at"
//	                        ▲                        write: the later one in every row
//	                        └──── new key ◄───────── read:  the earliest of the rows
//
// Two keys that share a cell in all four rows see the later time of both, so forgetting
// can only be too strict. A user who is held takes about 140 bytes. Applications, tenants
// and deployments live in an LRU of their own, out of reach of such a flood.
package ratelimit
