package redact

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// Sealed bytes:
//
//	version 1 │ salt, 16 bytes │ nonce, 12 bytes │ ciphertext │ tag, 16 bytes
//
// AES-256-GCM under HKDF-SHA256(key, salt, label), so that no two seals share a key and the
// bound of NIST SP 800-38D, section 8.3, on random nonces is never near. Version and scope
// are the additional data. The plaintext is a count and, for each value, flags and four
// strings, each after its length.
const (
	sealVersion = 1
	saltLen     = 16
	sealLabel   = "sallyport session seal 1"
)

// The flags of a sealed value.
const (
	userFlag = 1 << iota
	deadFlag
	allFlags = userFlag | deadFlag
)

// Seal returns what the session remembers, encrypted and bound to its scope, for storage
// outside of the process; [Redactor.Open] is its inverse. The key has at least 32 bytes
// and may serve for other purposes too: errors.Is(err, ErrConfig) for a shorter one.
func (s *Session) Seal(key Key) ([]byte, error) {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	aead, err := sealer(key, salt)
	if err != nil {
		return nil, err
	}
	sealed := append([]byte{sealVersion}, salt...)
	return append(sealed, aead.Seal(nil, nil, s.marshal(), sealData(s.scope))...), nil //nolint:gosec // the nonce is made within
}

// Open returns the session that was sealed in the scope under the key. Its placeholders
// are restored even if the Redactor has another key than the one that made them.
//
// Bytes that were changed or cut, of another scope, key or version, or that hold more
// values than a session may keep, are a [*SealError]: errors.Is(err, ErrSealed).
func (r *Redactor) Open(key Key, scope string, sealed []byte) (*Session, error) {
	if len(sealed) < 1+saltLen || sealed[0] != sealVersion {
		return nil, &SealError{"not of this version"}
	}
	aead, err := sealer(key, sealed[1:1+saltLen])
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, sealed[1+saltLen:], sealData(scope))
	if err != nil {
		return nil, &SealError{"not of this key and scope, or changed"}
	}
	s := r.Session(scope)
	if !s.unmarshal(plain) {
		return nil, &SealError{"contents not understood"}
	}
	return s, nil
}

// sealer is AES-256-GCM with a nonce of its own for each message.
func sealer(key Key, salt []byte) (cipher.AEAD, error) {
	if len(key) < minKey {
		return nil, &FieldError{"key", fmt.Sprintf("shorter than %d bytes", minKey)}
	}
	derived, err := hkdf.Key(sha256.New, key, salt, sealLabel, 32)
	if err != nil {
		return nil, &SealError{"no key can be derived"}
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, &SealError{"no key can be derived"}
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func sealData(scope string) []byte { return append([]byte{sealVersion}, scope...) }

// marshal writes the entries in an order that tells nothing.
func (s *Session) marshal() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := binary.AppendUvarint(nil, uint64(len(s.entries)))
	for _, e := range s.entries {
		flags := byte(0)
		if e.user {
			flags |= userFlag
		}
		if e.dead {
			flags |= deadFlag
		}
		b = append(b, flags)
		for _, part := range [...]string{string(e.kind), e.text, e.code, e.fake} {
			b = binary.AppendUvarint(b, uint64(len(part)))
			b = append(b, part...)
		}
	}
	return b
}

// unmarshal fills a new session and reports whether it has understood all of b.
func (s *Session) unmarshal(b []byte) bool {
	n, used := binary.Uvarint(b)
	if used <= 0 || n > uint64(s.redactor.maxValues) {
		return false
	}
	b = b[used:]
	for range n {
		var e entry
		if len(b) == 0 || b[0]&^allFlags != 0 {
			return false
		}
		e.user, e.dead = b[0]&userFlag != 0, b[0]&deadFlag != 0
		b = b[1:]
		var parts [4]string
		for i := range parts {
			n, used := binary.Uvarint(b)
			if used <= 0 || n > uint64(len(b)-used) {
				return false
			}
			parts[i], b = string(b[used:used+int(n)]), b[used+int(n):]
		}
		e.kind, e.text, e.code, e.fake = detect.Kind(parts[0]), parts[1], parts[2], parts[3]
		if !s.adopt(&e) {
			return false
		}
	}
	return len(b) == 0
}

// adopt takes over an entry of another session. It reports whether it could be one.
func (s *Session) adopt(e *entry) bool {
	_, n, plain := readCode(e.code)
	switch {
	case !slices.Contains(s.redactor.kinds, e.kind), e.text == "", s.entries[e.value] != nil,
		e.code != "" && (len(e.code) != codeLen || n != codeLen || !plain || s.codes[e.code] != nil),
		e.fake != "" && s.fakes.by[e.fake] != nil, e.fake == "" && e.dead:
		return false
	}
	s.keep(e)
	s.size += len(e.text) + entrySize
	if e.code != "" {
		s.learn(e, e.code)
	}
	if e.fake != "" && !e.dead {
		s.fakes.add(e)
	}
	return true
}

// Fork returns a session of the same scope that remembers what s does, and counts anew:
// the next call of a conversation.
func (s *Session) Fork() *Session {
	fork := s.redactor.Session("")
	fork.scope = s.scope
	fork.join(s)
	return fork
}

// join makes s, which nobody else has yet, remember what other does. What s has keeps its
// meaning.
func (s *Session) join(other *Session) {
	other.mu.Lock()
	defer other.mu.Unlock()
	for _, e := range other.entries {
		if mine := s.entries[e.value]; mine != nil {
			mine.user = mine.user || e.user
			continue
		}
		if len(s.entries) >= s.redactor.maxValues {
			return
		}
		own := *e
		s.adopt(&own)
	}
}

// A SealError says why sealed bytes do not open. errors.Is(err, ErrSealed).
type SealError struct {
	Reason string
}

// Error holds the reason.
func (e *SealError) Error() string { return ErrSealed.Error() + ": " + e.Reason }

// Unwrap returns ErrSealed.
func (*SealError) Unwrap() error { return ErrSealed }

// Safe marks the text as free of payload.
func (*SealError) Safe() {}
