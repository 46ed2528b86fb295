package battery

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azpolicy "github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/internal/hostile"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/audit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Bench is the place of one call. Its fields may be changed by Setup.
type Bench struct {
	testing.TB

	// Hostile says that this is not the control.
	Hostile bool
	// Azure gives names and tokens. The account's own server is not used.
	Azure *clienttest.Azure
	// Server is the endpoint. It speaks HTTP/2 and HTTP/1.1, unless Setup has called
	// [Bench.Serve].
	Server *hostile.Server
	// Config is that of the client.
	Config client.Config
	// Client is made after Setup.
	Client *client.Client
	// PlainConns bounds the connections of an ordinary client; zero does not.
	PlainConns int
	// Signal is what Setup may set for the call: it makes a server do what the row is about.
	Signal func()
	// Canaries are the texts that must not be told: "prompt", "answer", "token" and "key".
	Canaries *testkit.CanarySet

	// Text is what the call delivered, Status that of its answer.
	Text   string
	Status int

	ca        *hostile.Authority
	strangers []*hostile.Server
	closers   []func()
	script    hostile.Script
	events    events
	file      bytes.Buffer
	spans     *tracetest.InMemoryExporter
	metrics   *metric.ManualReader
}

// names are what the certificates of a bench are for, beside all addresses.
var names = []string{"*.openai.azure.com", "localhost"}

const (
	budget = 3 * time.Second
	reason = "the battery runs on loopback"
)

// NewBench makes a bench that is not hostile, for a test that is no row. Call Serve, Open, and
// Close at the end.
func NewBench(t testing.TB) *Bench {
	t.Helper()
	return newBench(t, false)
}

// newBench makes a bench with a client that works.
func newBench(t testing.TB, attacks bool) *Bench {
	t.Helper()
	b := &Bench{TB: t, Hostile: attacks, Canaries: testkit.Canaries(), spans: tracetest.NewInMemoryExporter(), metrics: metric.NewManualReader()}
	var err error
	b.ca, err = hostile.NewAuthority()
	testkit.NoError(t, err)
	b.Azure, err = clienttest.Start(clienttest.Config{})
	testkit.NoError(t, err)
	log, err := audit.Chained(&b.file, audit.Config{})
	testkit.NoError(t, err)
	b.Config = client.Config{
		Profile:       client.Development,
		Credential:    credential(b.Canaries.Text("token")),
		Network:       client.Network{AllowedPrefixes: []netip.Prefix{b.Azure.Prefix()}, DNS: b.Azure.DNS()},
		Audit:         event.Sinks(&b.events, log),
		Limits:        plenty(),
		HeaderTimeout: budget, IdleTimeout: budget, TotalTimeout: budget,
		Waivers: []client.Waiver{unsafeallow.Loopback(reason, time.Now().Add(time.Hour))},
	}
	b.Config.TLS.Roots = b.ca.Pool()
	b.Config.Telemetry.TracerProvider = trace.NewTracerProvider(trace.WithSyncer(b.spans))
	b.Config.Telemetry.MeterProvider = metric.NewMeterProvider(metric.WithReader(b.metrics))
	return b
}

// plenty are quotas that nobody reaches.
func plenty() client.Limits {
	quota := ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}
	return client.Limits{User: quota, App: quota, Tenant: quota, Deployment: quota}
}

// credential is an identity with one token.
type credential string

var _ azcore.TokenCredential = credential("")

// GetToken returns the token.
func (c credential) GetToken(context.Context, azpolicy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: string(c), ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// Serve makes the endpoint a server of one protocol, "h2" or "http/1.1", whose attack is
// the script. The control is answered well.
func (b *Bench) Serve(protocol string, script hostile.Script) {
	b.Helper()
	b.script = script
	b.ServeConfig(hostile.Config{TLS: b.TLS(protocol)})
}

// ServeConfig makes the endpoint a server of the configuration, at an address of the
// virtual network. Whoever attacks by the configuration does so only if b.Hostile.
func (b *Bench) ServeConfig(c hostile.Config) {
	b.Helper()
	if b.Server != nil {
		b.Server.Close()
	}
	if !c.Addr.IsValid() {
		c.Addr = netip.AddrPortFrom(b.Private(9), 0)
	}
	var err error
	b.Server, err = hostile.Start(c)
	testkit.NoError(b, err)
	b.behave(!b.Hostile)
	b.Lead(b.Server.Addr().Addr())
	b.Config.Endpoint = fmt.Sprintf("https://%s:%d", b.Azure.Host(), b.Server.Addr().Port())
}

// behave makes the endpoint answer well, or by its script.
func (b *Bench) behave(well bool) {
	if well || b.script == nil {
		b.Server.Script(hostile.Say(b.Canaries.Text("answer")))
		return
	}
	b.Server.Script(b.script)
}

// TLS is the server's side of a handshake for the endpoint, with protocols.
func (b *Bench) TLS(protocols ...string) *tls.Config {
	b.Helper()
	cert, err := b.ca.Certify(names)
	testkit.NoError(b, err)
	return &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: protocols, MinVersion: tls.VersionTLS12}
}

// Certificate is one for the endpoint, with a change.
func (b *Bench) Certificate(change func(*x509.Certificate)) tls.Certificate {
	b.Helper()
	cert, err := b.ca.Certify(names, change)
	testkit.NoError(b, err)
	return cert
}

// Lead makes DNS lead from the endpoint through its private zone to addresses.
func (b *Bench) Lead(to ...netip.Addr) {
	b.Azure.SetRecord(b.Azure.Host(), clienttest.Record{Chain: []string{"contoso.privatelink.openai.azure.com"}, Addrs: to})
}

// Private and Public are addresses of the virtual network, and of the Internet.
func (b *Bench) Private(host byte) netip.Addr { return member(b.Azure.PrivateAddr(), host) }

// Public is an address of the Internet.
func (b *Bench) Public(host byte) netip.Addr { return member(b.Azure.PublicAddr(), host) }

func member(of netip.Addr, host byte) netip.Addr {
	a := of.As4()
	a[3] = host
	return netip.AddrFrom4(a)
}

// Stranger starts a server that no call may reach, with a valid certificate. Whatever
// arrives there breaks a rule. Port 0 is any.
func (b *Bench) Stranger(addr netip.Addr, port uint16) *hostile.Server {
	b.Helper()
	s, err := hostile.Start(hostile.Config{Addr: netip.AddrPortFrom(addr, port), TLS: b.TLS("http/1.1")})
	testkit.NoError(b, err)
	b.strangers = append(b.strangers, s)
	return s
}

// Elsewhere makes a stranger that is another host of the Internet, and says its URL.
func (b *Bench) Elsewhere() string {
	b.Helper()
	const host = "evil.openai.azure.com"
	s := b.Stranger(b.Public(9), 0)
	b.Azure.SetRecord(host, clienttest.Record{Addrs: []netip.Addr{b.Public(9)}})
	return fmt.Sprintf("https://%s:%d", host, s.Addr().Port())
}

// PlainStranger is a stranger that does not speak TLS.
func (b *Bench) PlainStranger(addr netip.Addr, port uint16) *hostile.Server {
	b.Helper()
	s, err := hostile.Start(hostile.Config{Addr: netip.AddrPortFrom(addr, port)})
	testkit.NoError(b, err)
	b.strangers = append(b.strangers, s)
	return s
}

// prepare runs Setup and makes the client.
func (b *Bench) prepare(setup func(*Bench)) error {
	b.Helper()
	if setup != nil {
		setup(b)
	}
	if b.Server == nil {
		b.ServeConfig(hostile.Config{TLS: b.TLS("h2", "http/1.1")})
	}
	if b.Client != nil {
		return nil // made by Setup
	}
	return b.Open()
}

// Open makes the client of the configuration as it is now, and closes the one before.
func (b *Bench) Open() error {
	b.closeClient()
	var err error
	b.Client, err = client.New(b.Config)
	return err
}

func (b *Bench) closeClient() {
	if b.Client != nil {
		_ = b.Client.Close() // never fails
	}
	b.Client = nil
}

// Close ends all.
func (b *Bench) Close() {
	b.closeClient()
	if b.Server != nil {
		b.Server.Close()
	}
	for _, s := range b.strangers {
		s.Close()
	}
	for _, f := range b.closers {
		f()
	}
	b.Azure.Close()
}

// OnClose ends something with the bench.
func (b *Bench) OnClose(f func()) { b.closers = append(b.closers, f) }
