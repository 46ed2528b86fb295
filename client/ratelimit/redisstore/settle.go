package redisstore

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
)

const (
	collect    = 20 * time.Millisecond // how long settlements are gathered
	perScript  = 64                    // buckets
	maxPending = 1 << 16               // buckets; beyond, what is given back is dropped
)

// A lease is the Lease of a [Store].
type lease struct {
	store   *Store
	ended   atomic.Bool
	charges []ratelimit.Charge
}

var _ ratelimit.Lease = (*lease)(nil)

// Settle implements [ratelimit.Lease]. It waits for nothing: settlements of 20 ms are sent
// together. One that is lost leaves the estimate charged, unless it was a debit, which is
// sent again.
func (l *lease) Settle(tokens int64) { l.end(tokens, false) }

// Cancel implements [ratelimit.Lease].
func (l *lease) Cancel() { l.end(0, true) }

func (l *lease) end(tokens int64, cancelled bool) {
	if l.ended.Swap(true) {
		return
	}
	for i := range l.charges {
		if requests, more := l.charges[i].Change(tokens, cancelled); requests != 0 || more != 0 {
			l.store.later(l.charges[i], note{requests: requests, tokens: more})
		}
	}
}

// A note is what is to be told to the server about one bucket.
type note struct {
	charge           ratelimit.Charge
	requests, tokens int64
	news             ratelimit.News
}

// pending gathers notes.
type pending struct {
	mu    sync.Mutex
	notes map[ratelimit.Key]note
	timer *time.Timer // nil: nothing will be sent
}

// stop keeps the timer from firing any more.
func (p *pending) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
}

// add merges n with what is gathered for its bucket. What gives something back is dropped
// where there is too much already.
func (p *pending) add(n note) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old, ok := p.notes[n.charge.Key]
	if !ok && len(p.notes) >= maxPending && n.requests <= 0 && n.tokens <= 0 {
		return
	}
	if p.notes == nil {
		p.notes = map[ratelimit.Key]note{}
	}
	n.requests, n.tokens = n.requests+old.requests, n.tokens+old.tokens
	n.news.Shut = max(n.news.Shut, old.news.Shut)
	n.news.Requests, n.news.Tokens = lower(n.news.Requests, old.news.Requests), lower(n.news.Tokens, old.news.Tokens)
	p.notes[n.charge.Key] = n
}

func lower(a, b ratelimit.Left) ratelimit.Left {
	x, okA := a.Get()
	y, okB := b.Get()
	if !okA || okB && y < x {
		return b
	}
	return a
}

// later gathers a note, and sees to it that it is sent.
func (s *Store) later(c ratelimit.Charge, n note) {
	n.charge = c
	s.pending.add(n)
	s.arm()
}

// arm sends what is gathered in a moment, unless that is under way.
func (s *Store) arm() {
	s.pending.mu.Lock()
	defer s.pending.mu.Unlock()
	if s.pending.timer == nil && len(s.pending.notes) > 0 && !s.ended.Load() {
		s.pending.timer = time.AfterFunc(collect, s.background(func() { _ = s.flush() }))
	}
}

// background wraps f so that Close waits for it, and it does not start any more after that.
func (s *Store) background(f func()) func() {
	return func() {
		s.mu.Lock()
		if s.ended.Load() {
			s.mu.Unlock()
			return
		}
		s.ending.Add(1)
		s.mu.Unlock()
		defer s.ending.Done()
		f()
	}
}

// Learn implements [ratelimit.Learner]. A gate that the service shuts is known to this
// replica at once, and to the others with the next flush.
func (s *Store) Learn(c ratelimit.Charge, news ratelimit.News) {
	if s.cfg.Client == nil || c.Key.Kind() == ratelimit.Nobody {
		return
	}
	if news.Shut > 0 {
		s.refused.note(&c, &ratelimit.ExceededError{Scope: c.Key.Kind(), RetryAfter: news.Shut, Shut: true})
	}
	if s.share != nil {
		s.share.learn(c, news)
	}
	s.later(c, note{news: news})
}

// flush sends what was gathered.
func (s *Store) flush() error {
	s.pending.mu.Lock()
	notes := s.pending.notes
	s.pending.notes, s.pending.timer = nil, nil
	s.pending.mu.Unlock()
	batch := make([]note, 0, perScript)
	var failure error
	for _, n := range notes {
		if batch = append(batch, n); len(batch) == perScript {
			failure = s.sendOrKeep(batch, failure)
			batch = batch[:0]
		}
	}
	return s.sendOrKeep(batch, failure)
}

// sendOrKeep sends a batch. Where that fails, whether it arrived is not known: what gives
// back is forgotten, as is news, which ages, and debits are kept for the next time, which can
// only be too strict.
func (s *Store) sendOrKeep(batch []note, failure error) error {
	if failure == nil && !s.health.down() {
		if failure = s.send(batch); failure == nil {
			return nil
		}
	}
	for _, n := range batch {
		if n.requests, n.tokens, n.news = max(n.requests, 0), max(n.tokens, 0), (ratelimit.News{}); n.requests|n.tokens != 0 {
			s.pending.add(n) // sent with the next settlement, or when the server is back
		}
	}
	return failure
}

// send tells notes to the server.
func (s *Store) send(batch []note) error {
	if len(batch) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.Timeout)
	defer cancel()
	keys := make([]string, 0, len(batch))
	args := make([]any, 0, 9*len(batch))
	for _, n := range batch {
		c := n.charge
		c.Requests, c.Tokens = 1, 0
		meters, err := ratelimit.Check([]ratelimit.Charge{c})
		if err != nil {
			continue // a quota of nothing has nothing to settle
		}
		r, t := meters[0][0], meters[0][1]
		keys = append(keys, s.name(c.Key))
		args = append(args, n.requests, n.tokens, word(n.news.Requests), word(n.news.Tokens), n.news.Shut.Microseconds(),
			r.Capacity, r.PerSecond/1e6, t.Capacity, t.PerSecond/1e6)
		if n.requests < 0 || n.tokens < 0 {
			defer s.refused.forget(c.Key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	_, err := s.change.run(ctx, s.cfg.Client, keys, args)
	return err
}

// word is how the script is told what is left.
func word(l ratelimit.Left) any {
	if n, ok := l.Get(); ok {
		return n
	}
	return "-"
}
