package ratelimit

// Level is what the bucket of c holds now, for tests.
func (m *MemoryStore) Level(c Charge) (requests, tokens float64) {
	var s step
	if err := m.prepare(&s, []Charge{c}); err != nil {
		return -1, -1
	}
	set := uint64(1) << m.shardOf(s.hash)
	m.lock(set)
	defer m.unlock(set)
	shard := &m.shards[m.shardOf(s.hash)]
	b := shard.begin(s.hash, s.rate)
	if held, ok := shard.lru(c.Key.kind).Peek(c.Key); ok {
		b = *held
		b.elapse(shard.now)
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
