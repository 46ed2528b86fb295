package main

import (
	"context"
	"net/netip"
	"os"
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const (
	// secret is the name of the key in the vault.
	secret = "model-key"
	// ttl is short, so that a quarter of a minute is enough; eight hours are usual.
	ttl = 15 * time.Second
	// notice is how long before its end a key is read anew.
	notice = 5 * time.Minute
)

// A stand is a fake Azure with a client on it, and what it records.
type stand struct {
	azure   *clienttest.Azure
	client  *client.Client
	pinned  bool
	restore func()
	journal journal
	first   error // of the calls
}

// open starts the fake and builds the client.
func open(pinned bool) (*stand, error) {
	azure, err := clienttest.Start(clienttest.Config{Secrets: map[string]string{}, Unrecorded: true})
	if err != nil {
		return nil, err
	}
	s := &stand{azure: azure, pinned: pinned}
	azure.SetSecret(secret, clienttest.Secret{Value: "the-first-key", Expires: soon()})
	// The platform tells a program by variables where its identity comes from.
	s.restore = setenv(azure.Env())
	if s.client, err = client.New(s.config()); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// soon is the end of a key that is about to be rotated: it is read anew again and again.
func soon() time.Time { return time.Now().Add(notice + time.Second) }

// config is what an application has to say. What makes it one for a test is that the
// endpoint lies on loopback, which takes a waiver, and that the fake has its own resolver
// and its own certificates.
func (s *stand) config() client.Config {
	until := time.Now().Add(time.Hour)
	quota := ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}
	cfg := client.Config{
		Endpoint:    s.azure.Endpoint(),
		Profile:     client.Development,
		Credentials: credentials.Config{Source: credentials.Managed, ClientID: s.azure.ClientID()},
		KeyVault:    client.KeyVault{Vault: s.azure.VaultURL(), Secret: secret, TTL: ttl},
		Network:     client.Network{AllowedPrefixes: []netip.Prefix{s.azure.Prefix()}, DNS: s.azure.DNS()},
		Limits:      client.Limits{User: quota, App: quota, Tenant: quota, Deployment: quota},
		Audit:       &s.journal,
		Waivers:     []client.Waiver{unsafeallow.Loopback("the example runs on a fake Azure", until)},
	}
	cfg.TLS.Roots = s.azure.Roots()
	if s.pinned {
		cfg.KeyVault, cfg.APIKey = client.KeyVault{}, credentials.NewSecret(s.azure.Secret(secret))
		cfg.Waivers = append(cfg.Waivers, unsafeallow.StaticAPIKey("the example shows what happens", until))
	}
	return cfg
}

func (s *stand) close() {
	if s.client != nil {
		_ = s.client.Close() // always nil
	}
	s.restore()
	s.azure.Close()
}

// A journal is an audit log that keeps what is said about keys, and counts the calls that
// were sent twice because of one.
type journal struct {
	mu     sync.Mutex
	keys   []event.Event
	resent int
}

// Record keeps a version that came and a read that failed. A failed call is told as
// auth.failed too, and has an id.
func (j *journal) Record(_ context.Context, e event.Event) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case e.Name == event.RequestCompleted:
		j.resent += max(0, e.Attempts-1)
	case e.Name == event.CredentialRotated, e.Name == event.AuthFailed && e.CallID.IsZero():
		j.keys = append(j.keys, e)
	}
	return nil
}

// refused is how many calls were sent twice.
func (j *journal) refused() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return int64(j.resent)
}

// named returns what was kept of a name.
func (j *journal) named(name event.Name) []event.Event {
	j.mu.Lock()
	defer j.mu.Unlock()
	var some []event.Event
	for _, e := range j.keys {
		if e.Name == name {
			some = append(some, e)
		}
	}
	return some
}

// setenv sets variables and returns how to undo it.
func setenv(vars map[string]string) (restore func()) {
	old := map[string]string{}
	for name, value := range vars {
		if was, ok := os.LookupEnv(name); ok {
			old[name] = was
		}
		_ = os.Setenv(name, value) // the names are good ones
	}
	return func() {
		for name := range vars {
			if was, ok := old[name]; ok {
				_ = os.Setenv(name, was)
			} else {
				_ = os.Unsetenv(name)
			}
		}
	}
}
