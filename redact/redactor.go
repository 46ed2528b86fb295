package redact

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// minKey is the length of the output of SHA-256, below which RFC 2104, section 3,
// discourages keys.
const minKey = 32

// defaultMaxValues bounds the memory of a session when Config does not.
const defaultMaxValues = 10_000

// A Config says what is replaced. Its zero value looks for every kind and replaces it,
// under a random key. New copies it.
type Config struct {
	// Kinds are the kinds to look for. Empty: all of them.
	Kinds []detect.Kind
	// Refuse are kinds that must not leave even as a placeholder: a text that holds one is
	// refused. They are looked for even if Kinds does not list them.
	Refuse []detect.Kind
	// Key makes placeholders the same over restarts and replicas; at least 32 bytes.
	// Nil: a random key, so that placeholders of two Redactors have nothing in common.
	Key Key
	// MaxValues is the number of different values that one session may keep. Zero: 10,000.
	MaxValues int
}

// A Redactor opens sessions. The zero Redactor is not usable; use [New]. It is safe for
// concurrent use, never changes, and needs no closing.
type Redactor struct {
	find      detect.Set
	refuse    detect.Set
	key       Key
	maxValues int
	pool      sync.Pool // of *work
}

// work is what one call of Redact needs and the next one can use again.
type work struct {
	scanner detect.Scanner
	spans   []detect.Span
	out     []byte
}

// New checks c and reports every fault at once, each a [*FieldError].
func New(c Config) (*Redactor, error) {
	r := &Redactor{find: detect.All(), refuse: detect.Of(c.Refuse...), key: slices.Clone(c.Key), maxValues: c.MaxValues}
	if len(c.Kinds) > 0 {
		r.find = detect.Of(c.Kinds...).Union(r.refuse)
	}
	if c.Key == nil {
		r.key = make(Key, minKey)
		_, _ = rand.Read(r.key) // never fails, see crypto/rand
	}
	if c.MaxValues == 0 {
		r.maxValues = defaultMaxValues
	}
	if err := c.validate(r); err != nil {
		return nil, err
	}
	return r, nil
}

func (c Config) validate(r *Redactor) error {
	var faults []error
	fault := func(path, reason string) { faults = append(faults, &FieldError{path, reason}) }
	for i, k := range c.Kinds {
		if !k.Valid() {
			fault(fmt.Sprintf("Kinds[%d]", i), "unknown kind")
		}
	}
	for i, k := range c.Refuse {
		if !k.Valid() {
			fault(fmt.Sprintf("Refuse[%d]", i), "unknown kind")
		}
	}
	if len(r.key) < minKey {
		fault("Key", fmt.Sprintf("shorter than %d bytes", minKey))
	}
	if c.MaxValues < 0 {
		fault("MaxValues", "negative")
	}
	return errors.Join(faults...)
}
