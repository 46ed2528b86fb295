package client

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/edge"
	"github.com/sallyport-go/sallyport/client/internal/stage"
	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/credentials"
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
	ways       []*way            // those beside it, as far as they remember
	redactor   *redact.Redactor
	sessions   *redact.Sessions

	credential   *credentials.Credential
	source       string
	weaknesses   []Weakness // of the process at its start
	stop         stage.Switch
	callers      stage.Callers
	halt         func(reason string) error // of the client, once it is made
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
	p.checkProcess()
	p.gate = stage.Gate{Endpoint: p.endpoint, Headers: p.cfg.Headers, Switch: &p.stop}
	return p
}

// clone copies what the caller could still change.
func (cfg Config) clone() Config {
	cfg.Network.AllowedPrefixes = slices.Clone(cfg.Network.AllowedPrefixes)
	cfg.Network.Zones = slices.Clone(cfg.Network.Zones)
	cfg.TLS.RootFiles = slices.Clone(cfg.TLS.RootFiles)
	cfg.TLS.Pins = slices.Clone(cfg.TLS.Pins)
	cfg.TLS.BackupPins = slices.Clone(cfg.TLS.BackupPins)
	cfg.Rules = slices.Clone(cfg.Rules)
	cfg.PerCall = slices.Clone(cfg.PerCall)
	cfg.PerAttempt = slices.Clone(cfg.PerAttempt)
	cfg.Headers = slices.Clone(cfg.Headers)
	cfg.Waivers = slices.Clone(cfg.Waivers)
	return cfg
}

func (p *parts) buildTLS() {
	var err error
	cfg := p.cfg.TLS
	cfg.Observe = p.pinned(cfg.Observe)
	p.tls, err = tlspolicy.New(cfg)
	p.faults.wrap("TLS", err)
	if p.cfg.Network.Mode.NeedsOwnTrust() && !ownTrust(&p.cfg.TLS) {
		p.faults.add("TLS", "needs Roots or Pins of the operator's own: in the mode Gateway nothing else tells the gateway from an impostor")
	}
}

// ownTrust reports whether the operator says whom to trust, in place of the authorities that
// everybody trusts.
func ownTrust(c *tlspolicy.Config) bool {
	pins := len(c.Pins)+len(c.BackupPins) > 0 && !c.PinsReportOnly
	return pins || c.Roots != nil || c.RootMode == tlspolicy.RootsExplicit
}

// pinned records each connection that no pin but a backup fits, or none that is only
// reported, and then tells next, if that is not nil. A connection that cannot be recorded is
// refused.
func (p *parts) pinned(next func(tlspolicy.Verdict) error) func(tlspolicy.Verdict) error {
	return func(v tlspolicy.Verdict) error {
		if v.PinUse == tlspolicy.BackupPin || v.PinUse == tlspolicy.PinMismatched {
			e := event.Event{Time: time.Now(), Name: event.PinMissed, Outcome: event.Success, Host: event.NewHost(v.ServerName), Config: p.observe.Config}
			if v.PinUse == tlspolicy.PinMismatched {
				e.Outcome, e.Code = event.Failure, event.TLSPin
			}
			e.Severity = event.SeverityFor(e.Name, e.Outcome)
			e.Network.TLSVersion, e.Network.Suite, e.Network.Group, e.Network.Resumed = v.Version, v.Suite, uint16(v.Group), v.Resumed
			e.Network.PinUse = event.NewToken(v.PinUse.String())
			if err := p.record(context.Background(), e); err != nil {
				return err
			}
		}
		if next == nil {
			return nil
		}
		return next(v)
	}
}

// guard makes the guard of a lane to the hosts that the field at path names. Faults of the
// network settings, which all lanes share, are reported once, for that of the endpoint. The
// modes Gateway and PrivateLink are about the endpoint alone: others owe the chain.
func (p *parts) guard(path string, lane netguard.Lane, hosts ...string) *netguard.Guard {
	mode := p.cfg.Network.Mode
	if path != "Endpoint" && mode != netguard.Address {
		mode = netguard.Strict
	}
	g, err := netguard.New(netguard.Config{
		Hosts: hosts, Lane: lane, Mode: mode, AllowedPrefixes: p.cfg.Network.AllowedPrefixes,
		Server: p.cfg.Network.DNS, Zones: p.cfg.Network.Zones, Waivers: p.cfg.Waivers,
		LookupTimeout: p.cfg.Network.LookupTimeout, ConnectTimeout: p.cfg.Network.ConnectTimeout,
	})
	p.faults.wrapAt(err, func(field string) string {
		switch {
		case strings.HasPrefix(field, "Hosts"):
			return path
		case path != "Endpoint":
			return ""
		case field == "Server":
			return "Network.DNS"
		default:
			return join("Network", field)
		}
	})
	return g
}

// lane makes the transport over a guard. The limits of a lane that carries no answers of
// models are small.
func (p *parts) lane(g *netguard.Guard, cfg edge.Config) *edge.Transport {
	cfg.TLS = p.tls
	cfg.DialTimeout = orDefault(p.cfg.Network.LookupTimeout, stepTimeout) + orDefault(p.cfg.Network.ConnectTimeout, stepTimeout)
	cfg.TLSTimeout, cfg.MaxConnAge = p.cfg.HandshakeTimeout, p.cfg.MaxConnAge
	cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		return g.DialContext(ctx, network, address)
	}
	t := edge.New(cfg)
	p.transports = append(p.transports, t)
	return t
}

// stepTimeout is the default of each of the two steps of a dial.
const stepTimeout = 5 * time.Second

func orDefault(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// small are the limits of the lanes for tokens and keys.
func small() edge.Config {
	return edge.Config{MaxBodyBytes: 1 << 20, HeaderTimeout: 10 * time.Second, IdleBodyTimeout: 10 * time.Second, TotalTimeout: 30 * time.Second}
}

func (p *parts) buildModel() {
	if p.endpoint.Host == "" {
		p.guard("Endpoint", netguard.Private, standIn(p.cfg.Network.Mode)) // for the faults of Network
		return
	}
	p.model = p.guard("Endpoint", netguard.Private, hostPort(p.endpoint))
	p.lane(p.model, edge.Config{
		MaxBodyBytes: int64(p.cfg.MaxBodyBytes), MaxHeaderBytes: int64(p.cfg.MaxHeaderBytes),
		HeaderTimeout: p.cfg.HeaderTimeout, IdleBodyTimeout: p.cfg.IdleTimeout, TotalTimeout: p.cfg.TotalTimeout,
	})
}

// standIn is a host that the mode takes.
func standIn(mode netguard.Mode) string {
	switch mode {
	case netguard.Gateway:
		return "contoso.azure-api.net"
	case netguard.PrivateLink:
		return "westus.privatelink.api.openai.com"
	default:
		return "contoso.openai.azure.com"
	}
}

func (p *parts) buildRedaction() {
	var err error
	p.redactor, err = redact.New(p.cfg.Redaction)
	p.faults.wrap("Redaction", err)
	if p.redactor != nil {
		p.sessions, err = p.redactor.Sessions(p.cfg.Sessions)
		p.faults.wrap("Sessions", err)
	}
	unredacted := waiver.Allows(p.cfg.Waivers, waiver.UnredactedPrompts, time.Now())
	for i, detector := range p.cfg.Redaction.Detectors {
		if detector.OnFailure != redact.FailClosed && !unredacted {
			p.faults.add(index("Redaction.Detectors", i)+".OnFailure", "opens, which needs the waiver UnredactedPrompts")
		}
	}
}

func (p *parts) buildLimit() {
	limits := &p.cfg.Limits
	p.faults.wrap("Limits.User", limits.User.Validate())
	p.faults.wrap("Limits.App", limits.App.Validate())
	p.faults.wrap("Limits.Tenant", limits.Tenant.Validate())
	p.faults.wrap("Limits.Deployment", limits.Deployment.Validate())
	store := limits.Store
	if store == nil {
		memory, err := ratelimit.Memory(ratelimit.Config{})
		p.faults.wrap("Limits.Store", err)
		store = memory
	}
	if _, ok := store.(ratelimit.Learner); ok {
		service, err := ratelimit.NewService(store)
		p.faults.wrap("Limits.Store", err)
		store = service
	}
	queue, err := ratelimit.NewQueue(store, limits.Queue)
	p.faults.wrap("Limits.Queue", err)
	p.limit = stage.Limit{
		Store: queue, Corrections: new(ratelimit.Corrections), User: limits.User, App: limits.App, Tenant: limits.Tenant, Deployment: limits.Deployment,
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
	sink = p.watched(event.Sinks(sink), tel) // one that panics has not recorded
	p.observe = stage.Observe{
		Telemetry: tel, Audit: sink, Pseudonyms: pseudonyms, Host: event.NewHost(p.endpoint.Hostname()),
		Config: p.cfg.digest(), Waivers: p.cfg.Waivers, Halted: &p.callers,
	}
}

// close ends what the parts may have started.
func (p *parts) close() {
	for _, t := range p.transports {
		t.Close()
	}
}

var _ http.RoundTripper = (*edge.Transport)(nil)
