// Package watch looks at the events of a client, in its process, for what is unlike
// before, and raises anomaly.detected. Its rules are plain, so that whoever is woken at
// night can see why:
//
//	token_spike       a caller's tokens of this minute pass Factor times its own average
//	call_spike        the same for its calls
//	refusals          a caller's calls were refused so many times without one that passed
//	auth_failures     the service or the identity said no so many times in a row
//	first_deployment  a deployment is used that was never used before and is not known
//	off_hours         a caller is active outside the hours that the application named
//
// A [Watch] is an [event.Sink] that stands before another one:
//
//	client ──► Watch ──► audit log, telemetry ...
//	             └─────► anomaly.detected, and Halt for the rules that shall stop calls
//
// Nothing is stopped unless the configuration says so. What is kept is bounded; there is
// no goroutine and no timer: time passes when events come.
//
// # The average of a caller
//
// It moves with each minute in which the caller made a call, by 1/16 of the difference;
// minutes of silence leave it alone, so that a morning is no spike. A minute that passed
// the limit counts as the limit: an attack does not become the habit at once. A caller of
// fewer than 5 such minutes is taken for one whose average is Floor.
package watch
