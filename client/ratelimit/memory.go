package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math/bits"
	"time"
)

const (
	defaultKeys    = 1 << 16
	defaultParents = 1 << 12
	maxKeys        = 1 << 26
	maxShards      = 64
	minPerShard    = 2 * MaxCharges // so that no Take evicts a bucket of its own
)

// A Config bounds a [MemoryStore]. Its zero value is a good one.
type Config struct {
	// Keys is how many users are held. Zero is 65,536, about 15 MB when full. Fewer than
	// the users of a minute cost no accuracy for heavy ones, see the package comment.
	Keys int
	// Parents is how many applications, tenants and deployments are held, apart from the
	// users. Zero is 4,096.
	Parents int
}

// Validate reports every fault of c: errors.Is(err, [ErrConfig]).
func (c Config) Validate() error {
	var faults []error
	for _, field := range []struct {
		name  string
		value int
	}{{"Keys", c.Keys}, {"Parents", c.Parents}} {
		if field.value < 0 || field.value > maxKeys {
			faults = append(faults, fmt.Errorf("%w: %s is not between 0 and %d", ErrConfig, field.name, maxKeys))
		}
	}
	return errors.Join(faults...)
}

// A MemoryStore keeps buckets in memory. It starts no goroutine, needs no closing, and is
// safe for concurrent use. Time is monotonic: setting the clock changes nothing. The zero
// MemoryStore refuses everything; use [Memory].
type MemoryStore struct {
	epoch  time.Time
	seed   maphash.Seed
	shift  int // of the hash, to the number of the shard
	shards []shard
}

var _ Store = (*MemoryStore)(nil)

// Memory returns an empty store. The error, if any, is that of [Config.Validate].
func Memory(cfg Config) (*MemoryStore, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	keys, parents := cfg.Keys, cfg.Parents
	if keys == 0 {
		keys = defaultKeys
	}
	if parents == 0 {
		parents = defaultParents
	}
	shardBits := bits.Len(uint(min(max(keys/minPerShard, 1), maxShards))) - 1
	cells := min(max(cellsPerKey*keys, minCells), maxCells)
	m := &MemoryStore{epoch: time.Now(), seed: maphash.MakeSeed(), shift: 64 - shardBits, shards: make([]shard, 1<<shardBits)}
	for i := range m.shards {
		err := m.shards[i].setUp(m.seed, share(keys, shardBits), share(parents, shardBits), bits.Len(uint(cells-1))-shardBits)
		if err != nil {
			return nil, errors.Join(ErrConfig, err)
		}
	}
	return m, nil
}

// share is the part of n that falls to each of 2^bits shards, rounded up.
func share(n, bits int) int { return max(n>>bits+min(n&(1<<bits-1), 1), minPerShard) }

// A step is a charge on its way through Take.
type step struct {
	charge *Charge
	hash   uint64
	meters [units]meter
	rate   [units]float64
	amount [units]int64
	bucket *bucket // nil: the shard does not hold the key
}

// Take implements [Store].
func (m *MemoryStore) Take(ctx context.Context, charges []Charge) (Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(m.shards) == 0 || len(charges) == 0 || len(charges) > MaxCharges {
		return nil, ErrCharge
	}
	var room [MaxCharges]step
	steps := room[:len(charges)]
	var shards uint64
	for i := range steps {
		if err := m.prepare(&steps[i], charges[:i+1]); err != nil {
			return nil, err
		}
		shards |= 1 << m.shardOf(steps[i].hash)
	}
	m.lock(shards)
	defer m.unlock(shards)
	if err := m.judge(steps); err != nil {
		return nil, err
	}
	return m.charge(steps), nil
}

// prepare fills s from the last charge and refuses it if it can be seen to be wrong without
// looking at a bucket.
func (m *MemoryStore) prepare(s *step, charges []Charge) error {
	c := &charges[len(charges)-1]
	if c.Key.kind == Nobody || c.Requests < 0 || c.Tokens < 0 || c.Requests|c.Tokens == 0 {
		return ErrCharge
	}
	for i := range charges[:len(charges)-1] {
		if charges[i].Key == c.Key {
			return ErrCharge
		}
	}
	meters, ok := c.Quota.meters(c.Key.kind)
	if !ok {
		return ErrCharge
	}
	*s = step{charge: c, hash: hashOf(m.seed, c.Key), meters: meters, amount: [units]int64{c.Requests, c.Tokens}}
	for u := range s.meters {
		s.rate[u] = s.meters[u].rate
		if most := s.meters[u].most; most == 0 || s.amount[u] > most {
			return &ExceededError{Scope: c.Key.kind, Unit: Unit(u), Charge: len(charges) - 1}
		}
	}
	return nil
}

// judge returns an error unless every bucket grants its step. It changes no debt but by
// the time that has passed, and holds no key that it did not hold before.
func (m *MemoryStore) judge(steps []step) error {
	var worst ExceededError
	for i := range steps {
		s := &steps[i]
		shard := &m.shards[m.shardOf(s.hash)]
		var debt [units]float64
		if b, ok := shard.lru(s.charge.Key.kind).Get(s.charge.Key); ok {
			b.elapse(shard.now)
			b.rate = s.rate
			s.bucket, debt = b, b.debt
		} else {
			debt = shard.begin(s.hash, s.rate).debt
		}
		for u := range s.meters {
			if wait := s.meters[u].wait(debt[u], s.amount[u]); wait > worst.RetryAfter {
				worst = ExceededError{Scope: s.charge.Key.kind, Unit: Unit(u), RetryAfter: wait, Charge: i}
			}
		}
	}
	if worst.RetryAfter > 0 {
		refusal := worst
		return &refusal
	}
	return nil
}

// charge adds every step to its bucket.
func (m *MemoryStore) charge(steps []step) *lease {
	l := &lease{store: m}
	l.holds = l.room[:0]
	for i := range steps {
		s := &steps[i]
		b := s.bucket
		if b == nil {
			b = m.shards[m.shardOf(s.hash)].get(s.charge.Key, s.hash, s.rate)
		}
		for u := range s.amount {
			b.debt[u] += float64(s.amount[u])
		}
		l.holds = append(l.holds, hold{key: s.charge.Key, rate: s.rate, amount: s.amount})
	}
	return l
}

func (m *MemoryStore) shardOf(hash uint64) uint64 { return hash >> m.shift }

// lock takes the locks of a set of shards, lowest first, so that two Takes never wait for
// each other. The clock is read when all are held, so that no bucket sees it run backwards.
func (m *MemoryStore) lock(shards uint64) {
	for left := shards; left != 0; left &= left - 1 {
		m.shards[bits.TrailingZeros64(left)].mu.Lock()
	}
	now := int64(time.Since(m.epoch))
	for left := shards; left != 0; left &= left - 1 {
		m.shards[bits.TrailingZeros64(left)].now = now
	}
}

func (m *MemoryStore) unlock(shards uint64) {
	for ; shards != 0; shards &= shards - 1 {
		m.shards[bits.TrailingZeros64(shards)].mu.Unlock()
	}
}
