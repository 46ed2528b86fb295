package redact

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// The bounds of [Sessions] when its Config says nothing.
const (
	defaultSessions = 10_000
	defaultTTL      = 24 * time.Hour
	defaultMemory   = 64 << 20
)

// A SessionsConfig bounds [Sessions]. Its zero value is a good one.
type SessionsConfig struct {
	// Max is how many sessions are kept. Zero: 10,000.
	Max int
	// MaxBytes is about how much memory their values take. Zero: 64 MiB.
	MaxBytes int
	// TTL is how long one is kept after it was put. Zero: 24 hours.
	TTL time.Duration
	// Store, if set, keeps the sessions outside of the process too, for other replicas and
	// after a restart. What it is given is sealed under Key, which has at least 32 bytes and
	// comes from a vault.
	Store Store
	Key   Key
}

// A SessionID is an id as a [Store] sees it: an HMAC of scope and id, under Key.
type SessionID [sha256.Size]byte

// A Store keeps sealed sessions, see [SessionsConfig]. It learns neither values nor ids.
// Its methods are called with a deadline, must be safe for concurrent use, and should
// return soon after ctx ends.
type Store interface {
	// Load returns what was saved under an id and has not been dropped since, or nil.
	Load(ctx context.Context, id SessionID) ([]byte, error)
	// Save keeps sealed bytes for ttl, instead of what was there.
	Save(ctx context.Context, id SessionID, sealed []byte, ttl time.Duration) error
	// Drop forgets an id.
	Drop(ctx context.Context, id SessionID) error
}

// storeTimeout bounds one call of a [Store]: a prompt waits for it.
const storeTimeout = 2 * time.Second

// Sessions remember sessions by the ids that a service gives to what it stores: responses,
// conversations, threads, files. With them an answer to "previous_response_id" is restored
// although the request did not hold the values again.
//
// An id is worth nothing in another scope. When there is no room, what was not used for
// longest is forgotten: its placeholders then stay in the answers. That is also what
// happens when a [Store] fails; [Session.Failures] counts it. Sessions are safe for
// concurrent use, start no goroutine and need no closing.
type Sessions struct {
	redactor *Redactor
	ttl      time.Duration
	maxBytes int
	store    Store
	key      Key // of Store, or of the redactor

	mu    sync.Mutex
	lru   *simplelru.LRU[SessionID, kept]
	bytes int
}

// A kept session is never changed.
type kept struct {
	session *Session
	size    int
	until   time.Time
}

// Sessions returns an empty memory. It reports every fault of c at once, each a
// [*FieldError].
func (r *Redactor) Sessions(c SessionsConfig) (*Sessions, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	t := &Sessions{redactor: r, ttl: c.TTL, maxBytes: c.MaxBytes, store: c.Store, key: r.key}
	if c.Store != nil {
		t.key = append(Key(nil), c.Key...)
	}
	if t.ttl == 0 {
		t.ttl = defaultTTL
	}
	if t.maxBytes == 0 {
		t.maxBytes = defaultMemory
	}
	if c.Max == 0 {
		c.Max = defaultSessions
	}
	t.lru, _ = simplelru.NewLRU(c.Max, func(_ SessionID, k kept) { t.bytes -= k.size }) // fails for size 0 only
	return t, nil
}

func (c *SessionsConfig) validate() error {
	var f faults
	if c.Max < 0 {
		f.add("Max", "negative")
	}
	if c.MaxBytes < 0 {
		f.add("MaxBytes", "negative")
	}
	if c.TTL < 0 {
		f.add("TTL", "negative")
	}
	switch {
	case c.Store == nil && c.Key != nil:
		f.add("Key", "without a Store it would have no effect")
	case c.Store != nil && len(c.Key) < minKey:
		f.add("Key", fmt.Sprintf("shorter than %d bytes", minKey))
	}
	return errors.Join(f.errs...)
}

// Continue returns a session of the scope that remembers what the ones put under the ids
// do, and reports whether there was any. What it does is not seen by other calls until it
// is put. Where two of them would have one placeholder mean two things, the first counts.
func (t *Sessions) Continue(ctx context.Context, scope string, ids ...string) (*Session, bool) {
	s := t.redactor.Session(scope)
	known := false
	for _, id := range ids {
		key := t.id(scope, id)
		if k := t.get(key); k != nil {
			s.join(k)
			known = true
			continue
		}
		k, err := t.load(ctx, scope, key)
		if err != nil {
			s.mu.Lock()
			s.failed++
			s.mu.Unlock()
		}
		if k != nil {
			t.add(key, k)
			s.join(k)
			known = true
		}
	}
	return s, known
}

// get returns the session of an id that is in memory, or nil.
func (t *Sessions) get(id SessionID) *Session {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.lru.Get(id)
	switch {
	case !ok:
		return nil
	case !time.Now().Before(k.until):
		t.lru.Remove(id)
		return nil
	}
	return k.session
}

// add puts a session that is not changed any more into memory, if it has a place there.
func (t *Sessions) add(id SessionID, s *Session) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lru.Remove(id)
	if len(s.entries) == 0 || s.size > t.maxBytes {
		return
	}
	t.bytes += s.size
	t.lru.Add(id, kept{s, s.size, time.Now().Add(t.ttl)})
	for t.bytes > t.maxBytes {
		t.lru.RemoveOldest()
	}
}

// Put keeps what s remembers by now under the ids, instead of what was there. A session
// that remembers nothing is not kept, one that remembers more than all may together is
// kept by the Store alone.
func (t *Sessions) Put(ctx context.Context, s *Session, ids ...string) {
	if len(ids) == 0 {
		return
	}
	snapshot := s.Fork()
	for _, id := range ids {
		key := t.id(s.scope, id)
		t.add(key, snapshot)
		if err := t.save(ctx, key, snapshot); err != nil {
			s.mu.Lock()
			s.failed++
			s.mu.Unlock()
		}
	}
}

// Forget drops what was put under an id, such as that of a response that was deleted. The
// error is that of the Store.
func (t *Sessions) Forget(ctx context.Context, scope, id string) error {
	key := t.id(scope, id)
	t.mu.Lock()
	t.lru.Remove(key)
	t.mu.Unlock()
	return t.ask(ctx, func(ctx context.Context) error { return t.store.Drop(ctx, key) })
}

// Len returns how many sessions are in memory, those included that nobody asks for any
// more.
func (t *Sessions) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lru.Len()
}

// load asks the Store for a session. Bytes that do not open are none: the key may have
// changed since.
func (t *Sessions) load(ctx context.Context, scope string, id SessionID) (s *Session, err error) {
	err = t.ask(ctx, func(ctx context.Context) error {
		sealed, err := t.store.Load(ctx, id)
		if err != nil || sealed == nil {
			return err
		}
		s, err = t.redactor.Open(t.key, scope, sealed)
		return err
	})
	return s, err
}

// save gives a session to the Store, or has the Store forget what was there.
func (t *Sessions) save(ctx context.Context, id SessionID, s *Session) error {
	return t.ask(ctx, func(ctx context.Context) error {
		if len(s.entries) == 0 {
			return t.store.Drop(ctx, id)
		}
		sealed, err := s.Seal(t.key)
		if err != nil {
			return err
		}
		return t.store.Save(ctx, id, sealed, t.ttl)
	})
}

// ask calls the Store, if there is one. One that panics has failed.
func (t *Sessions) ask(ctx context.Context, call func(context.Context) error) (err error) {
	if t.store == nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			err = ErrStore
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	if call(ctx) != nil {
		return ErrStore // its own text may hold anything
	}
	return nil
}

// id keeps ids of different scopes apart, and out of memory.
func (t *Sessions) id(scope, id string) (key SessionID) {
	mac := hmac.New(sha256.New, t.key)
	mac.Write([]byte("sallyport session id 1\x00"))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(scope))))
	mac.Write([]byte(scope))
	mac.Write([]byte(id))
	mac.Sum(key[:0])
	return key
}
