package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A seeder makes, under the key of a session's scope, the bytes from which all that stands
// for a value is made. It is safe for concurrent use.
type seeder struct {
	mu   sync.Mutex
	mac  hash.Hash // made when the first value is found: most texts hold none
	room []byte
}

// seed is an HMAC of a value. A try above 0 gives another.
func (s *Session) seed(kind detect.Kind, try byte, value string) (sum [sha256.Size]byte) {
	d := &s.seeder
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.mac == nil {
		d.mac = hmac.New(sha256.New, scopeKey(s.redactor.key, s.scope))
	}
	d.room = append(append(append(d.room[:0], kind...), 0, try), value...) // no kind holds a zero byte
	d.mac.Reset()
	d.mac.Write(d.room)
	d.mac.Sum(sum[:0])
	if cap(d.room) > 1<<16 {
		d.room = nil
	}
	return sum
}

// code returns the digits of a value. A try above 0 gives other digits for it.
func (s *Session) code(kind detect.Kind, value string, try byte) string {
	sum := s.seed(kind, try, value)
	return encode(sum[:])
}

// scopeKey derives the key of a scope, so that scopes have nothing in common.
func scopeKey(key []byte, scope string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("sallyport placeholder scope 1\x00"))
	mac.Write([]byte(scope))
	return mac.Sum(nil)
}
