package ratelimit

// Held is how many buckets the store holds.
func (m *MemoryStore) Held() int {
	n := 0
	for i := range m.shards {
		n += m.shards[i].callers.Len() + m.shards[i].parents.Len()
	}
	return n
}
