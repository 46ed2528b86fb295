package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A seeder makes the bytes from which all that stands for a value is made. It is for one
// goroutine at a time.
type seeder struct {
	mac  hash.Hash // under the redactor's key
	room []byte
}

// seedLabel keeps these HMACs apart from others under the same key.
const seedLabel = "sallyport placeholder 2\x00"

// seed is an HMAC of a value in the session's scope: what two scopes make of a value has
// nothing in common. A try above 0 gives another.
func (s *Session) seed(kind detect.Kind, try byte, value string) (sum [sha256.Size]byte) {
	r := s.redactor
	d, ok := r.seeders.Get().(*seeder)
	if !ok {
		d = &seeder{mac: hmac.New(sha256.New, r.key)}
	}
	b := binary.BigEndian.AppendUint64(append(d.room[:0], seedLabel...), uint64(len(s.scope)))
	b = append(append(b, s.scope...), kind...)
	b = append(append(b, 0, try), value...) // no kind holds a zero byte
	d.mac.Reset()
	d.mac.Write(b)
	d.mac.Sum(sum[:0])
	clear(b) // the value is not to outlive the session
	if d.room = b; cap(b) > 1<<16 {
		d.room = nil
	}
	r.seeders.Put(d)
	return sum
}

// code returns the digits of a value. A try above 0 gives other digits for it.
func (s *Session) code(kind detect.Kind, value string, try byte) string {
	sum := s.seed(kind, try, value)
	return encode(sum[:])
}
