package event

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"sync"
)

// ErrShortKey is the error for a key below 32 bytes, the output length of SHA-256: shorter
// ones weaken HMAC (RFC 2104, section 3).
var ErrShortKey = errors.New("event: a key has less than 32 bytes")

// A Pseudonym stands for a name that must not be told. The same name has the same
// Pseudonym under the same key; without the key nobody can find the name, nor test a
// guess. The zero Pseudonym is absent.
type Pseudonym struct{ text string }

// String is "hmac:" and 32 hexadecimal digits, or empty. It is safe to tell.
func (p Pseudonym) String() string { return p.text }

// IsZero reports whether the Pseudonym is absent.
func (p Pseudonym) IsZero() bool { return p.text == "" }

// A Caller is who a call was made for, in pseudonyms.
type Caller struct{ Tenant, User, App Pseudonym }

// A Pseudonymizer makes pseudonyms: HMAC-SHA256 (RFC 2104) cut to 16 bytes. Use
// [NewPseudonymizer]. It is safe for concurrent use.
type Pseudonymizer struct{ macs sync.Pool }

// NewPseudonymizer returns a Pseudonymizer with a copy of key, which has at least 32
// bytes; [ErrShortKey] otherwise. Without a key it makes a random one, so that pseudonyms
// mean nothing after the end of the process.
func NewPseudonymizer(key []byte) (*Pseudonymizer, error) {
	own := append([]byte(nil), key...)
	switch {
	case len(own) == 0:
		own = make([]byte, sha256.Size)
		_, _ = rand.Read(own) // never fails, see crypto/rand
	case len(own) < sha256.Size:
		return nil, ErrShortKey
	}
	return &Pseudonymizer{macs: sync.Pool{New: func() any { return &mac{Hash: hmac.New(sha256.New, own)} }}}, nil
}

type mac struct {
	hash.Hash
	buf [sha256.Size]byte
}

// Caller makes the pseudonyms of a caller. Each depends on its field, so that a user and
// an application of the same name differ. Those of the user and the application depend on
// the tenant too: the same name at two tenants is two people. Empty names stay absent.
func (p *Pseudonymizer) Caller(tenant, user, app string) Caller {
	if tenant == "" && user == "" && app == "" {
		return Caller{}
	}
	m := p.macs.Get().(*mac) //nolint:forcetypeassert // the pool holds nothing else
	defer p.macs.Put(m)
	return Caller{
		Tenant: m.pseudonym("tenant", "", tenant),
		User:   m.pseudonym("user", tenant, user),
		App:    m.pseudonym("app", tenant, app),
	}
}

// pseudonym hashes the parts with their lengths, so that no two lists of parts are alike.
func (m *mac) pseudonym(field, scope, name string) Pseudonym {
	if name == "" {
		return Pseudonym{}
	}
	m.Reset()
	m.part(field)
	m.part(scope)
	m.part(name)
	sum := m.Sum(m.buf[:0])
	var text [len("hmac:") + 32]byte
	copy(text[:], "hmac:")
	hex.Encode(text[len("hmac:"):], sum[:16])
	return Pseudonym{string(text[:])}
}

func (m *mac) part(s string) {
	n := binary.BigEndian.AppendUint64(m.buf[:0], uint64(len(s)))
	_, _ = m.Write(n) // a hash never fails
	for len(s) > 0 {
		k := copy(m.buf[:], s)
		_, _ = m.Write(m.buf[:k])
		s = s[k:]
	}
}
