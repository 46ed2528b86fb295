package ratelimit

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
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
	// Keys is how many users are held. Zero is 65,536, about 10 MB when full. Fewer than
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
	seed   [2]uint64
	rates  *rates
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
	m := &MemoryStore{epoch: time.Now(), seed: newSeed(), rates: newRates(), shift: 64 - shardBits, shards: make([]shard, 1<<shardBits)}
	for i := range m.shards {
		err := m.shards[i].setUp(m, share(keys, shardBits), share(parents, shardBits), bits.Len(uint(cells-1))-shardBits)
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
	bucket *bucket // nil: the shard does not hold the key
}

// amount is what the step takes of a unit.
func (s *step) amount(u Unit) int64 {
	if u == Tokens {
		return s.charge.Tokens
	}
	return s.charge.Requests
}

func (s *step) rate() [units]float64 {
	return [units]float64{s.meters[Requests].rate, s.meters[Tokens].rate}
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
		if err := m.prepare(steps[:i+1], &charges[i]); err != nil {
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

// prepare fills the last step from its charge and refuses it if it can be seen to be wrong
// without looking at a bucket.
func (m *MemoryStore) prepare(steps []step, c *Charge) error {
	s := &steps[len(steps)-1]
	if c.Key.kind == Nobody || c.Requests < 0 || c.Tokens < 0 || c.Requests|c.Tokens == 0 {
		return ErrCharge
	}
	s.charge, s.hash = c, hashOf(&m.seed, c.Key.sum)
	for i := range steps[:len(steps)-1] {
		if other := &steps[i]; other.hash == s.hash && other.charge.Key == c.Key {
			return ErrCharge
		}
	}
	if !c.Quota.meters(c.Key.kind, &s.meters) {
		return ErrCharge
	}
	for u := range Unit(units) {
		if most := s.meters[u].most; most == 0 || s.amount(u) > most {
			return &ExceededError{Scope: c.Key.kind, Unit: u, Charge: len(steps) - 1}
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
		key, shard, rate := &s.charge.Key, &m.shards[m.shardOf(s.hash)], s.rate()
		var debt [units]float64
		if b, ok := shard.lru(key.kind).Get(s.hash); ok {
			b.elapse(shard.now, m.rates.of(b.rates(), &rate))
			shard.turnTo(b, &rate)
			s.bucket, debt = b, b.debt
		} else if shard.evicted.cells != nil {
			debt = shard.begin(s.hash, &rate).debt
		}
		for u := range Unit(units) {
			if wait := s.meters[u].wait(debt[u], s.amount(u)); wait > worst.RetryAfter {
				worst = ExceededError{Scope: key.kind, Unit: u, RetryAfter: wait, Charge: i}
			}
		}
		if shard.gates != nil {
			if wait := shard.shut(key); wait > worst.RetryAfter {
				worst = ExceededError{Scope: key.kind, RetryAfter: wait, Charge: i, Shut: true}
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
	if len(steps) <= len(l.room) {
		l.holds = l.room[:len(steps)]
	} else {
		l.holds = make([]hold, len(steps))
	}
	for i := range steps {
		s, h := &steps[i], &l.holds[i]
		shard := &m.shards[m.shardOf(s.hash)]
		if h.bucket = s.bucket; h.bucket == nil {
			rate := s.rate()
			h.bucket = shard.get(s.charge.Key.kind, s.hash, &rate)
		}
		h.hash, h.kind, h.rates = s.hash, s.charge.Key.kind, h.bucket.rates()
		h.amount = [units]int64{s.charge.Requests, s.charge.Tokens}
		h.bucket.debt[Requests] += float64(h.amount[Requests])
		h.bucket.debt[Tokens] += float64(h.amount[Tokens])
		if shard.gates != nil {
			shard.pass(&s.charge.Key)
		}
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
	now := int64(time.Since(m.epoch) / time.Microsecond)
	for left := shards; left != 0; left &= left - 1 {
		m.shards[bits.TrailingZeros64(left)].now = now
	}
}

func (m *MemoryStore) unlock(shards uint64) {
	for ; shards != 0; shards &= shards - 1 {
		m.shards[bits.TrailingZeros64(shards)].mu.Unlock()
	}
}

func newSeed() (seed [2]uint64) {
	var text [16]byte
	_, _ = rand.Read(text[:]) // never fails
	seed[0], seed[1] = binary.NativeEndian.Uint64(text[:8]), binary.NativeEndian.Uint64(text[8:])
	return seed
}

// hashOf spreads the hash of a key anew, so that nobody who can choose names, and hence
// keys, can choose shards and cells of the ledger.
func hashOf(seed *[2]uint64, sum [16]byte) uint64 {
	a, b := binary.NativeEndian.Uint64(sum[:8])^seed[0], binary.NativeEndian.Uint64(sum[8:])^seed[1]
	high, low := bits.Mul64(a, b|1)
	mixed := (high ^ low ^ a) * 0x9E3779B97F4A7C15 // 2^64 by the golden ratio
	return mixed ^ mixed>>32
}
