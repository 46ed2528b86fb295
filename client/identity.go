package client

import (
	"context"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func (p *parts) buildCredential() {
	cfg := &p.cfg
	ways := 0
	for _, set := range []bool{cfg.Credential != nil, cfg.KeyVault != KeyVault{}, !cfg.APIKey.IsZero()} {
		if set {
			ways++
		}
	}
	if ways > 1 && (ways != 2 || cfg.Credential == nil || cfg.KeyVault == KeyVault{}) {
		p.faults.add("Credential", "is given beside KeyVault or APIKey: one way is enough")
	}
	if cfg.Credentials.Transport != nil {
		p.faults.add("Credentials.Transport", "is set: the client uses its own")
	}
	p.checkStatic()
	switch {
	case !cfg.APIKey.IsZero():
		if strings.ContainsFunc(cfg.APIKey.Cleartext(), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
			p.faults.add("APIKey", "holds what no key has: blanks, control characters or other than ASCII")
		}
		p.authenticate = stage.Authenticate{Key: credentials.StaticKey(cfg.APIKey), KeyHeader: cfg.KeyHeader, Host: p.endpoint.Host}
		p.source = "static key"
		return
	case cfg.Credential != nil:
		p.wrapCredential()
	default:
		p.buildIdentity()
	}
	if cfg.KeyVault != (KeyVault{}) {
		p.buildKeyVault()
		return
	}
	scope := cfg.Scope
	if strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		p.faults.add("Scope", "holds what no scope has: blanks, control characters or other than ASCII")
	}
	if scope == "" {
		scope = credentials.Scope(p.endpoint.Hostname(), cfg.Credentials.Cloud)
	}
	p.authenticate = stage.Authenticate{Token: p.credential, Scope: scope, Host: p.endpoint.Host}
}

// wrapCredential gives the credential of the application the care that ours has.
func (p *parts) wrapCredential() {
	wrapped, err := credentials.Wrap(p.cfg.Credential, p.cfg.Credentials)
	if err != nil {
		p.faults.wrap("Credential", err)
		return
	}
	p.credential, p.source = wrapped, wrapped.Platform().String()
}

// checkStatic refuses static secrets where an identity is demanded: in the configuration
// without the waiver, and in the environment of production.
func (p *parts) checkStatic() {
	if waiver.Allows(p.cfg.Waivers, waiver.StaticAPIKey, time.Now()) {
		return
	}
	if !p.cfg.APIKey.IsZero() {
		p.faults = append(p.faults, &FieldError{Path: "APIKey", Reason: "needs the waiver StaticAPIKey", Code: event.CredentialStatic})
	}
	if p.cfg.Profile != Production {
		return
	}
	if p.cfg.Credentials.Source.Developer() {
		p.faults.add("Credentials.Source", "is the sign-in of a person, which is for development: use the identity of the machine")
	}
	for _, name := range credentials.StaticSecrets(p.cfg.Credentials.Lookup) {
		p.faults = append(p.faults, &FieldError{Path: "environment: " + name, Code: event.CredentialStatic,
			Reason: "holds a static secret: remove it, or waive StaticAPIKey"})
	}
}

// buildIdentity makes the identity of the machine or workload, over lanes of its own.
func (p *parts) buildIdentity() {
	cfg := p.cfg.Credentials
	hosts, err := credentials.Endpoints(cfg)
	if err != nil {
		p.faults.wrap("Credentials", err)
		return
	}
	lanes := &stage.Lanes{Hosts: hosts}
	if len(hosts.Login) > 0 {
		lanes.Login = p.way(p.lane(p.guard("Credentials", netguard.Public, hosts.Login...), small()))
	}
	if len(hosts.Identity) > 0 {
		limits := small()
		limits.Insecure = true
		lanes.Identity = p.way(p.lane(p.guard("Credentials", netguard.Identity, hosts.Identity...), limits))
	}
	cfg.Transport = lanes
	credential, err := credentials.New(cfg)
	if err != nil {
		p.faults.wrap("Credentials", err)
		return
	}
	p.credential, p.source = credential, credential.Platform().String()
}

func (p *parts) buildKeyVault() {
	vault := p.checkURL("KeyVault.Vault", p.cfg.KeyVault.Vault)
	lacking := vault.Host == "" || p.credential == nil
	if vault.Host == "" {
		vault.Host = "contoso.vault.azure.net" // for the faults of the other fields
	}
	lane := p.way(p.lane(p.guard("KeyVault.Vault", netguard.Private, hostPort(vault)), small()))
	read := keyvault.Config{
		Vault: vault.String(), Secret: p.cfg.KeyVault.Secret, TTL: p.cfg.KeyVault.TTL, Transport: lane,
		Cloud: p.cfg.Credentials.Cloud, Notify: p.noticed,
	}
	if p.credential != nil { // else the interface would not be nil
		read.Credential = p.credential
	}
	source, err := keyvault.New(read)
	p.faults.wrapAt(err, func(field string) string {
		if field == "Credential" {
			return "" // told already
		}
		return join("KeyVault", field)
	})
	if err != nil || lacking {
		return
	}
	p.authenticate = stage.Authenticate{Key: source, KeyHeader: p.cfg.KeyHeader, Host: p.endpoint.Host}
	p.source = "key vault"
}

// noticed records what a read of the vault brought: a version with its age, or why it
// failed. A log that does not take it is no reason to be without a key.
func (p *parts) noticed(ctx context.Context, n keyvault.Notice) {
	e := event.Event{
		Time: time.Now(), Name: event.CredentialRotated, Code: n.Code, Outcome: event.OutcomeOf(n.Code),
		Host: p.observe.Host, Config: p.observe.Config, Version: event.NewToken(n.Facts.Version), Age: n.Facts.Age(time.Now()),
	}
	if n.Code != "" {
		e.Name = event.AuthFailed
	}
	e.Severity = event.SeverityFor(e.Name, e.Outcome)
	_ = p.record(context.WithoutCancel(ctx), e)
}
