package client

import (
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
)

// A Waiver gives up one protection, for a reason, until an instant. Only package
// client/unsafeallow makes them.
type Waiver = waiver.Waiver

// A Profile says where a client runs. It weakens nothing by itself: it is the ceiling for
// [Config.Waivers].
//
//	             waivers                                       at most
//	Production   all but Loopback, UnredactedPrompts,          92 days
//	             UnknownRoutes
//	Test         all                                           366 days
//	Development  all                                           366 days
//
// Static secrets in the environment are refused in Production and ignored elsewhere.
// Settings of the process that weaken TLS or tell secrets, see [Weakness], are refused in
// Production and recorded elsewhere. 92 days are the guide's quarterly audit: a waiver that
// lives longer was never looked at.
type Profile uint8

// The profiles.
const (
	Production Profile = iota
	Test
	Development
)

var profileNames = [...]string{"production", "test", "development"}

// String is the name that stands in audit records.
func (p Profile) String() string {
	if int(p) < len(profileNames) {
		return profileNames[p]
	}
	return "unknown"
}

const day = 24 * time.Hour

// longest is how far ahead a waiver of the profile may end.
func (p Profile) longest() time.Duration {
	if p == Production {
		return 92 * day
	}
	return 366 * day
}

// takes reports whether the profile takes waivers of the kind at all.
func (p Profile) takes(kind waiver.Kind) bool {
	switch kind {
	case waiver.Loopback, waiver.UnredactedPrompts, waiver.UnknownRoutes:
		return p != Production
	case waiver.PublicEndpoint, waiver.StaticAPIKey, waiver.UninspectedMedia, waiver.UnlimitedCallers, waiver.UnrecordedCalls:
		return true
	default:
		return false
	}
}

// judgeWaivers reports every fault of the waivers.
func judgeWaivers(faults *faults, profile Profile, waivers []Waiver, now time.Time) {
	seen := map[waiver.Kind]bool{}
	for i, w := range waivers {
		path := index("Waivers", i)
		switch {
		case w.Kind() == waiver.None:
			faults.add(path, "is empty: make it with client/unsafeallow")
			continue
		case !profile.takes(w.Kind()):
			faults.add(path, "waives "+w.Kind().String()+", which the "+profile.String()+" profile does not take")
		case seen[w.Kind()]:
			faults.add(path, "waives "+w.Kind().String()+" a second time")
		}
		seen[w.Kind()] = true
		if strings.TrimSpace(w.Reason()) == "" {
			faults.add(path, "has no reason")
		}
		switch until := w.Until(); {
		case until.IsZero():
			faults.add(path, "has no end")
		case !until.After(now):
			faults.add(path, "has expired")
		case until.After(now.Add(profile.longest())):
			faults.add(path, "ends later than the "+profile.String()+" profile takes")
		}
	}
}
