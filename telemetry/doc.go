// Package telemetry makes OpenTelemetry spans and metrics of calls, by the GenAI semantic
// conventions, and cannot tell what was said in them.
//
// # Spans
//
// One logical call is one CLIENT span, whatever the number of attempts; its error.type is
// that of the final result.
//
//	chat gpt-4o                        CLIENT    StartCall ... CallSpan.End
//	├── sallyport.policy guardrails    INTERNAL  Policy: denials, and what took over 1 ms
//	├── sallyport.attempt              INTERNAL  StartAttempt ... AttemptSpan.End
//	└── sallyport.attempt
//
// # Metrics
//
//	gen_ai.client.operation.duration               s           every call, whatever the sampling
//	gen_ai.client.operation.time_to_first_chunk    s           streams: to the first content
//	gen_ai.client.operation.time_per_output_chunk  s           streams: between contents
//	gen_ai.client.token.usage                      {token}     if the service counted them
//	sallyport.cost                                 {currency}  deployments with a [Price]
//	sallyport.redactions                           {value}     by kind
//	sallyport.security.events                      {event}     by event and outcome
//
// Names, units and buckets of the first four are those of the conventions v1.41;
// [GenAIMain] has others for them. REGISTRY.md lists all that is told, made from the file
// that [Registry] returns.
//
// # Log events
//
// Security events are counted and emitted as log events by [Telemetry.Record]: a name, a
// severity and attributes, with neither body nor error.
//
// # No content
//
// Attribute values are made of numbers, closed lists, [event.Token], [event.Pseudonym] and
// the host of the configuration; no function of this package takes a string of a request
// or an answer. A failed span has the status Error without a description, and its
// error.type is the call's [event.Code], or the HTTP status where no code fits. Errors are
// never recorded on spans, for their text may hold anything. Callers have pseudonyms on
// spans, and are absent from metrics.
//
// It imports the API of OpenTelemetry alone: which exporter runs, if any, is up to the
// application. Package scrub keeps what other libraries write from leaving by the same
// exporters.
package telemetry
