package ratelimit

// Level is what the bucket of c holds now, for tests.
func (m *MemoryStore) Level(c Charge) (requests, tokens float64) {
	steps := make([]step, 1)
	s, rate := &steps[0], [units]float64{}
	if err := m.prepare(steps, &c); err != nil {
		return -1, -1
	}
	set := uint64(1) << m.shardOf(s.hash)
	m.lock(set)
	defer m.unlock(set)
	shard := &m.shards[m.shardOf(s.hash)]
	rate = s.rate()
	b := shard.begin(s.hash, &rate)
	if held, ok := shard.lru(c.Key.kind).Peek(s.hash); ok {
		b = *held
		b.elapse(shard.now, m.rates.of(b.rates(), &rate))
	}
	return s.meters[Requests].cap - b.debt[Requests], s.meters[Tokens].cap - b.debt[Tokens]
}

// Held is how many buckets the store holds.
func (m *MemoryStore) Held() int {
	n := 0
	for i := range m.shards {
		n += m.shards[i].callers.Len() + m.shards[i].parents.Len()
	}
	return n
}
