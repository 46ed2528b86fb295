// Package unsafeallow is the only way to weaken sallyport.
//
// Each function gives up one protection and says which. It wants a reason, written for
// the person who reads the audit log next year, and the instant at which the waiver ends.
// There is no waiver without an end: after it the protection is back, in the middle of a
// run if need be. The functions check nothing; client.Config.Validate does, so that every
// fault of a configuration is reported at once. Which waivers a profile takes, and for
// how long, is said at client.Profile.
//
// An organisation that wants none finds them all by the import path:
//
//	! go list -deps ./... | grep -q sallyport/client/unsafeallow
package unsafeallow

import (
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/internal/waiver"
)

// PublicEndpoint lets the model endpoint and the vault have a public address. Addresses
// that no setting allows, such as those of the metadata service, stay refused.
func PublicEndpoint(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.PublicEndpoint, reason, until)
}

// Loopback lets 127.0.0.0/8 and ::1 be dialled, within Config.Network.AllowedPrefixes. It is for
// tests and examples, and refused in production.
func Loopback(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.Loopback, reason, until)
}

// StaticAPIKey lets a static key stand in the configuration or the environment, where
// otherwise a managed identity or a key vault is demanded.
func StaticAPIKey(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.StaticAPIKey, reason, until)
}

// UnredactedPrompts turns the redaction of prompts off. It is refused in production.
func UnredactedPrompts(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.UnredactedPrompts, reason, until)
}

// UnknownRoutes lets methods and paths pass that the route table does not have, and those
// whose content it cannot inspect. Nothing on them is parsed, redacted or restored, and
// nothing bounds what they send. It is refused in production.
func UnknownRoutes(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.UnknownRoutes, reason, until)
}

// UninspectedMedia lets images, sound and files pass, which no detector can read.
func UninspectedMedia(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.UninspectedMedia, reason, until)
}

// UnlimitedCallers lets callers go without a quota.
func UnlimitedCallers(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.UnlimitedCallers, reason, until)
}

// UnrecordedCalls lets calls go on while the audit log takes no records.
func UnrecordedCalls(reason string, until time.Time) client.Waiver {
	return waiver.New(waiver.UnrecordedCalls, reason, until)
}
