// Package battery runs a client against hostile servers, for tests: a table of rows, each
// with an attack and what must come of it, and one harness that holds every row to the
// same nine rules.
//
//	battery.Run(t, []battery.Row{{
//		ID: "H1-18", Case: "101 unasked",
//		Setup: func(b *battery.Bench) { b.Serve("http/1.1", switching) },
//		Want:  battery.Want{Class: battery.Protocol, Sends: 1},
//	}})
//
// # What is done with a row
//
// Setup prepares a bench: a fake Azure for names and tokens, a hostile server in its
// virtual network, and the configuration of a client on it. A row is run twice, and each
// time all is made anew: as a control, in which the servers behave and the call must
// succeed, and hostile. Then the servers are made to behave, and the same client calls once
// more. If the row has a Plain, that makes the call of a third bench by an ordinary
// client, and what came of it stands in the table that Run prints under -v.
//
// # The rules
//
//	INV-1  no canary of prompt, answer, token or key is in an error, log, span, metric,
//	       audit record or on stderr, nor reaches a server that was not verified
//	INV-2  the outcome is a refusal of the class
//	INV-3  no goroutine and no file is left a second after the end
//	INV-4  it takes no longer than its time and 250 ms, and no more heap than four times
//	       the limit, or 16 MiB
//	INV-5  a violation is one security event, which names rule, host and, if there was a
//	       connection, the peer
//	INV-6  the connection of a violation serves no further request
//	INV-7  the audit log claims as many attempts as the server got prompts
//	INV-8  what is refused before the first byte has sent none
//	INV-9  the control succeeds
//
// Rows run one after the other, as goroutines, files and heap are those of the process.
package battery
