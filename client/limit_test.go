package client_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// per is a quota of n requests and many tokens, all of which may come at once.
func per(n int64) ratelimit.Quota {
	return ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(n).WithBurst(n), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}
}

// tokens is a quota of n tokens and many requests.
func tokens(n int64) ratelimit.Quota {
	return ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute), TokensPerMinute: ratelimit.PerMinute(n).WithBurst(n)}
}

func (s *stand) postAs(t testing.TB, caller policy.Caller, body string) error {
	t.Helper()
	_, _, err := do(s.client.HTTPClient(), s.request(policy.WithCaller(t.Context(), caller), t, chat, body))
	return err
}

// Each caller has a quota of its own, and one that is used up says when to come back.
func TestQuotas(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		limit func(*client.Config)
		alike policy.Caller // shares the bucket of the first caller
		other policy.Caller // does not
	}{
		"user":       {func(cfg *client.Config) { cfg.Limits.User = per(2) }, policy.Caller{Tenant: "t", App: "b", User: "u"}, policy.Caller{Tenant: "t", App: "a", User: "v"}},
		"app":        {func(cfg *client.Config) { cfg.Limits.App = per(2) }, policy.Caller{Tenant: "t", App: "a", User: "v"}, policy.Caller{Tenant: "t", App: "b", User: "u"}},
		"tenant":     {func(cfg *client.Config) { cfg.Limits.Tenant = per(2) }, policy.Caller{Tenant: "t"}, policy.Caller{Tenant: "s", App: "a", User: "u"}},
		"deployment": {func(cfg *client.Config) { cfg.Limits.Deployment = per(2) }, policy.Caller{}, policy.Caller{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{}, test.limit)
			testkit.NoError(t, s.postAs(t, policy.Caller{Tenant: "t", App: "a", User: "u"}, ask("hello")))
			testkit.NoError(t, s.postAs(t, test.alike, ask("hello")))
			err := s.postAs(t, test.alike, ask("hello"))
			refused(t, err, event.LocalRateLimited)
			var refusal *policy.RefusalError
			testkit.True(t, errors.As(err, &refusal) && refusal.RetryAfter > 0, "it says when to come back")
			testkit.Equal(t, s.azure.Requests(clienttest.Model), 2)
			testkit.Equal(t, len(s.audit.named(event.RateExceeded)), 1)
			if test.other != (policy.Caller{}) {
				testkit.NoError(t, s.postAs(t, test.other, ask("hello")))
			}
		})
	}
}

// A prompt that wants more than a whole quota can never pass.
func TestImpossible(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Limits.Tenant = tokens(1000) })
	refused(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":5000`)), event.LocalTooBig)
	testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
}

// The estimate is settled to what the service has counted: a caller pays for real tokens.
func TestSettlement(t *testing.T) {
	t.Parallel()
	for _, more := range []string{"", streamed} {
		t.Run("call"+more, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Limits.Tenant = tokens(1200) })
			// Each call reserves some 1,000 tokens and costs about 20.
			for i := range 5 {
				testkit.NoError(t, s.postAs(t, policy.Caller{}, ask(fmt.Sprint("hello ", i), `,"max_tokens":1000`, more)))
			}
			// One that costs more than it has reserved is paid too.
			s.azure.Script(clienttest.Model, clienttest.Says(strings.Repeat("word ", 1100)))
			testkit.NoError(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":10`, more)))
			refused(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":10`, more)), event.LocalRateLimited)
		})
	}
}

// What failed gives its tokens back to the caller, but not to the deployment: the service
// counts attempts.
func TestFailuresGiveBack(t *testing.T) {
	t.Parallel()
	once := func(cfg *client.Config) { cfg.Retry.MaxAttempts = 1 }
	fails := clienttest.Reply{Status: 500, Body: `{"error":{}}`, Times: clienttest.Forever}
	t.Run("caller", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, clienttest.Config{}, once, func(cfg *client.Config) { cfg.Limits.Tenant = tokens(1200) })
		s.azure.Script(clienttest.Model, fails)
		for range 4 {
			testkit.NoError(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":1000`)))
		}
	})
	t.Run("deployment", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, clienttest.Config{}, once, func(cfg *client.Config) { cfg.Limits.Deployment = tokens(1200) })
		s.azure.Script(clienttest.Model, fails)
		testkit.NoError(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":1000`)))
		refused(t, s.postAs(t, policy.Caller{}, ask("hello", `,"max_tokens":1000`)), event.LocalRateLimited)
	})
	t.Run("never sent", func(t *testing.T) {
		t.Parallel()
		s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
			cfg.Limits.Tenant, cfg.Limits.Deployment = per(2), per(2)
		})
		s.azure.Unlink()
		for range 4 {
			refused(t, s.postAs(t, policy.Caller{}, ask("hello")), event.PrivateEndpoint)
		}
		s.azure.Link()
		testkit.NoError(t, s.postAs(t, policy.Caller{}, ask("hello")))
	})
}

// A store that cannot be asked is a refusal, and one that panics is one too.
func TestStoreFails(t *testing.T) {
	t.Parallel()
	for name, store := range map[string]ratelimit.Store{"fails": store{errDisk}, "panics": store{nil}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{}, func(cfg *client.Config) { cfg.Limits.Store = store })
			err := s.postAs(t, policy.Caller{}, ask("hello"))
			testkit.ErrorIs(t, err, policy.ErrRefused)
			testkit.Equal(t, s.azure.Requests(clienttest.Model), 0)
			testkit.True(t, s.audit.last(t).Code == event.StoreUnavailable || s.audit.last(t).Code == event.PolicyFailed, "on record")
		})
	}
}

type store struct{ err error }

func (s store) Take(context.Context, []ratelimit.Charge) (ratelimit.Lease, error) {
	if s.err == nil {
		panic(letter())
	}
	return nil, s.err
}

// A call that is a little too early waits, and is not refused.
func TestQueue(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
		cfg.Limits.User = ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(300).WithBurst(1), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}
	})
	began := time.Now()
	for range 3 {
		testkit.NoError(t, s.postAs(t, policy.Caller{Tenant: "t", User: "u"}, ask("hello")))
	}
	testkit.True(t, time.Since(began) >= 390*time.Millisecond, "two of three waited for a fifth of a second")
}

// What a default client lets one person send at once, without pausing: the burst of the
// defaults of package ratelimit.
func TestDefaultBurst(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{}, func(cfg *client.Config) {
		cfg.Limits = client.Limits{Queue: ratelimit.QueueConfig{MaxWait: time.Millisecond}}
	})
	admitted := 0
	for range 100 {
		err := s.postAs(t, policy.Caller{Tenant: "contoso", User: "jane", App: "mail"}, ask("hello"))
		if err != nil {
			refused(t, err, event.LocalRateLimited)
			break
		}
		admitted++
	}
	t.Log("a default client admits", admitted, "small chats at once")
	testkit.True(t, admitted >= 10, "someone who tries things out is not stopped at once")
	testkit.True(t, admitted < 100, "a loop that runs wild is")
}
