// Package sallyport puts one guarded double gate between a Go application and Azure OpenAI.
//
// An application keeps its OpenAI SDK. sallyport gives that SDK an *http.Client through
// which nothing leaves unauthenticated, unencrypted, over a public path, unredacted,
// unmetered or unrecorded, and no broken answer passes for a whole one. The secure setting
// is the zero value; every weakening is a named, dated, reasoned waiver that shows up in
// the audit log.
//
//	c, err := client.New(client.Config{Endpoint: "https://contoso.openai.azure.com"})
//	if err != nil { ... }                  // every fault of the configuration at once
//	defer c.Close()
//	ai := openaiv3.New(c)                  // the official SDK's client
//	answer, err := ai.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{ ... })
//
// This package holds no code. Start at client.
//
// # Promises
//
//  1. Nothing leaves unredacted: of every text field of every route in the table, and for
//     every way of cutting an answer into events, the result equals that of the whole text.
//  2. Nothing reaches a public address: the address that is dialled is checked on that very
//     dial, on every path. The only public lanes are named ones, such as the Entra login,
//     with a host list of their own; no prompt, answer or model credential travels on them.
//  3. Nothing is told that should be secret: no span, metric, log line, error or audit
//     record holds prompt, answer, token, key, header or URL query.
//  4. Nothing exceeds its limit or goes unrecorded, and a changed, dropped or reordered
//     audit record is found.
//
// # Life of a request
//
// One http.RoundTripper, built from small policies in one fixed order. Outermost first:
//
//	application
//	   │  prompt                                                          answer  ▲
//	   ▼                                                                          │
//	 1 observe call      span, metrics and audit record of the logical call       │
//	 2 gate              halted? https, host, headers, no upgrade                 │
//	 3 identify          route and body, parsed once                              │
//	 4 redact/restore    text becomes placeholders ········ placeholders become text
//	 5 guardrails        the rules of Config.Rules, over typed facts              │
//	 6 Config.PerCall    the application's own policies; they see placeholders    │
//	 7 limit caller      requests and tokens per minute: reserve ········· settle │
//	 8 retry             budgeted, never after the first byte of an answer        │
//	 9 breaker           rests an endpoint that keeps failing                     │
//	10 Config.PerAttempt                                                          │
//	11 limit deployment  every attempt costs quota                                │
//	12 authenticate      removes what came in, has the token or key attached      │
//	13 observe attempt   span of the attempt, proof of the connection             │
//	14 transport         private address and TLS policy on every dial             │
//	   │                                                                          │
//	   ▼  placeholders                                                            │
//	Azure OpenAI ─────────────────────────────────────────────────────────────────┘
//
// Anything not known is refused: an unknown route, content type or stream event, a body
// that two parsers would read differently, a detector that failed, a log that does not
// take its record. Refusals are typed; see client/policy.
//
// # Packages
//
// Arrows point down only; internal/archtest fails on any other.
//
//	client/openaiv3    client/unsafeallow         the joint to the SDK; the waivers
//	client                                        Config, New, Client
//	client/internal/stage                         the policies of the pipeline
//	client/internal/wire  client/internal/edge    routes, JSON and SSE; the transport
//	redact  redact/detect                         find, replace, restore text
//	redact/azurepii  redact/presidio              detectors elsewhere, failing closed
//	credentials  credentials/keyvault             identities; keys that rotate
//	client/netguard  client/tlspolicy             private addresses; strict TLS
//	client/ratelimit  client/resilience           limits; retries and breaker
//	client/ratelimit/redisstore                   limits for any number of replicas
//	client/guardrail                              rules
//	telemetry  telemetry/audit                    spans and metrics; the chained log
//	telemetry/scrub  telemetry/watch              exporters cleaned; what is unlike before
//	client/policy  telemetry/event                the unit of the pipeline; codes and events
//
// client/clienttest is a fake Azure on loopback for tests of applications. The programs in
// examples run on it, or against a real endpoint.
//
// # Threats
//
// What sallyport takes on, and what it leaves to others:
//
//	threat                                        answer
//	------------------------------------------    ------------------------------------------
//	personal data or a secret in a prompt         redact: placeholders, restored in the answer
//	the same in an answer, from elsewhere         redact: masked, whole or in pieces
//	a secret on its way into a tool               redact: it stays a placeholder
//	a field that the redactor does not know       wire: closed world, unknown text is text
//	a key in code, environment or log             credentials: identities; secrets do not print
//	DNS that leads to a public address            netguard: every address judged, then dialled
//	a redirect, proxy or upgrade                  edge: refused; the environment is not read
//	TLS downgrade, foreign certificate            tlspolicy: floor, roots, pins
//	a prompt sent again behind our back           edge: one send per attempt, counted
//	a server that floods, stalls or cuts          edge, wire: limits, deadlines, terminal rule
//	one caller who uses everything                ratelimit: quotas per user, app, tenant
//	an incident                                   Client.Halt: stops calls and running streams
//	a log that was tidied up                      audit: chained records, audit.Verify
//	prompt injection                              not solved by anyone; guardrail narrows it
//	an operator with a debugger, a broken kernel  out of scope
//	personal data that no detector knows          out of scope: add a detector, or refuse
package sallyport
