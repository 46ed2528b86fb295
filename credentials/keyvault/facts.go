package keyvault

import (
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Facts are what a vault says about a secret to whoever may read it, and what that says
// about the vault: no other right is needed. A zero time is unknown. None of it is secret.
type Facts struct {
	// Version is that of the secret, Read when it was read.
	Version string
	Read    time.Time
	// Created is when this version was made, NotBefore and Expires when it is valid.
	// Without Expires nothing reminds anybody to rotate it: the event SecretNearExpiry
	// does not fire (Microsoft Learn, "Azure Key Vault as Event Grid source", 2026-07-07).
	Created, NotBefore, Expires time.Time
	// Known is that the vault told its recovery level, which the next three come from.
	// Microsoft Learn, "Azure Key Vault recovery management", 2026-11-23.
	Known bool
	// SoftDelete is that a deleted secret can be had back, for RecoverableDays if that is
	// not zero; PurgeProtection that nobody can prevent it.
	SoftDelete, PurgeProtection bool
	RecoverableDays             int
}

// Age is how old the version is at now, or zero if that is not known.
func (f Facts) Age(now time.Time) time.Duration {
	if f.Created.IsZero() {
		return 0
	}
	return max(0, now.Sub(f.Created))
}

func factsOf(secret azsecrets.Secret, now time.Time) Facts {
	f := Facts{Version: secret.ID.Version(), Read: now}
	a := secret.Attributes
	if a == nil {
		return f
	}
	f.Created, f.NotBefore, f.Expires = timeOf(a.Created), timeOf(a.NotBefore), timeOf(a.Expires)
	if a.RecoveryLevel != nil && *a.RecoveryLevel != "" {
		f.Known = true
		f.SoftDelete = strings.Contains(*a.RecoveryLevel, "Recoverable")
		f.PurgeProtection = f.SoftDelete && !strings.Contains(*a.RecoveryLevel, "Purgeable")
	}
	if a.RecoverableDays != nil {
		f.RecoverableDays = int(*a.RecoverableDays)
	}
	return f
}

func timeOf(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// A Notice tells of one read of the vault that changed something or failed.
type Notice struct {
	// Facts are those of the version in use after it; zero if there is none.
	Facts Facts
	// Previous is the version before, if another one came; empty for the first.
	Previous string
	// Code is why the read failed; empty if a version came.
	Code event.Code
}
