package keyvault_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/keyvault"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A wait above the sixty seconds that azcore obeys is obeyed too: nobody asks the vault
// before it is over, not even for a rejected key, and the key that is held serves.
func TestRetryAfter(t *testing.T) {
	for name, header := range map[string][2]string{
		"seconds":      {"Retry-After", "600"},
		"milliseconds": {"X-Ms-Retry-After-Ms", "600000"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, v *vault, s *keyvault.Source) {
				key, err := s.Key(t.Context())
				testkit.NoError(t, err)
				v.set(func(v *vault) {
					v.broken = func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set(header[0], header[1])
						w.WriteHeader(http.StatusTooManyRequests)
					}
				})
				start := time.Now()
				s.Reject(t.Context(), key)
				testkit.Equal(t, time.Since(start), 0) // azcore does not sleep on it either
				testkit.Equal(t, v.count(), 2)
				v.set(func(v *vault) { v.broken, v.version, v.value = nil, "v2", "key-2" })
				for time.Since(start) < 10*time.Minute {
					s.Reject(t.Context(), key)
					testkit.Equal(t, version(t, s), "v1")
					testkit.Equal(t, v.count(), 2)
					time.Sleep(5 * time.Second)
				}
				s.Reject(t.Context(), key)
				testkit.Equal(t, version(t, s), "v2")
			})
		})
	}
}

// A throttled first read is told with the wait, and stands as the answer until it is over.
func TestThrottledFromTheStart(t *testing.T) {
	bubble(t, func(t *testing.T, v *vault, s *keyvault.Source) {
		v.set(func(v *vault) {
			v.broken = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "120")
				w.WriteHeader(http.StatusTooManyRequests)
			}
		})
		testkit.Equal(t, reason(t, s), keyvault.Throttled)
		_, err := s.Key(t.Context())
		var own *keyvault.Error
		testkit.True(t, errors.As(err, &own) && own.RetryAfter == 2*time.Minute, "the wait is told")
		v.set(func(v *vault) { v.broken = nil })
		time.Sleep(119 * time.Second)
		testkit.Equal(t, reason(t, s), keyvault.Throttled)
		testkit.Equal(t, v.count(), 1)
		time.Sleep(time.Second)
		testkit.Equal(t, version(t, s), "v1")
	})
}

// Stale is what was there and is too old; what never was, or was taken away, is not.
func TestStale(t *testing.T) {
	bubble(t, func(t *testing.T, v *vault, s *keyvault.Source) {
		down := func(status int) {
			v.set(func(v *vault) {
				v.broken = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
			})
		}
		stale := func(want bool) {
			t.Helper()
			_, err := s.Key(t.Context())
			testkit.ErrorIs(t, err, keyvault.ErrKey)
			testkit.Equal(t, errors.Is(err, keyvault.ErrStale), want)
		}
		down(http.StatusBadRequest)
		stale(false)
		time.Sleep(time.Minute)
		v.set(func(v *vault) { v.broken = nil })
		testkit.Equal(t, version(t, s), "v1")
		down(http.StatusBadRequest)
		time.Sleep(8 * time.Hour)
		stale(true)
		_, err := s.Key(t.Context())
		testkit.True(t, strings.HasPrefix(err.Error(), "keyvault: the key that was held is too old: "), "says so")
		time.Sleep(time.Minute)
		down(http.StatusNotFound)
		stale(false)
	})
}

// Each version is told once, each failed read too, and nothing else; a callback that panics
// harms nobody.
func TestNotices(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVault()
		transport, done := v.inBubble()
		defer done()
		var told []string
		s, err := keyvault.New(keyvault.Config{Vault: vaultURL, Secret: "model-key", Credential: v, Transport: transport,
			Notify: func(_ context.Context, n keyvault.Notice) {
				told = append(told, fmt.Sprintf("%s %s %s %s", n.Previous, n.Facts.Version, n.Code, n.Facts.Age(time.Now())))
				panic("the application's own")
			}})
		testkit.NoError(t, err)
		born := time.Now()
		attrs := func(created time.Time) map[string]any {
			return map[string]any{"enabled": true, "created": created.Unix()}
		}
		v.set(func(v *vault) { v.attrs = attrs(born) })
		testkit.Equal(t, version(t, s), "v1")
		testkit.Equal(t, version(t, s), "v1")
		time.Sleep(7 * time.Hour) // read again, and still the same
		testkit.Equal(t, version(t, s), "v1")
		v.set(func(v *vault) { v.version, v.attrs = "v2", attrs(time.Now().Add(-time.Hour)) })
		time.Sleep(7 * time.Hour)
		testkit.Equal(t, version(t, s), "v2")
		v.set(func(v *vault) {
			v.broken = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }
		})
		time.Sleep(7 * time.Hour)
		testkit.Equal(t, version(t, s), "v2")
		v.set(func(v *vault) {
			v.broken = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) }
		})
		time.Sleep(time.Minute)
		testkit.Equal(t, reason(t, s), keyvault.Missing)
		testkit.DeepEqual(t, told, []string{
			" v1  0s",
			"v1 v2  8h0m0s",
			" v2 credential_unavailable 15h0m0s",
			"  credential_unavailable 0s",
		})
	})
}

// A refresh ahead that the vault lets hang is cut short, is told, and is no timeout of the
// caller, who has the old key.
func TestNoticeOfAHangingVault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVault()
		transport, done := v.inBubble()
		defer done()
		var told []keyvault.Notice
		s, err := keyvault.New(keyvault.Config{Vault: vaultURL, Secret: "model-key", Credential: v, Transport: transport,
			Notify: func(_ context.Context, n keyvault.Notice) { told = append(told, n) }})
		testkit.NoError(t, err)
		testkit.Equal(t, version(t, s), "v1")
		v.set(func(v *vault) { v.broken = func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() } })
		time.Sleep(7 * time.Hour)
		start := time.Now()
		testkit.Equal(t, version(t, s), "v1")
		testkit.Equal(t, time.Since(start), 3*time.Second)
		testkit.True(t, len(told) == 2 && told[1].Code == event.CredentialMissing && told[1].Facts.Version == "v1", fmt.Sprint(told))
	})
}

func TestFacts(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Second)
	for level, want := range map[string]keyvault.Facts{
		"":                                  {},
		"Purgeable":                         {Known: true},
		"Recoverable+Purgeable":             {Known: true, SoftDelete: true},
		"Recoverable":                       {Known: true, SoftDelete: true, PurgeProtection: true},
		"Recoverable+ProtectedSubscription": {Known: true, SoftDelete: true, PurgeProtection: true},
		"CustomizedRecoverable+Purgeable":   {Known: true, SoftDelete: true},
		"CustomizedRecoverable+ProtectedSubscription": {Known: true, SoftDelete: true, PurgeProtection: true},
	} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			v := newVault()
			v.attrs = map[string]any{"created": now.Add(-time.Hour).Unix(), "exp": now.Add(time.Hour).Unix(), "recoverableDays": 90, "recoveryLevel": level}
			s := source(t, v, v.overTLS(t))
			testkit.Equal(t, s.Facts(), keyvault.Facts{})
			_, err := s.Key(t.Context())
			testkit.NoError(t, err)
			got := s.Facts()
			testkit.True(t, got.Created.Equal(now.Add(-time.Hour)) && got.Expires.Equal(now.Add(time.Hour)), "the dates")
			testkit.Equal(t, got.Age(now), time.Hour)
			testkit.True(t, time.Since(got.Read) < time.Minute, "when it was read")
			testkit.Equal(t, got.RecoverableDays, 90)
			got = keyvault.Facts{Known: got.Known, SoftDelete: got.SoftDelete, PurgeProtection: got.PurgeProtection}
			testkit.Equal(t, got, want)
		})
	}
	testkit.Equal(t, keyvault.Facts{}.Age(now), 0)
	testkit.Equal(t, (*keyvault.Source)(nil).Facts(), keyvault.Facts{})
}

// A year of a service that makes a call each minute. The key is rotated every thirty days
// and is valid for sixty; each month the vault is away for an hour and throttles for one,
// and a key is leaked and regenerated at once. No call fails, and the vault is read a few
// times a day.
func TestYear(t *testing.T) {
	bubble(t, func(t *testing.T, v *vault, s *keyvault.Source) {
		start := time.Now()
		rotate := func(n int) {
			v.set(func(v *vault) {
				v.version, v.value = fmt.Sprintf("v%d", n), fmt.Sprintf("key-%d", n)
				v.attrs = map[string]any{"enabled": true, "created": time.Now().Unix(), "exp": time.Now().Add(60 * 24 * time.Hour).Unix()}
			})
		}
		rotate(0)
		versions := 0
		for minute := 0; time.Since(start) < 365*24*time.Hour; minute++ {
			switch minute % (30 * 24 * 60) {
			case 0, 20 * 24 * 60: // as planned, and because of a leak
				versions++
				rotate(versions)
			case 10*24*60 + 60:
				v.set(func(v *vault) {
					v.broken = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
				})
			case 15 * 24 * 60:
				v.set(func(v *vault) {
					v.broken = func(w http.ResponseWriter, _ *http.Request) {
						w.Header().Set("Retry-After", "90")
						w.WriteHeader(http.StatusTooManyRequests)
					}
				})
			case 10*24*60 + 120, 15*24*60 + 60:
				v.set(func(v *vault) { v.broken = nil })
			}
			key, err := s.Key(t.Context())
			testkit.NoError(t, err)
			if leaked := minute%(30*24*60) >= 20*24*60; leaked && key.Version != fmt.Sprintf("v%d", versions) {
				s.Reject(t.Context(), key) // the service took it no more
				key, err = s.Key(t.Context())
				testkit.NoError(t, err)
				testkit.Equal(t, key.Value.Cleartext(), fmt.Sprintf("key-%d", versions))
			}
			time.Sleep(time.Minute)
		}
		testkit.Equal(t, versions, 25)
		testkit.True(t, v.count() > 365*3 && v.count() < 365*6, fmt.Sprintf("%d reads", v.count()))
	})
}

// Many callers over many TTLs: each period brings one read, neither more nor less.
func TestOneReadPerTTL(t *testing.T) {
	bubble(t, func(t *testing.T, v *vault, s *keyvault.Source) {
		const rounds, callers = 50, 1000
		for range rounds {
			var wg sync.WaitGroup
			for range callers {
				wg.Go(func() {
					_, err := s.Key(t.Context())
					testkit.True(t, err == nil, "a key")
				})
			}
			wg.Wait()
			time.Sleep(8 * time.Hour)
		}
		testkit.Equal(t, v.count(), rounds)
	})
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newVault()
		transport, done := v.inBubble()
		defer done()
		s, err := keyvault.NewSecrets(keyvault.Config{Vault: vaultURL, Credential: v, Transport: transport}, 8)
		testkit.NoError(t, err)
		ask := func(name string) *keyvault.Source {
			source, err := s.Source(name)
			testkit.True(t, err == nil, "a source")
			key, err := source.Key(t.Context())
			testkit.True(t, err == nil && key.Version == "v1", "a key")
			return source
		}
		var wg sync.WaitGroup
		for n := range 1000 { // eight secrets, a thousand callers, one read of each
			wg.Go(func() { ask(fmt.Sprintf("tenant-%d", n%8)) })
		}
		wg.Wait()
		testkit.Equal(t, v.count(), 8)
		testkit.True(t, ask("tenant-1") == ask("TENANT-1"), "names are not case-sensitive")
		testkit.Equal(t, v.count(), 8)
		held := ask("tenant-1")
		for n := range 100 { // ever new names: none is kept for long
			ask(fmt.Sprintf("other-%d", n))
		}
		testkit.Equal(t, v.count(), 108)
		_, err = held.Key(t.Context()) // who holds a source keeps it
		testkit.NoError(t, err)
		testkit.Equal(t, v.count(), 108)
		ask("tenant-1")
		testkit.Equal(t, v.count(), 109)
		testkit.True(t, len(v.asked) <= 8, "one client, which asks for a token with its first reads")
		testkit.Equal(t, fmt.Sprintf("%v %+v %d", s, s, s), "keyvault secrets keyvault secrets keyvault secrets")
	})
}

func TestSecretsRefuse(t *testing.T) {
	t.Parallel()
	v := newVault()
	good := keyvault.Config{Vault: vaultURL, Credential: v, Transport: &http.Client{}}
	named := good
	named.Secret = "x"
	for name, c := range map[string]struct {
		config keyvault.Config
		keep   int
	}{"a name": {named, 0}, "negative": {good, -1}, "no vault": {keyvault.Config{}, 0}} {
		_, err := keyvault.NewSecrets(c.config, c.keep)
		testkit.True(t, errors.Is(err, keyvault.ErrConfig), name)
	}
	s, err := keyvault.NewSecrets(good, 0)
	testkit.NoError(t, err)
	for _, name := range []string{"", "a/b", "../x", strings.Repeat("a", 128)} {
		_, err := s.Source(name)
		testkit.ErrorIs(t, err, keyvault.ErrConfig)
		testkit.True(t, name == "" || !strings.Contains(err.Error(), name), "the name is not quoted")
	}
	_, err = (&keyvault.Secrets{}).Source("x")
	testkit.ErrorIs(t, err, keyvault.ErrConfig)
}

// The vault is asked as the application, whoever the call is for.
func TestVaultIsAskedAsTheApplication(t *testing.T) {
	t.Parallel()
	v := newVault()
	s := source(t, v, v.overTLS(t))
	_, err := s.Key(credentials.OnBehalfOf(t.Context(), credentials.NewSecret("a.b.c")))
	testkit.NoError(t, err)
	testkit.Equal(t, v.users, 0)
	_, _ = v.GetToken(credentials.OnBehalfOf(t.Context(), credentials.Secret{}), policy.TokenRequestOptions{})
	testkit.Equal(t, v.users, 1) // which the fake would have seen
}

func ExampleNewSecrets() {
	_, err := keyvault.NewSecrets(keyvault.Config{Vault: "https://vault.example"}, 0)
	fmt.Println(err)
	// Output:
	// keyvault: Vault: it is not a vault of a known domain, such as <name>.vault.azure.net
	// keyvault: Credential: a credential is required
	// keyvault: Transport: a transport is required
}
