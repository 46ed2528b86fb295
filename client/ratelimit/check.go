package ratelimit

import "time"

// A Meter is a limit made ready for arithmetic, as the package comment draws it, for stores
// outside this package.
type Meter struct {
	// Most is the largest single charge.
	Most int64
	// Capacity is what the bucket holds, PerSecond what it regains.
	Capacity, PerSecond float64
}

// Check is what a store does with charges before it looks at a bucket. It returns for each
// the meters of its requests and tokens, or the error that Take has to return: ErrCharge, or
// an [ExceededError] that is ErrImpossible.
func Check(charges []Charge) ([][2]Meter, error) {
	if len(charges) == 0 || len(charges) > MaxCharges {
		return nil, ErrCharge
	}
	all := make([][2]Meter, len(charges))
	for i := range charges {
		c := &charges[i]
		var meters [units]meter
		if c.Key.kind == Nobody || c.Requests < 0 || c.Tokens < 0 || c.Requests|c.Tokens == 0 || !c.Quota.meters(c.Key.kind, &meters) {
			return nil, ErrCharge
		}
		for j := range i {
			if charges[j].Key == c.Key {
				return nil, ErrCharge
			}
		}
		for u, n := range [units]int64{c.Requests, c.Tokens} {
			if most := meters[u].most; most == 0 || n > most {
				return nil, &ExceededError{Scope: c.Key.kind, Unit: Unit(u), Charge: i}
			}
			all[i][u] = Meter{meters[u].most, meters[u].cap, meters[u].rate * float64(time.Second)}
		}
	}
	return all, nil
}

// Scaled returns q at a part of its rates and bursts, such as the share of one replica of
// several. What a single charge may be stays. Parts that are not above 0 and at most 1
// change nothing.
func (q Quota) Scaled(part float64) Quota {
	if !(part > 0 && part <= 1) {
		return q
	}
	return q.scaled(part, part)
}

func (q Quota) scaled(requests, tokens float64) Quota {
	return Quota{q.RequestsPerMinute.scaled(requests), q.TokensPerMinute.scaled(tokens)}
}

// Level is what the bucket of c holds now, of which Key and Quota count. It is below zero
// where there is debt to pay off, and zero for a charge that is not valid.
func (m *MemoryStore) Level(c Charge) (requests, tokens float64) {
	var meters [units]meter
	if c.Key.kind == Nobody || len(m.shards) == 0 || !c.Quota.meters(c.Key.kind, &meters) {
		return 0, 0
	}
	hash, rate := hashOf(&m.seed, c.Key.sum), [units]float64{meters[Requests].rate, meters[Tokens].rate}
	set := uint64(1) << m.shardOf(hash)
	m.lock(set)
	defer m.unlock(set)
	shard := &m.shards[m.shardOf(hash)]
	b := shard.begin(hash, &rate)
	if held, ok := shard.lru(c.Key.kind).Peek(hash); ok {
		b = *held
		b.elapse(shard.now, m.rates.of(b.rates(), &rate))
	}
	return meters[Requests].cap - b.debt[Requests], meters[Tokens].cap - b.debt[Tokens]
}
