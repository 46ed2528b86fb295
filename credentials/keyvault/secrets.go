package keyvault

import (
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// DefaultSecrets is how many secrets are kept at a time.
const DefaultSecrets = 64

// Secrets are many secrets of one vault, such as a key for each tenant. The ones that were
// asked for last are kept in memory, in a bounded number: who asks for ever new names makes
// the vault be asked, and nothing grow.
//
// The zero Secrets has none; use [NewSecrets]. It is safe for concurrent use, starts no
// goroutines and needs no closing.
type Secrets struct {
	config  Config
	client  *azsecrets.Client
	mu      sync.Mutex
	sources *simplelru.LRU[string, *Source]
}

// NewSecrets checks c, whose Secret must be empty, and dials nothing. Keep is how many
// secrets are kept; zero: [DefaultSecrets].
//
// Errors: errors.Is(err, [ErrConfig]), every fault at once.
func NewSecrets(c Config, keep int) (*Secrets, error) {
	if c.Secret != "" {
		return nil, &ConfigError{"Secret", "it is named when it is asked for"}
	}
	if keep < 0 {
		return nil, &ConfigError{"keep", "it is negative"}
	}
	if keep == 0 {
		keep = DefaultSecrets
	}
	c.Secret = "any"
	v, fault := parseVault(c.Vault, c.Cloud)
	if err := c.validate(fault); err != nil {
		return nil, err
	}
	client, err := c.client(v)
	if err != nil {
		return nil, err
	}
	sources, err := simplelru.NewLRU[string, *Source](keep, nil)
	if err != nil {
		return nil, &ConfigError{"keep", "golang-lru does not take it"}
	}
	return &Secrets{config: c, client: client, sources: sources}, nil
}

// Source is the source of one secret. One that was kept before comes back with what it
// knows. Names are not case-sensitive.
//
// Errors: errors.Is(err, [ErrConfig]) for a name that no secret has.
func (s *Secrets) Source(name string) (*Source, error) {
	switch {
	case !validName(name):
		return nil, &ConfigError{"Secret", nameRule}
	case s == nil || s.sources == nil:
		return nil, &ConfigError{"Vault", "use keyvault.NewSecrets"}
	}
	name = strings.ToLower(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if source, ok := s.sources.Get(name); ok {
		return source, nil
	}
	source := &Source{s.config.reader(s.client, name, asKey, nil)}
	s.sources.Add(name, source)
	return source, nil
}

// String names nothing of the vault or the secrets.
func (*Secrets) String() string { return "keyvault secrets" }

// Format prints String for every verb: fmt would walk into azsecrets, which holds a token.
func (s *Secrets) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }
