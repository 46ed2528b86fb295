package redisstore

import (
	"sync"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
)

const (
	maxRefusals = 4096
	stale       = time.Second // until another replica may have given something back
)

// refusals remembers what the server said no to, so that a storm of callers who ask again
// too early does not reach it.
type refusals struct {
	mu    sync.Mutex
	known map[ratelimit.Key]refusal
}

// A refusal is that a charge of at least n is refused until an instant. It is believed for a
// second, or until something is given back by this replica.
type refusal struct {
	e               ratelimit.ExceededError
	n               int64
	until, believed time.Time
}

// find returns the longest wait that is known for charges, or nil.
func (r *refusals) find(charges []ratelimit.Charge) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.known) == 0 {
		return nil
	}
	now := time.Now()
	var worst *ratelimit.ExceededError
	for i := range charges {
		known, ok := r.known[charges[i].Key]
		if !ok || known.n > 0 && amount(&charges[i], known.e.Unit) < known.n {
			continue
		}
		if !now.Before(known.believed) {
			delete(r.known, charges[i].Key)
			continue
		}
		if left := known.until.Sub(now); worst == nil || left > worst.RetryAfter {
			e := known.e
			e.Charge, e.RetryAfter = i, left
			worst = &e
		}
	}
	if worst == nil {
		return nil
	}
	return worst
}

// note remembers a refusal of c. A shut gate refuses every amount.
func (r *refusals) note(c *ratelimit.Charge, e *ratelimit.ExceededError) {
	n := amount(c, e.Unit)
	if e.Shut {
		n = 0
	}
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known == nil || len(r.known) >= maxRefusals {
		r.known = map[ratelimit.Key]refusal{}
	}
	r.known[c.Key] = refusal{*e, n, now.Add(e.RetryAfter), now.Add(min(e.RetryAfter, stale))}
}

// forget drops what is known of a bucket: something was given back.
func (r *refusals) forget(key ratelimit.Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.known, key)
}

func amount(c *ratelimit.Charge, u ratelimit.Unit) int64 {
	if u == ratelimit.Tokens {
		return c.Tokens
	}
	return c.Requests
}
