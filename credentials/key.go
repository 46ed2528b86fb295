package credentials

import "context"

// A Key is one version of an API key. It is a value: a newer version does not change a
// Key that a running call holds.
type Key struct {
	// Value goes into the api-key header.
	Value Secret
	// Version tells one value from the next without showing it. It is no secret.
	Version string
}

// A KeySource gives the API key of a service. It is safe for concurrent use.
type KeySource interface {
	// Key is the current key. Errors are typed and their text is safe to print.
	Key(ctx context.Context) (Key, error)
	// Reject says that the service did not take key. When it returns, Key gives the
	// newest version that could be had; a caller tries again only if that is another one.
	Reject(ctx context.Context, key Key)
}

// StaticKey is the source of a key that stands in a configuration. It never changes and
// cannot be rotated, which is why client.Config takes it only with the waiver
// unsafeallow.StaticAPIKey. An empty secret gives [ErrUnavailable] at each call.
func StaticKey(value Secret) KeySource { return staticKey{value} }

// The Secret is embedded for its methods: they make this unprintable as well.
type staticKey struct{ Secret }

func (s staticKey) Key(context.Context) (Key, error) {
	if s.IsZero() {
		return Key{}, &TokenError{Advice: "the static key is empty"}
	}
	return Key{Value: s.Secret, Version: "static"}, nil
}

func (staticKey) Reject(context.Context, Key) {}
