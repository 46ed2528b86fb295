// Package audit keeps a record of every call that nobody can change unseen.
//
// [Chained] writes one line of JSON per event. Each record is numbered, holds the hash of
// the record before it, and is sealed with an HMAC under a key that the host of the file
// need not have. [Verify] reads the file and finds the first record that was changed,
// dropped, reordered, repeated or cut off.
//
//	line 1  {... "previous_hash": none,  "number":1, "value":HMAC(line 1 without value)}
//	               ┌──── SHA-256 of the whole line 1
//	line 2  {... "previous_hash": ^,     "number":2, "value":HMAC(line 2 without value)}
//	               ┌──── SHA-256 of the whole line 2
//	line 3  {... "previous_hash": ^,     "number":3, "value":...}
//	last    {"event_name":"audit.stream_end", ... "audit.sequence.end":true, ...}
//
// The hash goes over the bytes that stand in the file, so anybody can follow the chain;
// only who has the key can make a record that passes. Without a key the seal is a plain
// SHA-256: it finds accidents, and changes by people who do not know how it is made, but
// whoever can write the file can make it anew. A key holder, too, can write another
// history. Against that, keep [Log.Head] somewhere else from time to time.
//
// # The record
//
// A record is one flat JSON object in canonical form (RFC 8785): keys in order, no spaces.
// The keys of the envelope follow the OpenTelemetry draft on audit logs; times are
// nanoseconds since 1970, in decimal strings. Integers stay below 2^53 in size, so that
// every reader of JSON sees the same number. An absent value has no key. Lines have at
// most [MaxLine] bytes.
//
// # When the writer fails
//
// Record returns [ErrNotRecorded], and the call should be refused. The log then counts what
// is lost; the next event is preceded by an audit.gap record that says how many are in no
// record at all. A record that was written in part is completed first, so the chain stays
// whole: its call was refused, and yet it is on record, before the gap.
//
// The log starts no goroutine and does not own the writer.
package audit
