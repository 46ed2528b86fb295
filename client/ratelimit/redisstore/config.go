package redisstore

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

const (
	defaultNamespace = "sallyport"
	defaultTimeout   = 250 * time.Millisecond
	leastTimeout     = 5 * time.Millisecond
	longestTimeout   = 10 * time.Second
	leastSecret      = 32
	maxNamespace     = 64
	maxReplicas      = 100_000
)

// A Config says where the buckets are and what happens when they cannot be reached. Client,
// Secret and Failure have no default.
type Config struct {
	// Client is a [*redis.Client], also one that finds its server by Sentinel, or a
	// [*redis.ClusterClient]. Its ContextTimeoutEnabled must be set: without it, a server
	// that hangs holds every call for seconds. A Ring is refused, because it moves keys to
	// another server when one fails, where every quota begins anew. The client stays the
	// application's own: the store does not close it.
	Client redis.UniversalClient
	// Namespace separates the quotas of applications that share a server. Empty is
	// "sallyport". It is letters, digits, '.', '_', ':' and '-', and the hash tag of every
	// key, so that those of a call live in one slot of a cluster.
	Namespace string
	// Secret is the key by which callers are hashed before they are stored, 32 bytes or
	// more, the same in all replicas.
	Secret Secret
	// Failure says what happens when the server cannot be asked.
	Failure Failure
	// Timeout is how long a decision may take. Zero is 250 ms.
	Timeout time.Duration
	// Events takes a circuit.changed event when the server cannot be asked any more, and
	// when it can again. Nil tells nobody.
	Events event.Sink
}

// A Secret is a key. No verb of fmt, no log and no JSON shows it.
type Secret []byte

// Format writes REDACTED.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("REDACTED")) }

// LogValue is REDACTED.
func (Secret) LogValue() slog.Value { return slog.StringValue("REDACTED") }

// MarshalJSON is "REDACTED".
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"REDACTED"`), nil }

// A mode is what a store does without its server. The zero mode is not a decision.
type mode uint8

const (
	undecided mode = iota
	closed
	share
	open
)

// A Waiver gives up a protection. Only client/unsafeallow makes one.
type Waiver = waiver.Waiver

// A Failure says what a store does when its server cannot be asked. It is made by [Closed],
// [Share] or [Open]; the zero Failure is refused by [Config.Validate].
type Failure struct {
	mode     mode
	replicas int
	waiver   Waiver
}

// Closed refuses every call with [ErrUnavailable].
func Closed() Failure { return Failure{mode: closed} }

// Share lets each replica go on with its share of every quota, from memory: what was left
// when the server was last heard, and the refill, divided by how many replicas were alive
// then, but by no fewer than replicas. A call that is larger than the share of a minute is
// refused.
//
// As long as no more replicas ask than were counted, any 60 seconds pass what they pass with
// the server. If m ask and n were counted, they pass m/n times that.
func Share(replicas int) Failure { return Failure{mode: share, replicas: replicas} }

// Open lets every call pass without a quota. It needs a waiver of the kind that
// unsafeallow.UnlimitedCallers makes, and is [Closed] once that has expired.
func Open(w Waiver) Failure { return Failure{mode: open, waiver: w} }

// Validate reports every fault of c: errors.Is(err, [ErrConfig]).
func (c Config) Validate() error {
	var faults []error
	fault := func(is bool, text string) {
		if is {
			faults = append(faults, fmt.Errorf("%w: %s", ErrConfig, text))
		}
	}
	bounded, known := false, true
	switch client := c.Client.(type) {
	case *redis.Client:
		bounded = client != nil && client.Options().ContextTimeoutEnabled
	case *redis.ClusterClient:
		bounded = client != nil && client.Options().ContextTimeoutEnabled
	default:
		known = false
	}
	fault(!known, "Client is neither *redis.Client nor *redis.ClusterClient")
	fault(known && !bounded, "Client is nil, or has no ContextTimeoutEnabled")
	fault(!plainName(c.Namespace), "Namespace is too long, or has other signs than letters, digits and .-_:")
	fault(len(c.Secret) < leastSecret, "Secret is shorter than 32 bytes")
	fault(c.Timeout != 0 && (c.Timeout < leastTimeout || c.Timeout > longestTimeout), "Timeout is not between 5 ms and 10 s")
	switch f := c.Failure; f.mode {
	case closed:
	case share:
		fault(f.replicas < 1 || f.replicas > maxReplicas, "Share is not between 1 and 100,000 replicas")
	case open:
		fault(f.waiver.Kind() != waiver.UnlimitedCallers || !f.waiver.Active(time.Now()), "Open needs a waiver for unlimited callers that holds")
	default:
		fault(true, "Failure says nothing")
	}
	return errors.Join(faults...)
}

// plainName reports whether text can stand in a key and in a hash tag.
func plainName(text string) bool {
	for _, r := range text {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', r == '.', r == '_', r == ':', r == '-':
		default:
			return false
		}
	}
	return len(text) <= maxNamespace
}
