package ratelimit

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// A Kind is what a bucket stands for. It decides the default quota and how a lease ends.
// The zero Kind is no bucket at all.
type Kind uint8

// The kinds.
const (
	Nobody     Kind = iota
	User            // one end user of a tenant
	App             // one application
	Tenant          // one customer, with all its users
	Deployment      // one model deployment: the service's own counter
)

var kinds = [...]string{"nobody", "user", "app", "tenant", "deployment"}

// String is the name that stands in errors and metrics.
func (k Kind) String() string {
	if int(k) < len(kinds) {
		return kinds[k]
	}
	return kinds[Nobody]
}

// A Unit is what is counted.
type Unit uint8

// The units.
const (
	Requests Unit = iota
	Tokens
	units = 2
)

// String is the name that stands in errors and metrics.
func (u Unit) String() string {
	if u == Tokens {
		return "tokens"
	}
	return "requests"
}

// A Key names a bucket. It is made by one of the functions below and comparable; the zero
// Key names none and every charge to it is refused.
//
// A Key holds 128 bits of SHA-256 over the kind and its parts, each with its length before
// it: ("a:b", "c") and ("a", "b:c") are two users, and no name stays in memory. It is the
// same in every process. It is no secret: who can guess a name can compute its Key.
//
// Parts are compared byte by byte: "é" composed and "é" decomposed, or "Ann" and "ann",
// are different callers. Whoever takes names from elsewhere has to normalise them first.
type Key struct {
	kind Kind
	sum  [16]byte
}

// UserKey is the bucket of a user of a tenant. All users without a name share one bucket
// per tenant.
func UserKey(tenant, user string) Key { return newKey(User, tenant, user) }

// AppKey is the bucket of an application of a tenant, or of an application as a whole if
// tenant is empty.
func AppKey(tenant, app string) Key { return newKey(App, tenant, app) }

// TenantKey is the bucket of a tenant. Calls without a tenant share one bucket.
func TenantKey(tenant string) Key { return newKey(Tenant, tenant, "") }

// DeploymentKey is the bucket of a deployment at an endpoint's host. Both names are
// compared without regard to case, as the service does.
func DeploymentKey(host, deployment string) Key {
	return newKey(Deployment, strings.ToLower(host), strings.ToLower(deployment))
}

// Kind is what the bucket stands for.
func (k Key) Kind() Kind { return k.kind }

// Sum is the hash, for stores outside this process. They should hash it again with a key
// of their own, so that names cannot be guessed from what they hold.
func (k Key) Sum() [16]byte { return k.sum }

// String names the kind alone.
func (k Key) String() string { return k.kind.String() }

// GoString names the kind alone.
func (k Key) GoString() string { return "ratelimit.Key(" + k.kind.String() + ")" }

func newKey(kind Kind, first, second string) Key {
	var stack [128]byte
	text := append(stack[:0], byte(kind))
	text = binary.AppendUvarint(text, uint64(len(first)))
	text = append(text, first...)
	text = append(text, second...)
	sum := sha256.Sum256(text)
	key := Key{kind: kind}
	copy(key.sum[:], sum[:])
	return key
}
