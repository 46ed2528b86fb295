package redisstore

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
)

const (
	maxTouched = 1 << 16
	beatEvery  = 5 * time.Second
)

// A fallback is what a replica goes on with when the server cannot be asked: its share of
// each bucket, kept up to date while the server answers.
type fallback struct {
	local   *ratelimit.MemoryStore
	least   int          // replicas, as configured
	counted atomic.Int64 // replicas, as last counted
	mu      sync.Mutex
	touched map[ratelimit.Key]ratelimit.Charge // charged during this outage
	outage  int                                // which one this is
}

// replicas is by how many the quotas are divided.
func (f *fallback) replicas() float64 { return float64(max(int64(f.least), f.counted.Load())) }

// scaled is c with this replica's share of its quota.
func (f *fallback) scaled(c ratelimit.Charge) ratelimit.Charge {
	c.Quota = c.Quota.Scaled(1 / f.replicas())
	return c
}

// mirror notes the levels that the server has just told, two for each charge.
func (f *fallback) mirror(charges []ratelimit.Charge, levels []int64) {
	n := f.replicas()
	for i := range charges {
		part := func(level int64) ratelimit.Left {
			return ratelimit.AtMost(int64(math.Floor(float64(level) / n)))
		}
		f.local.Learn(f.scaled(charges[i]), ratelimit.News{Requests: part(levels[2*i]), Tokens: part(levels[2*i+1])})
	}
}

// learn hears what the service says, of which each replica has its share.
func (f *fallback) learn(c ratelimit.Charge, news ratelimit.News) {
	n := f.replicas()
	part := func(l ratelimit.Left) ratelimit.Left {
		if most, ok := l.Get(); ok {
			return ratelimit.AtMost(int64(float64(most) / n))
		}
		return l
	}
	news.Requests, news.Tokens = part(news.Requests), part(news.Tokens)
	f.local.Learn(f.scaled(c), news)
}

// takeShare charges this replica's shares.
func (s *Store) takeShare(charges []ratelimit.Charge, meters [][2]ratelimit.Meter) (ratelimit.Lease, error) {
	f := s.share
	n := f.replicas()
	scaled := make([]ratelimit.Charge, len(charges))
	for i := range charges {
		c := &charges[i]
		if float64(c.Requests)*n > float64(meters[i][0].Most) || float64(c.Tokens)*n > float64(meters[i][1].Most) {
			return nil, ErrUnavailable // more than the share of a minute
		}
		scaled[i] = f.scaled(*c)
	}
	outage, ok := f.touch(charges)
	if !ok {
		return nil, ErrUnavailable
	}
	inner, err := f.local.Take(context.Background(), scaled)
	if err != nil {
		return nil, err
	}
	return &shareLease{inner: inner, store: s, outage: outage, charges: append([]ratelimit.Charge(nil), charges...)}, nil
}

// touch notes which buckets owe the server something when it is back. Where that would be too
// many, it grants nothing.
func (f *fallback) touch(charges []ratelimit.Charge) (outage int, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range charges {
		if _, known := f.touched[charges[i].Key]; !known && len(f.touched) >= maxTouched {
			return 0, false
		}
	}
	for i := range charges {
		f.touched[charges[i].Key] = charges[i]
	}
	return f.outage, true
}

// payBack gives the server the debts of this replica's shares. A debt falls as the shares are
// regained, so it is what the server's own bucket would owe; what the replica knew of it
// before the outage is in it too, so it is too high by that at most.
func (s *Store) payBack() error {
	if s.share != nil {
		if err := s.share.payBack(s.send); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Timeout)
	defer cancel()
	return s.cfg.Client.Exists(ctx, s.prefix+"replicas").Err() // a key of the slot that counts
}

func (f *fallback) payBack(send func([]note) error) error {
	f.mu.Lock()
	owing := f.touched
	f.touched = map[ratelimit.Key]ratelimit.Charge{}
	f.outage++
	f.mu.Unlock()
	batch := make([]note, 0, perScript)
	var err error
	for _, c := range owing {
		if batch = append(batch, f.owes(c)); len(batch) == perScript {
			if err = send(batch); err != nil {
				break
			}
			for _, n := range batch {
				delete(owing, n.charge.Key)
			}
			batch = batch[:0]
		}
	}
	if err == nil {
		err = send(batch)
	}
	if err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		for key, c := range owing {
			f.touched[key] = c
		}
	}
	return err
}

// owes is the debt of this replica's share of a bucket.
func (f *fallback) owes(c ratelimit.Charge) note {
	one := f.scaled(c)
	one.Requests, one.Tokens = 1, 0
	meters, err := ratelimit.Check([]ratelimit.Charge{one})
	if err != nil {
		return note{charge: c}
	}
	requests, tokens := f.local.Level(one)
	return note{charge: c, requests: debt(meters[0][0], requests), tokens: debt(meters[0][1], tokens)}
}

// debt is what is missing from full, rounded up.
func debt(m ratelimit.Meter, level float64) int64 {
	return int64(math.Ceil(max(0, m.Capacity-level)))
}

// A shareLease is a lease of the share of one outage.
type shareLease struct {
	inner   ratelimit.Lease
	store   *Store
	outage  int
	ended   atomic.Bool
	charges []ratelimit.Charge // with the whole quotas
}

// Settle implements [ratelimit.Lease]. After the outage what is given back is lost, and what
// was used beyond the estimate is charged to the server.
func (l *shareLease) Settle(tokens int64) {
	if l.ended.Swap(true) {
		return
	}
	l.inner.Settle(tokens)
	l.store.share.mu.Lock()
	over := l.store.share.outage != l.outage
	l.store.share.mu.Unlock()
	if !over {
		return
	}
	for i := range l.charges {
		if _, more := l.charges[i].Change(tokens, false); more > 0 {
			l.store.later(l.charges[i], note{tokens: more})
		}
	}
}

// Cancel implements [ratelimit.Lease].
func (l *shareLease) Cancel() {
	if !l.ended.Swap(true) {
		l.inner.Cancel()
	}
}

// startBeats counts this replica in, now and every five seconds until Close.
func (s *Store) startBeats() {
	if s.share == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulse = time.AfterFunc(0, s.background(func() {
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Timeout)
		defer cancel()
		reply, err := s.beat.run(ctx, s.cfg.Client, []string{s.prefix + "replicas"}, []any{s.self})
		if n, ok := reply.(int64); err == nil && ok && n > 0 && n <= maxReplicas {
			s.share.counted.Store(n)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.ended.Load() {
			s.pulse.Reset(beatEvery)
		}
	}))
}
