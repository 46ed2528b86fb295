package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
)

// The names of the two seals, as they stand in audit.integrity.algorithm.
const (
	keyedSeal   = "HMAC-SHA256"
	unkeyedSeal = "SHA-256"
)

// A sealer makes records and their audit.integrity.value. It is for one goroutine at a
// time.
type sealer struct {
	algorithm string
	mac       hash.Hash
	suites    map[uint16]string // for records; crypto/tls takes long to find a name
	sum       [sha256.Size]byte
	text      [2 * sha256.Size]byte
	scratch   []byte
}

func newSealer(key []byte) (*sealer, error) {
	s := &sealer{algorithm: unkeyedSeal, mac: sha256.New()}
	switch {
	case len(key) == 0:
	case len(key) < sha256.Size:
		return nil, fmt.Errorf("%w: Key has less than 32 bytes", ErrConfig)
	default:
		s.algorithm, s.mac = keyedSeal, hmac.New(sha256.New, key)
	}
	return s, nil
}

// suiteNames returns the names of all cipher suites.
func suiteNames() map[uint16]string {
	names := map[uint16]string{}
	for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		names[suite.ID] = suite.Name
	}
	return names
}

// value seals a record that is given in two parts, between which its value belongs. It is
// valid until the next call.
func (s *sealer) value(before, after []byte) []byte {
	s.mac.Reset()
	_, _ = s.mac.Write(before) // a hash never fails
	_, _ = s.mac.Write(after)
	hex.Encode(s.text[:], s.mac.Sum(s.sum[:0]))
	return s.text[:]
}
