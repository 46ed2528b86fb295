// Package event holds the words in which the library reports: the closed list of codes,
// the closed list of event names, and [Event], the one record that metrics, audit log and
// an application's own sinks are made from.
//
// # What an event cannot hold
//
// No field of an [Event] takes text from a prompt, an answer, a header or an error. What
// looks like text goes through a gate that knows what the value must look like:
//
//	deployment, policy, ids of our own   NewToken       ^[A-Za-z0-9._:-]{1,64}$, or one of a list
//	host                                 NewHost        a host name or an address
//	model in an answer                   NewModel       words of model names, or one of a list
//	finish reason in an answer           FinishOf       closed list
//	id of an answer                      NewResponseID  known prefix, then letters and digits
//	id of a request                      NewRequestID   a UUID
//	region of an answer                  NewRegion      letters and digits
//	tenant, user, application            Pseudonymizer  keyed hash
//	code, name, operation, state ...     closed lists
//	reason of a waiver                   NewOperatorText; told to the audit log alone
//
// What does not pass becomes [OtherToken], so a reader sees that something was there, and
// nobody sees what. An event can therefore be given to any sink: the types that are made of
// strings are checked once more by each sink of this library, with their method Checked.
//
// The package is the lowest of the module and imports the standard library only.
package event
