package clienttest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Config says what the fake is like. The zero value is sensible in every field.
type Config struct {
	// Account is the name of the Azure OpenAI resource; "" is "contoso".
	Account string
	// Vault is the name of the key vault; "" is "contoso-vault".
	Vault string
	// Deployments maps the deployments to their models; nil is gpt-4o, gpt-4o-mini and
	// text-embedding-3-small, each named as its model.
	Deployments map[string]string
	// Secrets are the secrets of the vault; nil is one called [DefaultSecret] with a
	// random value. The current value of each is a valid API key of the account.
	Secrets map[string]string
	// Identity is what [Azure.Env] describes; zero is [AppService]. All kinds work.
	Identity Identity
	// Audiences are the resources, such as "api://gateway", for which a token opens the
	// account, beside the two of Azure.
	Audiences []string
	// Claims, if not nil, gives tokens the form of Entra's, a JWT that nobody signed, with
	// these claims beside aud, exp, nbf, tid, appid and idtyp "app", which they may replace.
	Claims map[string]any
	// TokenLife is how long tokens are valid; zero is a day.
	TokenLife time.Duration
	// Answer makes the answer to the last text of the user or of a tool; nil is [Echo].
	Answer func(text string) string
	// Cut divides the text of a streamed answer; nil is Pieces(1, 7, 1).
	Cut func(text string) []string
	// EventsPerWrite is how many events of a stream are sent together; zero is one.
	EventsPerWrite int
	// HTTP1 takes HTTP/2 away.
	HTTP1 bool
	// Unrecorded keeps requests out of the journal, which grows without a limit. They are
	// still counted. It is for benchmarks.
	Unrecorded bool
}

// DefaultSecret is the name of the secret that a vault has when Config.Secrets is nil.
const DefaultSecret = "openai-key"

// Echo is the default answer: it repeats the text, so that what left the application
// redacted and came back restored can be seen.
func Echo(text string) string { return "You wrote: " + text }

// withDefaults returns c with the documented values in place of zero ones.
func (c Config) withDefaults() Config {
	if c.Account == "" {
		c.Account = "contoso"
	}
	if c.Vault == "" {
		c.Vault = "contoso-vault"
	}
	if c.Deployments == nil {
		c.Deployments = map[string]string{"gpt-4o": "gpt-4o", "gpt-4o-mini": "gpt-4o-mini", "text-embedding-3-small": "text-embedding-3-small"}
	}
	if c.Secrets == nil {
		c.Secrets = map[string]string{DefaultSecret: randomText()}
	}
	if c.TokenLife <= 0 {
		c.TokenLife = 24 * time.Hour
	}
	if c.Answer == nil {
		c.Answer = Echo
	}
	if c.Cut == nil {
		c.Cut = Pieces(1, 7, 1)
	}
	c.Deployments = maps.Clone(c.Deployments)
	c.Audiences = slices.Clone(c.Audiences)
	c.Claims = maps.Clone(c.Claims)
	return c
}

// An Azure is a running fake. It owns servers, goroutines and a temporary folder until
// [Azure.Close]. All methods are safe for concurrent use, also after Close. The zero
// Azure is of no use; see [New] and [Start].
type Azure struct {
	cfg     Config
	net     network
	ca      authority
	folder  string
	dns     *dnsServer
	doors   map[Lane]*door
	client  *http.Client
	ctx     context.Context // ends with Close
	stop    context.CancelFunc
	serving sync.WaitGroup
	closing sync.Once

	tenant, clientID, identityHeader string

	arc         atomic.Pointer[string]           // the file with the key of Azure Arc
	certificate atomic.Pointer[x509.Certificate] // of the application

	journal journal
	script  script
	tokens  tokens
	secrets secrets
}

// TB is the part of testing.TB that [New] needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// New starts a fake for a test, which it fails if that is impossible. The fake is closed
// when the test is over.
func New(t TB, cfg Config) *Azure {
	t.Helper()
	a, err := Start(cfg)
	if err != nil {
		t.Fatalf("clienttest: %v", err)
		return nil
	}
	t.Cleanup(a.Close)
	return a
}

// Start starts a fake for a program, which must close it. Errors are those of the system,
// such as a lack of file descriptors.
func Start(cfg Config) (*Azure, error) {
	var err error
	// A random address that someone else has is no reason to give up.
	for range 8 {
		var a *Azure
		if a, err = start(cfg.withDefaults(), newNetwork()); err == nil {
			return a, nil
		}
	}
	return nil, err
}

func start(cfg Config, net network) (*Azure, error) {
	a := &Azure{
		cfg:            cfg,
		net:            net,
		doors:          map[Lane]*door{},
		tenant:         randomUUID(),
		clientID:       randomUUID(),
		identityHeader: randomText(),
	}
	a.ctx, a.stop = context.WithCancel(context.Background())
	a.journal.init(!cfg.Unrecorded)
	a.tokens.init(cfg, a.tenant, a.clientID)
	for name, value := range cfg.Secrets {
		a.secrets.set(name, Secret{Value: value})
	}
	err := errors.Join(a.certify(), a.open())
	if err == nil {
		a.client = a.newClient()
		err = a.writeFiles()
	}
	if err != nil {
		a.Close()
		return nil, fmt.Errorf("clienttest: start: %w", err)
	}
	return a, nil
}

// open starts all servers.
func (a *Azure) open() error {
	for _, d := range []*door{
		{lane: Model, addr: a.net.private(4), secure: true, handler: a.serveModel},
		{lane: Vault, addr: a.net.private(5), secure: true, handler: a.serveVault},
		{lane: Login, addr: a.net.public(10), secure: true, handler: a.serveLogin},
		{lane: AppIdentity, addr: a.net.private(6), handler: a.serveAppIdentity},
		{lane: Metadata, addr: a.net.private(7), handler: a.serveMetadata},
	} {
		if err := a.openDoor(d); err != nil {
			return err
		}
	}
	if !a.net.single() {
		// The public side of the account has the same port, as the same URL leads there. So
		// has the neighbour, by a record that is wrong.
		for _, d := range []*door{
			{lane: Public, addr: a.net.public(4), secure: true, handler: servePublic},
			{lane: Neighbour, addr: a.net.private(8), secure: true, handler: serveNeighbour},
		} {
			d.port = a.doors[Model].port
			if err := a.openDoor(d); err != nil {
				return err
			}
		}
	}
	var err error
	a.dns, err = startDNS(a.net.private(1), &a.serving)
	if err != nil {
		return err
	}
	a.Link()
	a.SetRecord(loginHost, Record{Addrs: []netip.Addr{a.net.public(10)}})
	return nil
}

// A door is one server: a lane of requests on an address of its own.
type door struct {
	lane    Lane
	addr    netip.Addr
	port    uint16 // 0: any
	secure  bool
	handler func(*visit)
	server  *http.Server
}

func (d *door) addrPort() netip.AddrPort { return netip.AddrPortFrom(d.addr, d.port) }

// openDoor listens and serves. A secure door is on port 443 too where the system lets it
// be, so that a client finds it by DNS alone.
func (a *Azure) openDoor(d *door) error {
	listener, err := listen(d.addrPort())
	if err != nil {
		return err
	}
	d.port = listener.Addr().(*net.TCPAddr).AddrPort().Port()
	d.server = &http.Server{
		Handler:           a.admit(d),
		ReadHeaderTimeout: time.Minute,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		ConnContext:       withConn,
		ConnState:         a.journal.connections(d.lane),
	}
	if d.secure {
		d.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{a.ca.leaf}, MinVersion: tls.VersionTLS12}
		d.server.Protocols = new(http.Protocols)
		d.server.Protocols.SetHTTP1(true)
		d.server.Protocols.SetHTTP2(!a.cfg.HTTP1)
	}
	a.doors[d.lane] = d
	a.serve(d, listener)
	if d.secure && !a.net.single() {
		if standard, err := listen(netip.AddrPortFrom(d.addr, 443)); err == nil {
			a.serve(d, standard)
		} else if !errors.Is(err, os.ErrPermission) {
			return err
		}
	}
	return nil
}

func (a *Azure) serve(d *door, l net.Listener) {
	a.serving.Go(func() {
		// Both return when the server is closed, and with no other error that matters.
		if d.secure {
			_ = d.server.ServeTLS(l, "", "")
		} else {
			_ = d.server.Serve(l)
		}
	})
}

// Close ends every request, connection, server and goroutine, removes the files, and
// waits until all that is done. What was recorded can still be read. A second call only
// waits.
func (a *Azure) Close() {
	a.closing.Do(func() {
		a.stop()
		for _, d := range a.doors {
			_ = d.server.Close()
		}
		if a.dns != nil {
			a.dns.close()
		}
		if a.client != nil {
			a.client.CloseIdleConnections()
		}
		a.serving.Wait()
		_ = a.journal.waitIdle(context.Background())
		if a.folder != "" {
			_ = os.RemoveAll(a.folder)
		}
		a.removeArc()
	})
}

// Endpoint is the URL of the account, without a path and with the port of this fake:
// https://contoso.openai.azure.com:41833.
func (a *Azure) Endpoint() string { return a.url(a.Host(), Model) }

// Host is the host name of the account.
func (a *Azure) Host() string { return a.cfg.Account + ".openai.azure.com" }

// VaultURL is the URL of the key vault, with the port of this fake. A client of azsecrets
// checks that the challenge of the vault names its own host and port, which no challenge
// of Azure does on such a port: give it "https://" + VaultHost() and [Azure.Dial].
func (a *Azure) VaultURL() string { return a.url(a.VaultHost(), Vault) }

// VaultHost is the host name of the key vault.
func (a *Azure) VaultHost() string { return a.cfg.Vault + ".vault.azure.net" }

func (a *Azure) url(host string, lane Lane) string {
	return fmt.Sprintf("https://%s:%d", host, a.doors[lane].port)
}

// Prefix is the virtual network: the addresses of the private endpoints are in it.
func (a *Azure) Prefix() netip.Prefix { return a.net.vnet }

// PrivateAddr is the address of the account's private endpoint.
func (a *Azure) PrivateAddr() netip.Addr { return a.net.private(4) }

// PublicAddr is the public address of the account, outside of Prefix. There it answers as
// Azure does when public access is disabled. See [Azure.Unlink]. Where 127.0.0.1 is the
// only loopback address, it is the private one.
func (a *Azure) PublicAddr() netip.Addr { return a.net.public(4) }

// NeighbourAddr is the address of a private endpoint in the same network that is somebody
// else's: a certificate for all accounts makes it look right, and it answers [NotApproved].
// A record that leads there is one that is wrong. Where 127.0.0.1 is the only loopback
// address, it is the account's own.
func (a *Azure) NeighbourAddr() netip.Addr { return a.net.private(8) }

// EmptyAddr is an address of the virtual network where nothing is: a record that leads
// there is one that is stale. Where 127.0.0.1 is the only loopback address, it is that.
func (a *Azure) EmptyAddr() netip.Addr { return a.net.private(9) }

// Roots holds the authority of the fake and nothing else.
func (a *Azure) Roots() *x509.CertPool { return a.ca.pool.Clone() }

// CAPEM is the certificate of the authority in PEM.
func (a *Azure) CAPEM() []byte { return slices.Clone(a.ca.pem) }

// CAFile is a file that holds CAPEM. It is removed by Close.
func (a *Azure) CAFile() string { return a.folder + "/ca.pem" }

// Client returns a client that reaches the fake and nothing else: it dials by
// [Azure.Dial], trusts [Azure.Roots], uses no proxy and follows no redirects.
func (a *Azure) Client() *http.Client {
	c := *a.client
	return &c
}

func (a *Azure) newClient() *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(!a.cfg.HTTP1)
	return &http.Client{
		Transport: &http.Transport{
			DialContext:       a.Dial,
			TLSClientConfig:   &tls.Config{RootCAs: a.ca.pool, MinVersion: tls.VersionTLS12},
			Protocols:         protocols,
			ForceAttemptHTTP2: !a.cfg.HTTP1,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
