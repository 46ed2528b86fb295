package client_test

import (
	"errors"
	"math"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/guardrail"
	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/tlspolicy"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact/detect"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// broken has a fault in every field that can have one.
func broken() client.Config {
	cfg := client.Config{
		Endpoint: "ftp://jane@contoso.openai.azure.com/path?query", API: client.Deployments, APIVersion: "yesterday", Profile: 9,
		Credentials: credentials.Config{ClientID: "a", ObjectID: "b", Lookup: bare},
		KeyVault:    client.KeyVault{Vault: "https://vault.azure.net/path", Secret: "/"},
		KeyHeader:   "X-Key",
		Network: client.Network{
			AllowedPrefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("0.0.0.0/0")},
			DNS:             "localhost", Mode: 9, Zones: []netguard.Zone{{}},
		},
		TLS: tlspolicy.Config{MinVersion: 1, RootFiles: []string{"/nowhere"}, Pins: []tlspolicy.Pin{{}}},
		Limits: client.Limits{
			User:       ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(-1)},
			App:        ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(math.MaxInt64)},
			Deployment: ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(1).WithBurst(0)},
		},
		Rules: []guardrail.Rule{nil}, PerCall: []policy.Policy{nil}, PerAttempt: []policy.Policy{nil},
		Headers: []string{"X-Fine", "Authorization", "a b"}, MaxBodyBytes: -1,
		HeaderTimeout: -1, IdleTimeout: -1, TotalTimeout: -1, HandshakeTimeout: -1, MaxConnAge: -1,
		MaxHeaderBytes: -1, MaxLineBytes: 1<<30 + 1, MaxEventBytes: -1,
		Waivers: []client.Waiver{{}, unsafeallow.Loopback(" ", time.Time{})},
	}
	cfg.Redaction.Kinds, cfg.Redaction.Key = []detect.Kind{"SHOE_SIZE"}, make([]byte, 3)
	cfg.Retry.MaxAttempts, cfg.Breaker.FailureRatio = 99, 2
	cfg.Telemetry.PseudonymKey, cfg.Telemetry.Convention = make([]byte, 3), 9
	return cfg
}

// Every fault is told at once, with the path of its field and a reason, and never a value.
func TestValidateTellsEveryFault(t *testing.T) {
	t.Parallel()
	err := broken().Validate()
	refused(t, err, event.ConfigInvalid)
	testkit.ErrorIs(t, err, client.ErrConfig)
	var faults *client.ConfigError
	testkit.True(t, errors.As(err, &faults), "a ConfigError")
	var lines []string
	for _, fault := range faults.Faults {
		lines = append(lines, fault.Path+" | "+fault.Reason)
		testkit.True(t, fault.Reason != "is not valid", fault.Path+" has a reason")
	}
	testkit.Golden(t, "testdata/faults.golden", []byte(strings.Join(lines, "\n")+"\n"))
	for range 5 {
		testkit.Equal(t, broken().Validate().Error(), err.Error())
	}
	for _, value := range []string{"yesterday", "/nowhere", "SHOE_SIZE", "localhost", "X-Key"} {
		testkit.True(t, !strings.Contains(err.Error(), value), "no value in the text: "+value)
	}
	c, again := client.New(broken())
	testkit.True(t, c == nil, "no client")
	testkit.Equal(t, again.Error(), err.Error())
}

func TestEndpoint(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"https://Contoso.openai.azure.com":         "https://contoso.openai.azure.com/openai/v1/",
		"https://contoso.openai.azure.com/":        "https://contoso.openai.azure.com/openai/v1/",
		"https://contoso.openai.azure.com:443":     "https://contoso.openai.azure.com/openai/v1/",
		"https://contoso.openai.azure.com:8443":    "https://contoso.openai.azure.com:8443/openai/v1/",
		"":                                         "",
		"contoso.openai.azure.com":                 "",
		"http://contoso.openai.azure.com":          "",
		"ftp://contoso.openai.azure.com":           "",
		"https://":                                 "",
		"https://:443":                             "",
		"https://contoso.openai.azure.com:":        "",
		"https://contoso.openai.azure.com:99999":   "",
		"https://u:p@contoso.openai.azure.com":     "",
		"https://contoso.openai.azure.com/openai":  "",
		"https://contoso.openai.azure.com?a=b":     "",
		"https://contoso.openai.azure.com#f":       "",
		"https://contoso_1.openai.azure.com\x00":   "",
		"https://contoso.openai.azure.com\\@evil/": "",
	} {
		t.Run(endpoint, func(t *testing.T) {
			t.Parallel()
			c, err := client.New(client.Config{Endpoint: endpoint, Credential: token("t"), Audit: event.Discard{}, Credentials: credentials.Config{Lookup: bare}})
			if want == "" {
				refused(t, err, event.ConfigInvalid)
				return
			}
			testkit.NoError(t, err)
			testkit.Equal(t, c.BaseURL(), want)
			testkit.NoError(t, c.Close())
		})
	}
}

// The configuration is copied: what its maker changes later changes nothing.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	cfg := s.config()
	cfg.Headers = []string{"X-Fine"}
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	defer c.Close()
	cfg.Headers[0], cfg.Network.AllowedPrefixes[0], cfg.Waivers[0] = "X-Other", netip.Prefix{}, client.Waiver{}
	req := s.request(t.Context(), t, chat, ask("hello"))
	req.Header.Set("X-Fine", "1")
	status, _, err := do(c.HTTPClient(), req)
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
}

// The hash of the configuration changes with each setting that decides what may pass.
func TestDigest(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	digest := func(change func(*client.Config)) event.Digest {
		records := &recorder{}
		cfg := s.config()
		change(&cfg)
		cfg.Audit = records
		c, err := client.New(cfg)
		testkit.NoError(t, err)
		testkit.NoError(t, c.Close())
		return records.named(event.ConfigChanged)[0].Config
	}
	waivers := s.config().Waivers
	seen := []event.Digest{digest(func(cfg *client.Config) { cfg.Waivers = waivers })}
	testkit.Equal(t, digest(func(cfg *client.Config) { cfg.Waivers = waivers }), seen[0])
	for _, change := range []func(*client.Config){
		func(cfg *client.Config) { cfg.Profile = client.Test },
		func(cfg *client.Config) { cfg.API = client.Deployments },
		func(cfg *client.Config) { cfg.Scope = "api://gateway/.default" },
		func(cfg *client.Config) { cfg.Headers = []string{"X-A", "X-B"} },
		func(cfg *client.Config) { cfg.Headers = []string{"X-A X-B"[:3], "X-C"} },
		func(cfg *client.Config) { cfg.Redaction.Kinds = []detect.Kind{detect.EmailAddress} },
		func(cfg *client.Config) { cfg.Limits = client.Limits{} },
		func(cfg *client.Config) { cfg.Retry.MaxAttempts = 1 },
		func(cfg *client.Config) { cfg.MaxBodyBytes = 1 },
		func(cfg *client.Config) { cfg.MaxConnAge = 1 },
		func(cfg *client.Config) { cfg.Network.ConnectTimeout = 1 },
		func(cfg *client.Config) {
			cfg.Waivers = append(slices.Clip(waivers), unsafeallow.UninspectedMedia(reason, time.Now().Add(time.Hour)))
		},
	} {
		d := digest(func(cfg *client.Config) { cfg.Waivers = waivers; change(cfg) })
		testkit.True(t, !slices.Contains(seen, d), "another hash")
		seen = append(seen, d)
	}
}
