package ratelimit

import (
	"maps"
	"slices"
	"time"
)

// A line holds those who wait for one bucket, and finds who is next by virtual time: each
// lane, and within it each flow, has a clock that runs slower the larger its weight is and
// advances by what it is served; the one that is furthest behind is next (start-time fair
// queueing, Goyal, Vin and Cheng 1996). Who was idle starts at the clock of those who were
// not, so that shares are used by others and never saved.
type line struct {
	waiters []*waiter // by arrival
	asking  *waiter   // who asks the store right now
	orders  uint64
	clock   float64 // of the lanes: where the last one that was served stood
	lanes   [lanes]lane
}

// A lane holds the clocks of one lane.
type lane struct {
	waiting int
	clock   float64         // of its flows
	served  float64         // of the lane itself
	flows   map[Key]float64 // where the next of each flow will stand
}

// enter puts w at the end of its flow, which has a weight.
func (l *line) enter(w *waiter, weight float64) {
	in := &l.lanes[w.lane]
	if in.waiting == 0 {
		in.served = max(in.served, l.clock)
	}
	in.waiting++
	if in.flows == nil {
		in.flows = map[Key]float64{}
	}
	w.share = w.cost / weight
	w.tag = max(in.flows[w.flow], in.clock)
	in.flows[w.flow] = w.tag + w.share
	l.orders++
	w.order = l.orders
	l.waiters = append(l.waiters, w)
}

// serve advances the clocks by w, which has its lease.
func (l *line) serve(w *waiter) {
	in := &l.lanes[w.lane]
	l.clock = max(l.clock, in.served)
	in.served += w.cost / laneWeights[w.lane]
	in.clock = max(in.clock, w.tag)
	if len(in.flows) > 2*in.waiting+manyFlows {
		maps.DeleteFunc(in.flows, func(_ Key, at float64) bool { return at <= in.clock })
	}
}

// manyFlows is how many flows without a waiter may be remembered before they are looked
// through.
const manyFlows = 64

// withdraw moves the flow of w, which leaves without a lease, up by its place.
func (l *line) withdraw(w *waiter) {
	for _, other := range l.waiters {
		if other.lane == w.lane && other.flow == w.flow && other.order > w.order {
			other.tag = max(other.tag-w.share, l.lanes[w.lane].clock)
		}
	}
	flows := l.lanes[w.lane].flows
	flows[w.flow] = max(flows[w.flow]-w.share, l.lanes[w.lane].clock)
}

// remove takes w out, and forgets flows that have no claim any more.
func (l *line) remove(w *waiter) {
	if i := slices.Index(l.waiters, w); i >= 0 {
		l.waiters = slices.Delete(l.waiters, i, i+1)
	}
	in := &l.lanes[w.lane]
	in.waiting--
	if in.flows[w.flow] <= in.clock {
		delete(in.flows, w.flow)
	}
}

// next is whose turn it is: the first in order of those whose narrower buckets do not
// stand in the way, else the one for whom they do so for the shortest time. It is nil only
// for an empty line.
func (l *line) next(now time.Time) *waiter {
	var firsts [lanes]*waiter
	var soonest *waiter
	for _, w := range l.waiters {
		switch first := &firsts[w.lane]; {
		case w.aside.After(now):
			if soonest == nil || w.aside.Before(soonest.aside) {
				soonest = w
			}
		case *first == nil || w.before(*first):
			*first = w
		}
	}
	var next *waiter
	for _, w := range firsts {
		if w != nil && (next == nil || l.finish(w) < l.finish(next)) {
			next = w
		}
	}
	if next == nil {
		return soonest
	}
	return next
}

// before reports whether w is served before another one of its lane.
func (w *waiter) before(other *waiter) bool {
	if w.tag != other.tag {
		return w.tag < other.tag
	}
	return w.order < other.order
}

// finish is where the lane of w would stand if w were served next: the more urgent one
// comes first even if none was served yet.
func (l *line) finish(w *waiter) float64 {
	return l.lanes[w.lane].served + w.cost/laneWeights[w.lane]
}

// foresee is about how long w will wait: what its own refusal says, or until the head can
// go and those between them and w itself have been regained.
func (l *line) foresee(w *waiter, now time.Time) time.Duration {
	head := l.next(now)
	own := later(w.ready, w.aside).Sub(now)
	if head == nil || head == w {
		return max(own, 0)
	}
	ahead, others := w.cost, [lanes]float64{}
	for _, other := range l.waiters {
		switch {
		case other == w || other == head || other.aside.After(now):
		case other.lane != w.lane:
			others[other.lane] += other.cost
		case other.before(w):
			ahead += other.cost
		}
	}
	mine := l.lanes[w.lane].served + ahead/laneWeights[w.lane]
	for i, cost := range others {
		ahead += min(cost, max(0, mine-l.lanes[i].served)*laneWeights[i])
	}
	return max(own, head.ready.Sub(now), 0) + time.Duration(min(ahead, float64(maxWait)))
}

// leastUrgent is the last one of the least urgent lane, who gives way in a full line. Nil
// is that the only one left is asking already.
func (l *line) leastUrgent() *waiter {
	var loser *waiter
	for _, w := range l.waiters {
		if w != l.asking && (loser == nil || urgency[w.lane] <= urgency[loser.lane]) {
			loser = w
		}
	}
	return loser
}

// forget drops what was known of when the store will grant.
func (l *line) forget() {
	for _, w := range l.waiters {
		w.ready, w.aside = time.Time{}, time.Time{}
	}
}

// poke wakes whose turn it is.
func (l *line) poke(now time.Time) {
	if next := l.next(now); next != nil && l.asking == nil {
		next.poke()
	}
}
