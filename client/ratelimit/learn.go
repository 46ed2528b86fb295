package ratelimit

import "time"

// A Learner is a Store that can be told what the service says about a deployment. [Memory]
// and redisstore are; a [Service] needs it.
type Learner interface {
	// Learn takes in what is new about the bucket of c, of which Key and Quota count. It
	// does not wait for anything and is safe for concurrent use. It never raises a level.
	Learn(c Charge, news News)
}

// News is what the service told about a deployment. The zero News is nothing.
type News struct {
	// Shut is for how long nothing is granted to anybody. Then one call is, and a tenth of
	// a second later all, unless that one brought the same news again.
	Shut time.Duration
	// Requests and Tokens are the most that is left.
	Requests, Tokens Left
}

// Left is a figure that may be unknown, as the zero Left is.
type Left struct {
	known bool
	most  int64
}

// AtMost is that no more than n is left; below zero it is what is owed.
func AtMost(n int64) Left { return Left{known: true, most: n} }

// Get returns the figure, and whether it is known.
func (l Left) Get() (int64, bool) { return l.most, l.known }

var _ Learner = (*MemoryStore)(nil)

// Learn implements [Learner].
func (m *MemoryStore) Learn(c Charge, news News) {
	var meters [units]meter
	if !c.Quota.meters(c.Key.kind, &meters) || c.Key.kind == Nobody || len(m.shards) == 0 {
		return
	}
	hash := hashOf(&m.seed, c.Key.sum)
	set := uint64(1) << m.shardOf(hash)
	m.lock(set)
	defer m.unlock(set)
	s := &m.shards[m.shardOf(hash)]
	if news.Shut > 0 {
		s.shutFor(&c.Key, news.Shut)
	}
	if !news.Requests.known && !news.Tokens.known {
		return
	}
	b := s.get(c.Key.kind, hash, &[units]float64{meters[Requests].rate, meters[Tokens].rate})
	for u, left := range [units]Left{news.Requests, news.Tokens} {
		if left.known {
			b.debt[u] = max(b.debt[u], meters[u].cap-float64(left.most))
		}
	}
}
