package keyvault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/sallyport-go/sallyport/credentials"
)

// The defaults and limits of a [Config].
const (
	DefaultTTL     = 8 * time.Hour
	MinTTL         = 10 * time.Second
	MaxTTL         = 24 * time.Hour
	DefaultTimeout = 10 * time.Second
)

const (
	// maxPause lies between two reads, also after a failure; with a TTL below five minutes
	// it is a tenth of that.
	maxPause = 30 * time.Second
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
	// Notify, if set, is told of each new version, the first included, and of each read
	// that failed. It is called while others wait for the read, so it must not wait itself;
	// what it panics with is dropped. The context is that of the call that came to read.
	Notify func(context.Context, Notice)
}

// A Source gives the newest version of one secret as a key. The zero Source gives none; use
// [New]. It is safe for concurrent use, starts no goroutines and needs no closing.
type Source struct{ reader *reader }

var _ credentials.KeySource = (*Source)(nil)

// New checks c and dials nothing.
//
// Errors: errors.Is(err, [ErrConfig]), every fault at once.
func New(c Config) (*Source, error) {
	r, err := newReader(c, asKey, nil)
	if err != nil {
		return nil, err
	}
	return &Source{r}, nil
}

func (c Config) validate(vaultFault string) error {
	var faults []error
	fault := func(bad bool, field, rule string) {
		if bad {
			faults = append(faults, &ConfigError{field, rule})
		}
	}
	fault(vaultFault != "", "Vault", vaultFault)
	fault(!validName(c.Secret), "Secret", nameRule)
	fault(c.Credential == nil, "Credential", "a credential is required")
	fault(c.Transport == nil, "Transport", "a transport is required")
	fault(c.TTL != 0 && (c.TTL < MinTTL || c.TTL > MaxTTL), "TTL", "it lies outside 10s to 24h")
	fault(c.Timeout < 0, "Timeout", "it is negative")
	return errors.Join(faults...)
}

const nameRule = "a name has 1 to 127 letters, digits and hyphens"

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
// Errors: [*Error]; errors.Is(err, [ErrStale]) if there was a version whose time is over.
func (s *Source) Key(ctx context.Context) (credentials.Key, error) {
	if s == nil {
		return credentials.Key{}, &Error{Reason: Invalid}
	}
	h, err := s.reader.get(ctx)
	return h.key, err
}

// Reject reads the secret once more, if key is still the one that Key gives. It is for the
// answer 401 to a key: when Key gives another value afterwards, one more try is worth it.
// About one value it reads at most every thirty seconds, and never before a time that the
// vault named. Calls that run with an older version keep it.
func (s *Source) Reject(ctx context.Context, key credentials.Key) {
	if s != nil {
		s.reader.reject(ctx, key.Version)
	}
}

// Facts are what the vault said about the version in use; they are zero before the first
// Key and when there is none.
func (s *Source) Facts() Facts {
	if s == nil {
		return Facts{}
	}
	return s.reader.known()
}
