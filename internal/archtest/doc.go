// Package archtest keeps the shape of this module: which package may import which, and
// what no file may say. Its test reads the source of every package, under every build
// tag, and fails with a list of faults.
//
// Arrows between packages point down only. A package may import any layer below its own,
// and in its own layer only what the table in layers.go says by name:
//
//	4  examples/*   client/clienttest   client/internal/battery -> client/clienttest
//	3  client/openaiv3 -> client   client/posture -> client   client/unsafeallow -> client
//	2  client/internal/stage -> client/internal/wire, client/internal/edge
//	1  redact -> redact/detect   credentials/keyvault -> credentials
//	   telemetry   telemetry/audit   client/netguard   client/tlspolicy
//	   client/ratelimit/redisstore -> client/ratelimit
//	   client/resilience   client/guardrail
//	0  client/policy -> telemetry/event   client/internal/waiver   client/internal/process
//	   client/internal/hostile   internal/*
//
// A package that is not in the table is a fault, so nothing new slips in beside it. Tests
// are free to import upwards, since nothing imports them; for what they may import from
// other modules there is a list, as there is for code, in modules.go. What files may not
// say is in source.go: each entry there is a promise of the documentation that a reviewer
// would otherwise have to look for.
//
// Each rule is a function from data to faults, and is itself tested with data that breaks
// it.
package archtest
