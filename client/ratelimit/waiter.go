package ratelimit

import (
	"context"
	"errors"
	"math"
	"time"
)

// A waiter is a call that stands in a line. What may change is guarded by the lock of its
// queue.
type waiter struct {
	key      Key // of the line
	at       int // which of the charges that is
	lane     Lane
	flow     Key     // whose turn it takes
	cost     float64 // see regain
	share    float64 // cost by the weight of the flow
	deadline time.Time
	wake     chan struct{}

	order   uint64        // of arrival
	tag     float64       // the turn of its flow within the lane
	ready   time.Time     // the line's bucket refuses it until then
	aside   time.Time     // a narrower bucket refuses it until then
	refusal ExceededError // the last one of the store
	gone    bool          // out of the line
	shed    error         // why it was put out of the line, for a more urgent one
}

// newWaiter makes a waiter for charges, of which the one at is the widest.
func (q *Queue) newWaiter(ctx context.Context, charges []Charge, at int) *waiter {
	place := PlaceOf(ctx)
	w := &waiter{
		key: charges[at].Key, at: at, lane: place.Lane.known(), flow: flowOf(charges, at, place),
		cost: regain(&charges[at]), wake: make(chan struct{}, 1),
		refusal: ExceededError{Scope: charges[at].Key.kind, Unit: Tokens, Charge: at},
	}
	longest := q.cfg.MaxWait
	if w.lane == Batch {
		longest = q.cfg.MaxBatchWait
	}
	w.deadline = time.Now().Add(longest)
	if end, ok := ctx.Deadline(); ok && end.Before(w.deadline) {
		w.deadline = end
	}
	return w
}

// flowOf is between whom a line is fair: tenants before a deployment, and before a bucket
// of ours those whose own buckets are the narrowest.
func flowOf(charges []Charge, at int, place Place) Key {
	if charges[at].Key.kind == Deployment {
		for i := range charges {
			if charges[i].Key.kind == Tenant {
				return charges[i].Key
			}
		}
		return place.Tenant
	}
	narrow := at
	for i := range charges {
		if charges[i].Key.kind < charges[narrow].Key.kind {
			narrow = i
		}
	}
	return charges[narrow].Key
}

// regain is how many nanoseconds the bucket of c takes to regain what c costs: the measure
// by which lines are fair.
func regain(c *Charge) float64 {
	var meters [units]meter
	if !c.Quota.meters(c.Key.kind, &meters) {
		return 0
	}
	longest := 0.0
	for u, n := range [units]int64{c.Requests, c.Tokens} {
		if t := float64(n) / meters[u].rate; n > 0 && !math.IsInf(t, 0) {
			longest = max(longest, t)
		}
	}
	return longest
}

// refused notes the store's answer, and reports whether the wait can still end in time.
func (w *waiter) refused(e *ExceededError, now time.Time) bool {
	w.refusal = *e
	over := now.Add(e.RetryAfter)
	if e.Charge == w.at {
		w.ready = over
	} else {
		w.aside = over
	}
	return !over.After(w.deadline)
}

// poke makes the waiter look at its line again.
func (w *waiter) poke() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// join puts w into its line, or says why it need not wait. A refusal is what the store has
// said already; without one others wait, and the store was not asked.
func (q *Queue) join(w *waiter, refusal *ExceededError) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	if refusal != nil && !w.refused(refusal, now) {
		return refusal
	}
	l := q.lines[w.key]
	if l == nil {
		l = &line{}
		q.lines[w.key] = l
	}
	l.enter(w, float64(max(q.cfg.Weights[w.flow], 1)))
	if wait := l.foresee(w, now); now.Add(wait).After(w.deadline) {
		q.drop(l, w)
		return w.give(wait, false)
	}
	if len(l.waiters) > q.cfg.MaxWaiting {
		if loser := l.leastUrgent(); loser != nil {
			loser.shed = loser.give(l.foresee(loser, now), true)
			q.drop(l, loser)
			loser.poke()
		}
		if w.gone {
			return w.shed
		}
	}
	q.waiting.Add(1)
	l.poke(now)
	return nil
}

// give is the refusal of a waiter that does not wait, or no longer.
func (w *waiter) give(wait time.Duration, full bool) error {
	e := w.refusal
	e.RetryAfter, e.QueueFull = max(wait, 1), full
	return &e
}

// turn says whether w may ask the store now, or until when it need not look again.
func (q *Queue) turn(w *waiter) (until time.Time, ask bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.shed != nil {
		return until, false, w.shed
	}
	l, now := q.lines[w.key], time.Now()
	if !now.Before(w.deadline) {
		return until, false, w.give(l.foresee(w, now), false)
	}
	if until = later(w.ready, w.aside); until.After(now) {
		until = earlier(until, w.deadline)
	} else {
		until = w.deadline
	}
	if l.asking != nil {
		return until, false, nil // who asks pokes the next
	}
	if next := l.next(now); next != w {
		next.poke()
		return until, false, nil
	}
	if later(w.ready, w.aside).After(now) {
		return until, false, nil
	}
	l.asking = w
	return now, true, nil
}

// late is the error of a waiter whose context is done: for a deadline what it waited for,
// which says more.
func (q *Queue) late(w *waiter, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if w.shed != nil {
		return w.shed
	}
	return w.give(q.lines[w.key].foresee(w, time.Now()), false)
}

// answered takes the store's answer and reports whether the wait is over.
func (q *Queue) answered(w *waiter, err error) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[w.key]
	l.asking = nil
	if err == nil {
		l.serve(w)
		q.remove(l, w)
		return true
	}
	e := exceeded(err)
	return e == nil || !w.refused(e, time.Now())
}

// leave ends the wait of w, however it went.
func (q *Queue) leave(w *waiter) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting.Add(-1)
	if w.gone {
		return
	}
	l := q.lines[w.key]
	if l.asking == w {
		l.asking = nil // the store panicked
	}
	q.drop(l, w)
}

// drop takes w, which has no lease, out of its line.
func (q *Queue) drop(l *line, w *waiter) {
	l.withdraw(w)
	q.remove(l, w)
}

// remove takes w out of its line, and the line out of the queue with the last one.
func (q *Queue) remove(l *line, w *waiter) {
	w.gone = true
	l.remove(w)
	if len(l.waiters) == 0 {
		delete(q.lines, w.key)
		return
	}
	l.poke(time.Now())
}

// freed makes the head of a line ask again: something was given back.
func (q *Queue) freed(key Key) {
	if q.waiting.Load() == 0 {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if l := q.lines[key]; l != nil {
		l.forget()
		l.poke(time.Now())
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
