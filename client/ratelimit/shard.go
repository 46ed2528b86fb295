package ratelimit

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// A shard holds the buckets of some keys under one lock. Callers and their parents have an
// LRU each, so that no number of users evicts a tenant. It knows them by a seeded hash of
// 64 bits: that any two of a million callers share a bucket has a chance of 1 in 37 million,
// nobody can bring it about, and it would be too strict for both.
type shard struct {
	mu      sync.Mutex
	now     int64 // the clock of whoever holds the lock, in microseconds, for evictions
	rates   *rates
	callers *simplelru.LRU[uint64, *bucket]
	parents *simplelru.LRU[uint64, *bucket]
	evicted ledger
	gates   map[Key]gate // of deployments that the service has shut
}

func (s *shard) setUp(store *MemoryStore, callers, parents, bits int) error {
	s.rates = store.rates
	s.evicted.bits = bits
	var err error
	if s.callers, err = simplelru.NewLRU(callers, s.onEvict); err != nil {
		return err
	}
	s.parents, err = simplelru.NewLRU(parents, s.onEvict)
	return err
}

// onEvict runs under the lock, when a new key takes the place of an old one.
func (s *shard) onEvict(hash uint64, b *bucket) {
	rate := s.rates.least(b.rates())
	b.elapse(s.now, rate)
	var full [units]int64
	for u, debt := range b.debt {
		if debt > 0 && rate[u] > 0 {
			full[u] = s.now + microseconds(debt, rate[u])
		}
	}
	b.mark = marked(s.now, gone)
	if full != [units]int64{} {
		s.evicted.remember(hash, full)
	}
}

func (s *shard) lru(kind Kind) *simplelru.LRU[uint64, *bucket] {
	if kind == User {
		return s.callers
	}
	return s.parents
}

// begin returns the bucket with which a key starts that the shard does not hold: full, or
// with the debt that it had when it was evicted.
func (s *shard) begin(hash uint64, rate *[units]float64) bucket {
	b := bucket{mark: marked(s.now, 0)}
	if s.evicted.cells == nil {
		return b
	}
	full := s.evicted.recall(hash)
	for u := range full {
		if left := full[u] - s.now; left > 0 {
			b.debt[u] = float64(left) * rate[u] * microsecond
		}
	}
	return b
}

// get returns the bucket of a hash at now. One that is there keeps its rates.
func (s *shard) get(kind Kind, hash uint64, rate *[units]float64) *bucket {
	if b, ok := s.lru(kind).Get(hash); ok {
		b.elapse(s.now, s.rates.of(b.rates(), rate))
		return b
	}
	b := s.begin(hash, rate)
	b.mark = marked(s.now, s.rates.number(*rate))
	s.lru(kind).Add(hash, &b)
	return &b
}

// turnTo gives the bucket the rates of its limits from now on.
func (s *shard) turnTo(b *bucket, rate *[units]float64) {
	if n := b.rates(); n == 0 || *s.rates.of(n, rate) != *rate {
		b.mark = marked(b.stamp(), s.rates.number(*rate))
	}
}

// A gate is what the service's refusal does to a deployment: it is shut until an instant;
// then one call passes, and after a pause everybody, unless that call shut it again.
type gate struct {
	until  int64 // in microseconds of the store's clock
	probed bool
}

// afterProbe is the pause between the first call through a gate and the others: long
// enough for the service to refuse again.
const afterProbe = 100 * time.Millisecond

// shut is how long the gate of a key stays shut.
func (s *shard) shut(key *Key) time.Duration {
	g, ok := s.gates[*key]
	if !ok {
		return 0
	}
	return time.Duration(max(0, g.until-s.now)) * time.Microsecond
}

// pass notes that a call went through.
func (s *shard) pass(key *Key) {
	g, ok := s.gates[*key]
	switch {
	case !ok:
	case g.probed:
		delete(s.gates, *key)
	default:
		s.gates[*key] = gate{until: s.now + int64(afterProbe/time.Microsecond), probed: true}
	}
}

// shutFor shuts a gate, or leaves it shut for longer.
func (s *shard) shutFor(key *Key, d time.Duration) {
	if s.gates == nil {
		s.gates = map[Key]gate{}
	}
	if len(s.gates) >= maxGates {
		for other, g := range s.gates {
			if g.until <= s.now {
				delete(s.gates, other)
			}
		}
	}
	until := s.now + int64(d/time.Microsecond) + 1
	if g, ok := s.gates[*key]; ok && !g.probed {
		until = max(until, g.until)
	}
	s.gates[*key] = gate{until: until}
}

// maxGates is from how many on the gates that are open again are looked for.
const maxGates = 256
