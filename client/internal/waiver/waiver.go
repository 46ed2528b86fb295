// Package waiver holds the one type by which a setting can be weakened.
//
// It is internal so that a waiver can be made only through client/unsafeallow, which
// an organisation can find, count and ban by its import path.
package waiver

import (
	"slices"
	"time"
)

// A Kind names what a waiver gives up. The zero Kind gives up nothing.
type Kind uint8

// The kinds.
const (
	None              Kind = iota
	PublicEndpoint         // the endpoint may have a public address
	Loopback               // 127.0.0.0/8 and ::1 may be dialled
	StaticAPIKey           // a static key may stand in the configuration or the environment
	UnredactedPrompts      // prompts may leave unredacted
	UnknownRoutes          // routes that the table does not have may pass, uninspected
	UninspectedMedia       // images, sound and files may pass, uninspected
	UnlimitedCallers       // callers may go without a quota
	UnrecordedCalls        // calls may go on while the audit log fails
)

var names = [...]string{"none", "public_endpoint", "loopback", "static_api_key", "unredacted_prompts",
	"unknown_routes", "uninspected_media", "unlimited_callers", "unrecorded_calls"}

// String is the name that stands in audit records.
func (k Kind) String() string {
	if int(k) < len(names) {
		return names[k]
	}
	return names[None]
}

// A Waiver gives up one protection, for a stated reason, until a stated time. The zero
// Waiver gives up nothing.
type Waiver struct {
	kind   Kind
	reason string
	until  time.Time
}

// New makes a waiver. Whether reason and until are acceptable is decided where it is
// used, so that every fault of a configuration is reported at once.
func New(kind Kind, reason string, until time.Time) Waiver {
	return Waiver{kind: kind, reason: reason, until: until}
}

// Kind is what the waiver gives up.
func (w Waiver) Kind() Kind { return w.kind }

// Reason is the operator's text. It belongs in the audit record and nowhere else.
func (w Waiver) Reason() string { return w.reason }

// Until is the instant from which the waiver no longer holds.
func (w Waiver) Until() time.Time { return w.until }

// Active reports whether the waiver holds at now.
func (w Waiver) Active(now time.Time) bool {
	return w.kind != None && w.reason != "" && now.Before(w.until)
}

// Allows reports whether one of the waivers gives up kind at now.
func Allows(waivers []Waiver, kind Kind, now time.Time) bool {
	return slices.ContainsFunc(waivers, func(w Waiver) bool { return w.kind == kind && w.Active(now) })
}
