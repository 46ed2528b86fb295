package client

import (
	"crypto/sha256"
	"fmt"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// digest is the hash of the settings that decide what the client lets pass. It stands in
// every record, so that an auditor sees when they changed. Secrets and functions are not
// part of it; of rules and policies only the number is.
func (cfg Config) digest() event.Digest {
	h := sha256.New()
	put := func(name string, values ...any) {
		fmt.Fprint(h, name)
		for _, value := range values {
			fmt.Fprintf(h, " %q", fmt.Sprint(value)) // quoted, so that neighbours do not mix
		}
		fmt.Fprintln(h)
	}
	put("endpoint", cfg.Endpoint, cfg.API, cfg.APIVersion)
	put("profile", cfg.Profile)
	put("credential", cfg.Credential != nil, cfg.Scope, !cfg.APIKey.IsZero(), cfg.KeyHeader)
	put("identity", cfg.Credentials.Source, cfg.Credentials.ClientID, cfg.Credentials.ObjectID, cfg.Credentials.ResourceID,
		cfg.Credentials.TenantID, cfg.Credentials.TokenFile, cfg.Credentials.Cloud.ActiveDirectoryAuthorityHost)
	put("trust", cfg.Credentials.Guard != nil, cfg.Credentials.Users)
	if guard := cfg.Credentials.Guard; guard != nil {
		put("guard", guard.Tenants, guard.Audiences, guard.Applications, guard.Objects, guard.Users)
	}
	put("vault", cfg.KeyVault.Vault, cfg.KeyVault.Secret, cfg.KeyVault.TTL)
	put("network", cfg.Network.AllowedPrefixes, cfg.Network.Mode, cfg.Network.DNS, cfg.Network.Zones,
		cfg.Network.LookupTimeout, cfg.Network.ConnectTimeout)
	put("tls", cfg.TLS.MinVersion, cfg.TLS.RequirePostQuantum, cfg.TLS.Pins, cfg.TLS.BackupPins, cfg.TLS.PinsReportOnly, cfg.TLS.MaxLeafLifetime,
		cfg.TLS.RootMode, cfg.TLS.RootFiles, cfg.TLS.Roots != nil, cfg.TLS.ClientCertificate != nil)
	put("redaction", cfg.Redaction.Group, cfg.Redaction.Kinds, cfg.Redaction.Refuse, cfg.Redaction.MaxValues, len(cfg.Redaction.Rules),
		cfg.Redaction.Action, cfg.Redaction.Actions, cfg.Redaction.Answer, cfg.Redaction.Answers, cfg.Redaction.Restore)
	for _, detector := range cfg.Redaction.Detectors {
		put("detector", detector.Name, detector.Timeout, detector.OnFailure)
	}
	put("sessions", cfg.Sessions.Max, cfg.Sessions.MaxBytes, cfg.Sessions.TTL, cfg.Sessions.Store != nil)
	put("limits", cfg.Limits.User, cfg.Limits.App, cfg.Limits.Tenant, cfg.Limits.Deployment,
		cfg.Limits.Queue.MaxWait, cfg.Limits.Queue.MaxBatchWait, cfg.Limits.Queue.MaxWaiting, len(cfg.Limits.Queue.Weights))
	put("rules", len(cfg.Rules), len(cfg.PerCall), len(cfg.PerAttempt), cfg.Headers)
	put("bounds", cfg.MaxBodyBytes, cfg.MaxHeaderBytes, cfg.MaxLineBytes, cfg.MaxEventBytes, cfg.HandshakeTimeout,
		cfg.HeaderTimeout, cfg.IdleTimeout, cfg.TotalTimeout, cfg.MaxConnAge)
	put("retry", cfg.Retry.MaxAttempts, cfg.Retry.MaxWait, cfg.Retry.BudgetRatio, cfg.Retry.BudgetPerSecond, cfg.Retry.Repeatable != nil)
	put("breaker", cfg.Breaker.MinCalls, cfg.Breaker.FailureRatio, cfg.Breaker.OpenFor, cfg.Breaker.Patience)
	put("watch", cfg.Watch.Calls, cfg.Watch.Tokens, cfg.Watch.Refusals, cfg.Watch.AuthFailures, cfg.Watch.Deployments, cfg.Watch.Hours.From, cfg.Watch.Hours.To,
		cfg.Watch.Hours.Days, cfg.Watch.Hours.Location, cfg.Watch.HaltCaller, cfg.Watch.HaltAll, cfg.Watch.Halt != nil)
	for _, w := range cfg.Waivers {
		put("waiver", w.Kind(), w.Reason(), w.Until().UTC())
	}
	return event.Digest(h.Sum(nil))
}
