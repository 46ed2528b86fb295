package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultWait    = 5 * time.Second
	defaultBatch   = 10 * time.Minute
	maxWait        = time.Hour
	defaultWaiting = 1_000
	maxWaiting     = 100_000
	maxWeight      = 1_000
)

// A QueueConfig bounds a [Queue]. Its zero value is a good one.
type QueueConfig struct {
	// MaxWait is the longest wait of interactive and normal calls. Zero is 5 seconds.
	MaxWait time.Duration
	// MaxBatchWait is that of batch calls. Zero is 10 minutes.
	MaxBatchWait time.Duration
	// MaxWaiting is how many calls may wait for one deployment, or for one tenant's own
	// quota. Zero is 1,000.
	MaxWaiting int
	// Weights are the shares of tenants, between 1 and 1,000, when several wait. One that
	// is not named has 1.
	Weights map[Key]int
}

// Validate reports every fault of c: errors.Is(err, [ErrConfig]).
func (c QueueConfig) Validate() error {
	var faults []error
	for _, field := range []struct {
		name  string
		value time.Duration
	}{{"MaxWait", c.MaxWait}, {"MaxBatchWait", c.MaxBatchWait}} {
		if field.value < 0 || field.value > maxWait {
			faults = append(faults, fmt.Errorf("%w: %s is not between 0 and %v", ErrConfig, field.name, maxWait))
		}
	}
	if c.MaxWaiting < 0 || c.MaxWaiting > maxWaiting {
		faults = append(faults, fmt.Errorf("%w: MaxWaiting is not between 0 and %d", ErrConfig, maxWaiting))
	}
	for _, weight := range c.Weights {
		if weight < 1 || weight > maxWeight {
			faults = append(faults, fmt.Errorf("%w: a weight is not between 1 and %d", ErrConfig, maxWeight))
			break
		}
	}
	return errors.Join(faults...)
}

// A Queue is a [Store] whose Take waits. A call that is refused for the moment stands in
// the line of the widest bucket that it charges, until its turn comes, its context is done,
// or its longest wait is over:
//
//	Take ──► nobody waits: ask the store ──granted──► lease
//	  │                     │ refused
//	  │     the wait ends after MaxWait, or after the deadline of ctx ──► refusal, at once
//	  └──► line ──► lanes 16:4:1 ──► tenants by weight ──► first come, first served
//	                    the head alone asks the store, when its quota is there
//
// Who comes later and costs less does not overtake within its tenant and lane; a call whose
// own narrower bucket is empty, such as a user of a tenant that has quota, stands aside and
// holds up nobody. A lease that ends early wakes the head.
//
// A refusal is an [ExceededError] with the wait that was foreseen, on which nothing was
// charged. If the line is full, a newcomer takes the place of the last one of a less urgent
// lane, and is refused if there is none, with [ErrQueueFull].
//
// A Queue starts no goroutine, needs no closing, and is safe for concurrent use. The zero
// Queue refuses everything; use [NewQueue].
type Queue struct {
	store   Store
	cfg     QueueConfig
	waiting atomic.Int64 // how many wait in all lines
	mu      sync.Mutex
	lines   map[Key]*line
}

var _ Store = (*Queue)(nil)

// NewQueue returns a queue before a store. The error, if any, is that of
// [QueueConfig.Validate], or that there is no store.
func NewQueue(store Store, cfg QueueConfig) (*Queue, error) {
	err := cfg.Validate()
	if store == nil {
		err = errors.Join(err, fmt.Errorf("%w: no store", ErrConfig))
	}
	if err != nil {
		return nil, err
	}
	if cfg.MaxWait == 0 {
		cfg.MaxWait = defaultWait
	}
	if cfg.MaxBatchWait == 0 {
		cfg.MaxBatchWait = defaultBatch
	}
	if cfg.MaxWaiting == 0 {
		cfg.MaxWaiting = defaultWaiting
	}
	weights := make(map[Key]int, len(cfg.Weights))
	for key, weight := range cfg.Weights {
		weights[key] = weight
	}
	cfg.Weights = weights
	return &Queue{store: store, cfg: cfg, lines: map[Key]*line{}}, nil
}

// Take implements [Store], and waits as the type's comment says. While it waits it keeps
// charges.
func (q *Queue) Take(ctx context.Context, charges []Charge) (Lease, error) {
	if q.store == nil || len(charges) == 0 {
		return nil, ErrCharge
	}
	at := widest(charges)
	var refusal *ExceededError
	if !q.busy(charges[at].Key) {
		lease, err := q.store.Take(ctx, charges)
		if refusal = exceeded(err); refusal == nil {
			return q.hold(lease, charges[at].Key, err)
		}
	}
	w := q.newWaiter(ctx, charges, at)
	if err := q.join(w, refusal); err != nil {
		return nil, err
	}
	defer q.leave(w)
	return q.wait(ctx, w, charges)
}

// wait stands in line until w has its lease or may wait no longer.
func (q *Queue) wait(ctx context.Context, w *waiter, charges []Charge) (Lease, error) {
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	for {
		until, ask, err := q.turn(w)
		if err != nil {
			return nil, err
		}
		if ask {
			lease, err := q.store.Take(ctx, charges)
			if q.answered(w, err) {
				return q.hold(lease, w.key, err)
			}
			continue
		}
		timer.Reset(time.Until(until))
		select {
		case <-ctx.Done():
			return nil, q.late(w, ctx.Err())
		case <-w.wake:
		case <-timer.C:
		}
	}
}

// widest is the position of the charge in whose line the call stands.
func widest(charges []Charge) int {
	at := 0
	for i := range charges {
		if charges[i].Key.kind > charges[at].Key.kind {
			at = i
		}
	}
	return at
}

// exceeded is the refusal that waiting may help against, or nil.
func exceeded(err error) *ExceededError {
	var e *ExceededError
	if errors.As(err, &e) && e.RetryAfter > 0 {
		return e
	}
	return nil
}

// busy reports whether somebody waits in the line of key.
func (q *Queue) busy(key Key) bool {
	if q.waiting.Load() == 0 {
		return false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lines[key] != nil
}

// Waiting is how many calls wait in all lines, for gauges.
func (q *Queue) Waiting() int { return int(q.waiting.Load()) }

// A held is a lease whose end tells the line.
type held struct {
	Lease
	queue *Queue
	key   Key
}

func (q *Queue) hold(lease Lease, key Key, err error) (Lease, error) {
	if err != nil {
		return nil, err
	}
	return &held{lease, q, key}, nil
}

// Settle implements [Lease].
func (h *held) Settle(tokens int64) {
	h.Lease.Settle(tokens)
	if tokens >= 0 {
		h.queue.freed(h.key)
	}
}

// Cancel implements [Lease].
func (h *held) Cancel() {
	h.Lease.Cancel()
	h.queue.freed(h.key)
}

// Unwrap is the lease of the store, which may have more to it.
func (h *held) Unwrap() Lease { return h.Lease }
