package client_test

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/unsafeallow"
	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// makers are the functions of client/unsafeallow.
func makers() map[string]func(string, time.Time) client.Waiver {
	return map[string]func(string, time.Time) client.Waiver{
		"public_endpoint": unsafeallow.PublicEndpoint, "loopback": unsafeallow.Loopback, "static_api_key": unsafeallow.StaticAPIKey,
		"unredacted_prompts": unsafeallow.UnredactedPrompts, "unknown_routes": unsafeallow.UnknownRoutes,
		"uninspected_media": unsafeallow.UninspectedMedia, "unlimited_callers": unsafeallow.UnlimitedCallers, "unrecorded_calls": unsafeallow.UnrecordedCalls,
	}
}

// Each waiver is needed for what it waives, makes it work, and stops doing so at its end, in
// the middle of a run.
func TestWaivers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		waive  func(string, time.Time) client.Waiver
		change func(*stand, *client.Config)
		try    func(*testing.T, *stand) error
		code   event.Code // without it
	}{
		"unknown routes": {unsafeallow.UnknownRoutes, nil, func(t *testing.T, s *stand) error {
			_, _, err := s.post(t, "/openai/v1/fortunes", "{}")
			return err
		}, event.RouteUnknown},
		"unsupported routes": {unsafeallow.UnknownRoutes, nil, func(t *testing.T, s *stand) error {
			_, _, err := s.post(t, "/openai/v1/realtime/calls", "{}")
			return err
		}, event.RouteUnsupported},
		"uninspected media": {unsafeallow.UninspectedMedia, nil, func(t *testing.T, s *stand) error {
			_, _, err := s.post(t, chat, `{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]}`)
			return err
		}, event.BodyMedia},
		"unlimited callers": {unsafeallow.UnlimitedCallers, func(_ *stand, cfg *client.Config) { cfg.Limits.Tenant.RequestsPerMinute = ratelimit.PerMinute(0) }, func(t *testing.T, s *stand) error {
			_, _, err := s.post(t, chat, ask("hello"))
			return err
		}, event.LocalTooBig},
		"loopback": {unsafeallow.Loopback, func(_ *stand, cfg *client.Config) { cfg.Waivers = nil }, func(t *testing.T, s *stand) error {
			_, err := s.client.Check(t.Context()) // which dials each time
			return err
		}, event.PrivateEndpoint},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			change := func(s *stand, cfg *client.Config, waivers ...client.Waiver) {
				if test.change != nil {
					test.change(s, cfg)
				}
				cfg.Waivers = append(cfg.Waivers, waivers...)
			}
			s := &stand{azure: clienttest.New(t, clienttest.Config{}), audit: &recorder{}}
			without := s.config()
			change(s, &without)
			refused(t, test.try(t, s.with(t, without)), test.code)

			until := time.Now().Add(soon)
			cfg := s.config()
			change(s, &cfg, test.waive(reason, until))
			waived := s.with(t, cfg)
			testkit.NoError(t, test.try(t, waived))
			time.Sleep(time.Until(until))
			refused(t, test.try(t, waived), test.code)
		})
	}
}

// with is a stand with another client.
func (s *stand) with(t testing.TB, cfg client.Config) *stand {
	t.Helper()
	c, err := client.New(cfg)
	testkit.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return &stand{azure: s.azure, client: c, audit: s.audit}
}

// Without redaction the prompt leaves as it is, until the waiver ends.
func TestUnredactedPrompts(t *testing.T) {
	t.Parallel()
	s := &stand{azure: clienttest.New(t, clienttest.Config{}), audit: &recorder{}}
	until := time.Now().Add(soon)
	cfg := s.config()
	cfg.Waivers = append(cfg.Waivers, unsafeallow.UnredactedPrompts(reason, until))
	s = s.with(t, cfg)
	_, _, err := s.post(t, chat, ask(letter()))
	testkit.NoError(t, err)
	testkit.Equal(t, len(planted().Find(s.azure.Journal().Bytes())) >= 8, true)
	time.Sleep(time.Until(until))
	s.azure.Forget()
	_, answer, err := s.post(t, chat, ask(letter()))
	testkit.NoError(t, err)
	testkit.Equal(t, said(t, answer), "You wrote: "+letter())
	testkit.DeepEqual(t, planted().Find(s.azure.Journal().Bytes()), []string(nil))
}

// No test may dial a public address, so this one shows only that the waiver is needed, and
// that it does not give up the proof of an address that is private. Package netguard tests
// what passes with it.
func TestPublicEndpoint(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	s.azure.SetRecord(s.azure.Host(), clienttest.Record{Addrs: []netip.Addr{netip.MustParseAddr("203.0.113.9")}})
	refused(t, s.postAs(t, policy.Caller{}, ask("hello")), event.PrivateEndpoint)

	cfg := s.config()
	cfg.Waivers = append(cfg.Waivers, unsafeallow.PublicEndpoint(reason, time.Now().Add(time.Hour)))
	s = s.with(t, cfg)
	s.azure.SetRecord(s.azure.Host(), clienttest.Record{Addrs: []netip.Addr{s.azure.PrivateAddr()}})
	_, err := s.client.Check(t.Context())
	refused(t, err, event.PrivateUnproved)
}

// A static key needs its waiver in the configuration, and in production in the environment.
func TestStaticAPIKey(t *testing.T) {
	t.Parallel()
	s := &stand{azure: clienttest.New(t, clienttest.Config{}), audit: &recorder{}}
	cfg := s.config()
	cfg.Credential = nil
	cfg.APIKey = credentials.NewSecret(s.azure.Secret(clienttest.DefaultSecret))
	_, err := client.New(cfg)
	refused(t, err, event.CredentialStatic)
	cfg.Waivers = append(cfg.Waivers, unsafeallow.StaticAPIKey(reason, time.Now().Add(time.Hour)))
	s = s.with(t, cfg)
	status, _, err := s.post(t, chat, ask("hello"))
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.Equal(t, s.azure.Journal()[0].Header.Get("Api-Key"), s.azure.Secret(clienttest.DefaultSecret))

	variable := func(name string) (string, bool) { return "static", name == "AZURE_OPENAI_API_KEY" }
	production := client.Config{Endpoint: "https://contoso.openai.azure.com", Credential: token("t"), Credentials: credentials.Config{Lookup: variable}}
	err = production.Validate()
	refused(t, err, event.CredentialStatic)
	testkit.True(t, strings.Contains(err.Error(), "environment: AZURE_OPENAI_API_KEY"), err.Error())
	production.Waivers = []client.Waiver{unsafeallow.StaticAPIKey(reason, time.Now().Add(time.Hour))}
	testkit.NoError(t, production.Validate())
	production.Waivers, production.Profile = nil, client.Test
	testkit.NoError(t, production.Validate())
}

// The ceilings of the profiles, and what every waiver must say.
func TestCeilings(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	never := map[string]bool{"loopback": true, "unredacted_prompts": true, "unknown_routes": true}
	for name, waive := range makers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, waive(reason, time.Now()).Kind().String(), name)
			judge := func(profile client.Profile, waivers ...client.Waiver) error {
				return client.Config{Endpoint: "https://contoso.openai.azure.com", Credential: token("t"), Credentials: credentials.Config{Lookup: bare},
					Profile: profile, Waivers: waivers}.Validate()
			}
			err := judge(client.Production, waive(reason, time.Now().Add(91*day)))
			testkit.Equal(t, err != nil, never[name])
			testkit.True(t, judge(client.Production, waive(reason, time.Now().Add(93*day))) != nil, "too long for production")
			for _, profile := range []client.Profile{client.Test, client.Development} {
				testkit.NoError(t, judge(profile, waive(reason, time.Now().Add(365*day))))
				for what, bad := range map[string]client.Waiver{
					"has no reason": waive("  ", time.Now().Add(day)),
					"has no end":    waive(reason, time.Time{}),
					"has expired":   waive(reason, time.Now().Add(-time.Second)),
					"ends later than the " + profile.String(): waive(reason, time.Now().Add(367*day)),
				} {
					err := judge(profile, bad)
					refused(t, err, event.ConfigInvalid)
					var faults *client.ConfigError
					testkit.True(t, errors.As(err, &faults) && faults.Faults[0].Path == "Waivers[0]", "the path")
					testkit.True(t, strings.Contains(err.Error(), what), what+": "+err.Error())
					testkit.True(t, !strings.Contains(err.Error(), "because"), "the reason is not told")
				}
				twice := waive(reason, time.Now().Add(day))
				testkit.True(t, judge(profile, twice, twice) != nil, "twice")
			}
		})
	}
	testkit.Equal(t, client.Production.String()+client.Test.String()+client.Development.String()+client.Profile(9).String(), "productiontestdevelopmentunknown")
}

// Every waiver is on record with its reason and its end, and nowhere else.
func TestWaiversAreRecorded(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	weakened := s.audit.named(event.ProfileWeakened)
	testkit.Equal(t, len(weakened), 1)
	testkit.Equal(t, weakened[0].Waiver.Kind.String(), "loopback")
	testkit.Equal(t, weakened[0].Waiver.Reason.Audit(), reason)
	testkit.True(t, weakened[0].Waiver.Until.After(time.Now()), "the end")
	testkit.Equal(t, weakened[0].Severity, event.Error)
}

// What a waived route sends and answers is not looked at; everything else still holds.
func TestUnknownRoutesStayInTheirLane(t *testing.T) {
	t.Parallel()
	s := &stand{azure: clienttest.New(t, clienttest.Config{}), audit: &recorder{}}
	cfg := s.config()
	cfg.Waivers = append(cfg.Waivers, unsafeallow.UnknownRoutes(reason, time.Now().Add(time.Hour)))
	s = s.with(t, cfg)
	s.azure.Script(clienttest.Model, clienttest.Reply{Body: "<html>", Header: http.Header{"Content-Type": {"text/html"}}})
	status, answer, err := s.post(t, "/openai/v1/fortunes", letter())
	testkit.NoError(t, err)
	testkit.Equal(t, status, 200)
	testkit.Equal(t, answer, "<html>")
	testkit.Equal(t, string(s.azure.Journal()[0].Body), letter())
	testkit.True(t, s.azure.Journal()[0].Header.Get("Authorization") != "", "authenticated")
	testkit.Equal(t, string(s.audit.last(t).Operation), string(event.OperationOf("unknown")))

	req := s.request(t.Context(), t, "/openai/v1/fortunes", "{}")
	req.Header.Set("Upgrade", "websocket")
	_, _, err = do(s.client.HTTPClient(), req)
	refused(t, err, event.UpgradeBlocked)
}
