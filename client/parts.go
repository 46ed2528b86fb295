package client

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// parts are what a client is made of. Building them dials nothing and starts nothing.
type parts struct {
	cfg    Config
	faults faults

	endpoint   *url.URL
	apiVersion string
	tls        *tls.Config
	model      *netguard.Guard
	transports []*edge.Transport // of all lanes, that of the model first
	redactor   *redact.Redactor

	credential   azcore.TokenCredential
	source       string
	stop         stage.Switch
	observe      stage.Observe
	gate         stage.Gate
	limit        stage.Limit
	authenticate stage.Authenticate
}

// build makes the parts and collects every fault on the way.
func build(cfg Config) *parts {
	p := &parts{cfg: cfg.clone()}
	p.checkPlain()
	p.buildTLS()
	p.buildModel()
	p.buildCredential()
	p.buildRedaction()
	p.buildLimit()
	p.buildObserve()
	p.gate = stage.Gate{Endpoint: p.endpoint, Headers: p.cfg.Headers, Switch: &p.stop}
	return p
}

// clone copies what the caller could still change.
func (cfg Config) clone() Config {
	cfg.Network.AllowedPrefixes = slices.Clone(cfg.Network.AllowedPrefixes)
	cfg.Network.Zones = slices.Clone(cfg.Network.Zones)
	cfg.TLS.RootFiles = slices.Clone(cfg.TLS.RootFiles)
	cfg.TLS.Pins = slices.Clone(cfg.TLS.Pins)
	cfg.Rules = slices.Clone(cfg.Rules)
	cfg.PerCall = slices.Clone(cfg.PerCall)
	cfg.PerAttempt = slices.Clone(cfg.PerAttempt)
	cfg.Headers = slices.Clone(cfg.Headers)
	cfg.Waivers = slices.Clone(cfg.Waivers)
	return cfg
}

var apiVersionShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`)

// checkPlain checks the fields that no other package knows.
func (p *parts) checkPlain() {
	cfg := &p.cfg
	p.endpoint = p.checkURL("Endpoint", cfg.Endpoint)
	switch cfg.API {
	case V1:
		if cfg.APIVersion != "" {
			p.faults.add("APIVersion", "is for the Deployments style")
		}
	case Deployments:
		if p.apiVersion = cfg.APIVersion; p.apiVersion == "" {
			p.apiVersion = DefaultAPIVersion
		}
		if !apiVersionShape.MatchString(p.apiVersion) {
			p.faults.add("APIVersion", "is not a date such as "+DefaultAPIVersion)
		}
	default:
		p.faults.add("API", "is not a style that exists")
	}
	if cfg.Profile > Development {
		p.faults.add("Profile", "is not a profile that exists")
	}
	judgeWaivers(&p.faults, cfg.Profile, cfg.Waivers, time.Now())
	p.checkHeaders()
	p.checkBounds()
	p.faults.wrap("Retry", cfg.Retry.Validate())
	p.faults.wrap("Breaker", cfg.Breaker.Validate())
}

// checkURL returns the URL of a host, or one that leads nowhere.
func (p *parts) checkURL(path, text string) *url.URL {
	nowhere := &url.URL{Scheme: "https"}
	if text == "" {
		p.faults.add(path, "is missing")
		return nowhere
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		p.faults.add(path, "is not a URL such as https://contoso.openai.azure.com")
	case u.Scheme != "https":
		p.faults.add(path, "is not https")
	case u.User != nil:
		p.faults.add(path, "holds a user or password")
	case u.Path != "" && u.Path != "/", u.RawQuery != "", u.Fragment != "", u.Opaque != "":
		p.faults.add(path, "has a path, query or fragment: only scheme, host and port belong here")
	case u.Port() != "" && !isPort(u.Port()):
		p.faults.add(path, "has a port that does not exist")
	default:
		return &url.URL{Scheme: "https", Host: strings.ToLower(u.Host)}
	}
	return nowhere
}

func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n > 0 && n < 1<<16
}

// hostPort is where u leads to.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (p *parts) checkHeaders() {
	for i, name := range p.cfg.Headers {
		switch path := index("Headers", i); {
		case name == "" || strings.ContainsFunc(name, notToken):
			p.faults.add(path, "is not the name of a header")
		case stage.Forbidden(textproto.CanonicalMIMEHeaderKey(name)):
			p.faults.add(path, "is a header that the client itself decides on")
		}
	}
	if p.cfg.KeyHeader == "" {
		p.cfg.KeyHeader = "api-key"
	}
	p.cfg.KeyHeader = textproto.CanonicalMIMEHeaderKey(p.cfg.KeyHeader)
	if !slices.Contains([]string{"Api-Key", "Ocp-Apim-Subscription-Key"}, p.cfg.KeyHeader) {
		p.faults.add("KeyHeader", "is neither api-key nor Ocp-Apim-Subscription-Key")
	}
}

// notToken reports whether r may not stand in the name of a header (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	return r >= 0x7f || r <= ' ' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
}

func (p *parts) checkBounds() {
	const most = 1 << 30
	if n := p.cfg.MaxBodyBytes; n < 0 || n > most {
		p.faults.add("MaxBodyBytes", "is not between 0 and 1 GiB")
	}
	for path, d := range map[string]time.Duration{"HeaderTimeout": p.cfg.HeaderTimeout, "IdleTimeout": p.cfg.IdleTimeout, "TotalTimeout": p.cfg.TotalTimeout} {
		if d < 0 {
			p.faults.add(path, "is negative")
		}
	}
	for i, rule := range p.cfg.Rules {
		if rule == nil {
			p.faults.add(index("Rules", i), "is nil")
		}
	}
	for i, each := range p.cfg.PerCall {
		if each == nil {
			p.faults.add(index("PerCall", i), "is nil")
		}
	}
	for i, each := range p.cfg.PerAttempt {
		if each == nil {
			p.faults.add(index("PerAttempt", i), "is nil")
		}
	}
}

func (p *parts) buildTLS() {
	var err error
	p.tls, err = tlspolicy.New(p.cfg.TLS)
	p.faults.wrap("TLS", err)
}

// guard makes the guard of a lane. Faults of the network settings are reported once, for
// the model's lane.
func (p *parts) guard(path string, lane netguard.Lane, hosts ...string) *netguard.Guard {
	g, err := netguard.New(netguard.Config{
		Hosts: hosts, Lane: lane, Mode: p.cfg.Network.Mode, AllowedPrefixes: p.cfg.Network.AllowedPrefixes,
		Server: p.cfg.Network.DNS, Zones: p.cfg.Network.Zones, Waivers: p.cfg.Waivers,
	})
	if path != "" {
		p.faults.wrap(path, err)
	}
	return g
}

// lane makes the transport over a guard. The limits of a lane that carries no answers of
// models are small.
func (p *parts) lane(g *netguard.Guard, cfg edge.Config) *edge.Transport {
	cfg.TLS = p.tls
	cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		return g.DialContext(ctx, network, address)
	}
	t := edge.New(cfg)
	p.transports = append(p.transports, t)
	return t
}

// small are the limits of the lanes for tokens and keys.
func small() edge.Config {
	return edge.Config{MaxBodyBytes: 1 << 20, HeaderTimeout: 10 * time.Second, IdleBodyTimeout: 10 * time.Second, TotalTimeout: 30 * time.Second}
}

func (p *parts) buildModel() {
	if p.endpoint.Host == "" {
		return
	}
	p.model = p.guard("Network", netguard.Private, hostPort(p.endpoint))
	p.lane(p.model, edge.Config{
		MaxBodyBytes:  int64(p.cfg.MaxBodyBytes),
		HeaderTimeout: p.cfg.HeaderTimeout, IdleBodyTimeout: p.cfg.IdleTimeout, TotalTimeout: p.cfg.TotalTimeout,
	})
}

func (p *parts) buildRedaction() {
	var err error
	p.redactor, err = redact.New(p.cfg.Redaction)
	p.faults.wrap("Redaction", err)
}

func (p *parts) buildLimit() {
	limits := &p.cfg.Limits
	p.faults.wrap("Limits.User", limits.User.Validate())
	p.faults.wrap("Limits.App", limits.App.Validate())
	p.faults.wrap("Limits.Tenant", limits.Tenant.Validate())
	p.faults.wrap("Limits.Deployment", limits.Deployment.Validate())
	if limits.Store == nil {
		store, err := ratelimit.Memory(ratelimit.Config{})
		p.faults.wrap("Limits.Store", err)
		limits.Store = store
	}
	p.limit = stage.Limit{
		Store: limits.Store, User: limits.User, App: limits.App, Tenant: limits.Tenant, Deployment: limits.Deployment,
		Host: p.endpoint.Host, Waivers: p.cfg.Waivers,
	}
}

func (p *parts) buildObserve() {
	cfg := p.cfg.Telemetry.Config
	cfg.Server = p.endpoint.Hostname()
	if port := p.endpoint.Port(); port != "" {
		cfg.Port, _ = strconv.Atoi(port) // checked with the endpoint
	}
	tel, err := telemetry.New(cfg)
	p.faults.wrap("Telemetry", err)
	pseudonyms, err := event.NewPseudonymizer(p.cfg.Telemetry.PseudonymKey)
	p.faults.wrap("Telemetry.PseudonymKey", err)
	sink := p.cfg.Audit
	if sink == nil {
		sink = event.NewLog(nil)
	}
	p.observe = stage.Observe{
		Telemetry: tel, Audit: sink, Pseudonyms: pseudonyms, Host: event.NewHost(p.endpoint.Hostname()),
		Config: p.cfg.digest(), Waivers: p.cfg.Waivers,
	}
}

func (p *parts) buildCredential() {
	cfg := &p.cfg
	ways := 0
	for _, set := range []bool{cfg.Credential != nil, cfg.KeyVault != KeyVault{}, !cfg.APIKey.IsZero()} {
		if set {
			ways++
		}
	}
	if ways > 1 && !(ways == 2 && cfg.Credential != nil && cfg.KeyVault != KeyVault{}) {
		p.faults.add("Credential", "is given beside KeyVault or APIKey: one way is enough")
	}
	if cfg.Credentials.Transport != nil {
		p.faults.add("Credentials.Transport", "is set: the client uses its own")
	}
	p.checkStatic()
	switch {
	case !cfg.APIKey.IsZero():
		p.authenticate = stage.Authenticate{Key: credentials.StaticKey(cfg.APIKey), KeyHeader: cfg.KeyHeader}
		p.source = "static key"
		return
	case cfg.Credential != nil:
		p.credential, p.source = cfg.Credential, "application"
	default:
		p.buildIdentity()
	}
	if cfg.KeyVault != (KeyVault{}) {
		p.buildKeyVault()
		return
	}
	scope := cfg.Scope
	if scope == "" {
		scope = credentials.Scope(p.endpoint.Hostname(), cfg.Credentials.Cloud)
	}
	p.authenticate = stage.Authenticate{Token: p.credential, Scope: scope}
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
		lanes.Login = p.lane(p.guard("Credentials", netguard.Public, hosts.Login...), small())
	}
	if len(hosts.Identity) > 0 {
		limits := small()
		limits.Insecure = true
		lanes.Identity = p.lane(p.guard("Credentials", netguard.Identity, hosts.Identity...), limits)
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
	if vault.Host == "" || p.credential == nil {
		return
	}
	lane := p.lane(p.guard("KeyVault.Vault", netguard.Private, hostPort(vault)), small())
	source, err := keyvault.New(keyvault.Config{Vault: vault.String(), Secret: p.cfg.KeyVault.Secret, Credential: p.credential, Transport: lane, Cloud: p.cfg.Credentials.Cloud})
	if err != nil {
		p.faults.wrap("KeyVault", err)
		return
	}
	p.authenticate = stage.Authenticate{Key: source, KeyHeader: p.cfg.KeyHeader}
	p.source = "key vault"
}

// close ends what the parts may have started.
func (p *parts) close() {
	for _, t := range p.transports {
		t.Close()
	}
}

var _ http.RoundTripper = (*edge.Transport)(nil)
