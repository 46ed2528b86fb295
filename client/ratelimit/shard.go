package ratelimit

import (
	"hash/maphash"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// A shard holds the buckets of some keys under one lock. Callers and their parents have an
// LRU each, so that no number of users evicts a tenant.
type shard struct {
	mu      sync.Mutex
	now     int64 // the clock of whoever holds the lock, for evictions
	seed    maphash.Seed
	callers *simplelru.LRU[Key, *bucket]
	parents *simplelru.LRU[Key, *bucket]
	evicted ledger
}

func (s *shard) setUp(seed maphash.Seed, callers, parents, bits int) error {
	s.seed = seed
	s.evicted.bits = bits
	var err error
	if s.callers, err = simplelru.NewLRU(callers, s.onEvict); err != nil {
		return err
	}
	s.parents, err = simplelru.NewLRU(parents, s.onEvict)
	return err
}

// onEvict runs under the lock, when a new key takes the place of an old one.
func (s *shard) onEvict(key Key, b *bucket) {
	b.elapse(s.now)
	var full [units]int64
	for u, debt := range b.debt {
		if debt > 0 {
			full[u] = s.now + nanoseconds(debt, b.rate[u])
		}
	}
	if full != [units]int64{} {
		s.evicted.remember(hashOf(s.seed, key), full)
	}
}

func (s *shard) lru(kind Kind) *simplelru.LRU[Key, *bucket] {
	if kind == User {
		return s.callers
	}
	return s.parents
}

// begin returns the bucket with which a key starts that the shard does not hold: full, or
// with the debt that it had when it was evicted.
func (s *shard) begin(hash uint64, rate [units]float64) bucket {
	b := bucket{stamp: s.now, rate: rate}
	full := s.evicted.recall(hash)
	for u := range full {
		if left := full[u] - s.now; left > 0 {
			b.debt[u] = float64(left) * rate[u]
		}
	}
	return b
}

// get returns the bucket of a key at now. One that is there keeps its rates.
func (s *shard) get(key Key, hash uint64, rate [units]float64) *bucket {
	if b, ok := s.lru(key.kind).Get(key); ok {
		b.elapse(s.now)
		return b
	}
	b := s.begin(hash, rate)
	s.lru(key.kind).Add(key, &b)
	return &b
}

func hashOf(seed maphash.Seed, key Key) uint64 { return maphash.Bytes(seed, key.sum[:]) }
