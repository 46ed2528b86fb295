package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
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
}

// Sessions remember sessions by the ids that a service gives to what it stores: responses,
// conversations, threads, files. With them an answer to "previous_response_id" is restored
// although the request did not hold the values again.
//
// An id is worth nothing in another scope. When there is no room, what was not used for
// longest is forgotten: its placeholders then stay in the answers. Sessions are safe for
// concurrent use, start no goroutine and need no closing.
type Sessions struct {
	redactor *Redactor
	ttl      time.Duration
	maxBytes int

	mu    sync.Mutex
	lru   *simplelru.LRU[sessionKey, kept]
	bytes int
}

// A sessionKey is an HMAC of scope and id.
type sessionKey [sha256.Size]byte

// A kept session is never changed.
type kept struct {
	session *Session
	size    int
	until   time.Time
}

// Sessions returns an empty store. It reports every fault of c at once, each a
// [*FieldError].
func (r *Redactor) Sessions(c SessionsConfig) (*Sessions, error) {
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
	if len(f.errs) > 0 {
		return nil, errors.Join(f.errs...)
	}
	t := &Sessions{redactor: r, ttl: c.TTL, maxBytes: c.MaxBytes}
	if t.ttl == 0 {
		t.ttl = defaultTTL
	}
	if t.maxBytes == 0 {
		t.maxBytes = defaultMemory
	}
	if c.Max == 0 {
		c.Max = defaultSessions
	}
	t.lru, _ = simplelru.NewLRU(c.Max, func(_ sessionKey, k kept) { t.bytes -= k.size }) // fails for size 0 only
	return t, nil
}

// Continue returns a session of the scope that remembers what the one put under the id
// does, or a new one and false. What it does is not seen by other calls until it is put.
func (t *Sessions) Continue(scope, id string) (*Session, bool) {
	key := t.key(scope, id)
	t.mu.Lock()
	k, ok := t.lru.Get(key)
	if ok && !time.Now().Before(k.until) {
		t.lru.Remove(key)
		ok = false
	}
	t.mu.Unlock()
	if !ok {
		return t.redactor.Session(scope), false
	}
	return k.session.Fork(), true
}

// Put keeps what s remembers by now under an id, instead of what was there. A session that
// remembers nothing, or more than all may together, is not kept.
func (t *Sessions) Put(id string, s *Session) {
	snapshot := s.Fork()
	t.mu.Lock()
	defer t.mu.Unlock()
	key := t.key(s.scope, id)
	t.lru.Remove(key)
	if len(snapshot.entries) == 0 || snapshot.size > t.maxBytes {
		return
	}
	t.bytes += snapshot.size
	t.lru.Add(key, kept{snapshot, snapshot.size, time.Now().Add(t.ttl)})
	for t.bytes > t.maxBytes {
		t.lru.RemoveOldest()
	}
}

// Forget drops what was put under an id, such as that of a response that was deleted.
func (t *Sessions) Forget(scope, id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lru.Remove(t.key(scope, id))
}

// Len returns how many sessions are kept, those included that nobody asks for any more.
func (t *Sessions) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.lru.Len()
}

// key keeps ids of different scopes apart, and out of memory.
func (t *Sessions) key(scope, id string) (key sessionKey) {
	mac := hmac.New(sha256.New, t.redactor.key)
	mac.Write([]byte("sallyport session id 1\x00"))
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(scope))))
	mac.Write([]byte(scope))
	mac.Write([]byte(id))
	mac.Sum(key[:0])
	return key
}
