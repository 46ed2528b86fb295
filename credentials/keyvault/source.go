package keyvault

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"

	"github.com/sallyport-go/sallyport/credentials"
	"github.com/sallyport-go/sallyport/credentials/internal/fence"
	"github.com/sallyport-go/sallyport/credentials/internal/refresh"
)

// The defaults and limits of a [Config].
const (
	DefaultTTL     = 8 * time.Hour
	MinTTL         = time.Minute
	MaxTTL         = 24 * time.Hour
	DefaultTimeout = 10 * time.Second
)

const (
	// pause lies between two reads, also after a failure.
	pause = 30 * time.Second
	// skew is how far this machine's clock and the vault's may differ.
	skew = 5 * time.Minute
	// jitter is the share of the refresh time by which replicas are spread.
	jitter = 0.1
)

// A Config says which secret of which vault is the key.
type Config struct {
	// Vault is the URL, https://<name>.vault.azure.net. Other clouds: see Cloud.
	Vault string
	// Secret is the name of the secret: 1 to 127 letters, digits and hyphens.
	Secret string
	// Credential gives tokens for the vault. Required.
	Credential azcore.TokenCredential
	// Transport sends the requests. Required. It must neither follow redirects nor use a
	// proxy.
	Transport policy.Transporter
	// Cloud says which login hosts the vault may name; zero: the public cloud.
	Cloud cloud.Configuration
	// TTL is how long a key may be used without being read again, from [MinTTL] to
	// [MaxTTL]; zero: [DefaultTTL].
	TTL time.Duration
	// Timeout bounds one read, its retries included; zero: [DefaultTimeout].
	Timeout time.Duration
}

// A Source gives the newest version of one secret. The zero Source gives none; use [New].
// It is safe for concurrent use, starts no goroutines and needs no closing.
type Source struct {
	secret  string
	ttl     time.Duration
	timeout time.Duration
	client  *azsecrets.Client
	cell    *refresh.Cell[held]
}

var _ credentials.KeySource = (*Source)(nil)

// New checks c and dials nothing.
//
// Errors: errors.Is(err, [ErrConfig]), every fault at once.
func New(c Config) (*Source, error) {
	v, base, fault := parseVault(c.Vault, c.Cloud)
	if err := c.validate(fault); err != nil {
		return nil, err
	}
	client, err := azsecrets.NewClient(base, asker{c.Credential}, &azsecrets.ClientOptions{
		ClientOptions: azcore.ClientOptions{
			Transport: fence.New(c.Transport, v.allow, v.guard),
			// Microsoft Learn, "Azure Key Vault throttling guidance", 2026-11-23: 1, 2, 4
			// seconds. What takes longer ends at Timeout, and the pause takes over.
			Retry: policy.RetryOptions{MaxRetries: 3, RetryDelay: time.Second, MaxRetryDelay: 4 * time.Second},
		},
		// It compares with the port; guard is narrower. See the package comment.
		DisableChallengeResourceVerification: true,
	})
	if err != nil {
		return nil, &ConfigError{"Vault", "azsecrets does not take it"}
	}
	return &Source{
		secret:  c.Secret,
		ttl:     cmp.Or(c.TTL, DefaultTTL),
		timeout: cmp.Or(c.Timeout, DefaultTimeout),
		client:  client,
		cell:    refresh.New[held](pause, final),
	}, nil
}

func (c Config) validate(vaultFault string) error {
	var faults []error
	fault := func(bad bool, field, rule string) {
		if bad {
			faults = append(faults, &ConfigError{field, rule})
		}
	}
	fault(vaultFault != "", "Vault", vaultFault)
	fault(!validName(c.Secret), "Secret", "a name has 1 to 127 letters, digits and hyphens")
	fault(c.Credential == nil, "Credential", "a credential is required")
	fault(c.Transport == nil, "Transport", "a transport is required")
	fault(c.TTL != 0 && (c.TTL < MinTTL || c.TTL > MaxTTL), "TTL", "it lies outside 1m to 24h")
	fault(c.Timeout < 0, "Timeout", "it is negative")
	return errors.Join(faults...)
}

// validName: Microsoft Learn, "Naming rules and restrictions for Azure resources",
// 2026-11-23.
func validName(name string) bool {
	for _, r := range name {
		if notTenant(r) || r == '.' {
			return false
		}
	}
	return name != "" && len(name) <= 127
}

// String names nothing of the vault or the secret.
func (*Source) String() string { return "keyvault source" }

// Format prints String for every verb: fmt would walk into azsecrets, which holds a token.
func (s *Source) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// Key returns the newest version, from memory while it is fresh. While a read fails, the
// version before serves until its TTL or its expiry ends, whichever is first.
//
// Errors: [*Error].
func (s *Source) Key(ctx context.Context) (credentials.Key, error) {
	if s == nil || s.client == nil {
		return credentials.Key{}, &Error{Reason: Invalid}
	}
	h, err := s.cell.Get(ctx, s.fetch)
	if err != nil {
		return credentials.Key{}, typed(err)
	}
	return h.key, nil
}

// Reject reads the secret once more, if key is still the one that Key gives; not more
// often than every thirty seconds. It is for the answer 401 to a key: when Key gives
// another version afterwards, one more try is worth it. Calls that run with an older
// version keep it.
func (s *Source) Reject(ctx context.Context, key credentials.Key) {
	if s == nil || s.client == nil {
		return
	}
	s.cell.Renew(ctx, func(h held) bool { return h.key.Version == key.Version }, s.fetch)
}

// typed makes the end of a context, while another caller reads, an Error too.
func typed(err error) error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	return &Error{Reason: Unreachable, cause: err}
}

// fetch reads the secret and judges it.
func (s *Source) fetch(ctx context.Context) (held, refresh.Window, error) {
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	bounded, trace := fence.WithTrace(bounded)
	secret, err := s.read(bounded)
	if err != nil {
		return held{}, refresh.Window{}, failure(ctx, trace, err)
	}
	now := time.Now()
	h, reason := judge(secret, now)
	if reason != "" {
		return held{}, refresh.Window{}, &Error{Reason: reason, Status: trace.Status()}
	}
	return h, s.window(h, now), nil
}

// errPanic stands for a panic of the SDK.
var errPanic = errors.New("keyvault: azsecrets panicked")

// read is the one call of the SDK. The fence keeps away the one challenge that is known to
// make it panic; the recover is for those that are not known.
func (s *Source) read(ctx context.Context) (secret azsecrets.Secret, err error) {
	defer func() {
		if recover() != nil {
			secret, err = azsecrets.Secret{}, errPanic
		}
	}()
	response, err := s.client.GetSecret(ctx, s.secret, "", nil)
	return response.Secret, err
}

// window spreads the refresh over a tenth of its time, so that replicas that started
// together do not come back together.
func (s *Source) window(h held, now time.Time) refresh.Window {
	w := refresh.Window{
		Refresh: now.Add(time.Duration(float64(s.ttl) * 0.8 * (1 - jitter*rand.Float64()))),
		Expire:  now.Add(s.ttl),
	}
	if !h.expires.IsZero() {
		if early := h.expires.Add(-skew); early.Before(w.Refresh) {
			w.Refresh = early
		}
		if h.expires.Before(w.Expire) {
			w.Expire = h.expires
		}
	}
	return w
}

// An asker turns the errors of any credential into ours, so that they can be told from the
// vault's and quote nothing.
type asker struct{ inner azcore.TokenCredential }

func (a asker) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := a.inner.GetToken(ctx, options)
	var own *credentials.TokenError
	switch {
	case err == nil:
		return token, nil
	case errors.As(err, &own):
		return azcore.AccessToken{}, own
	default:
		return azcore.AccessToken{}, &credentials.TokenError{Advice: "the credential is not one of this library, and says no more"}
	}
}
