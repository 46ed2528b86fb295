package ratelimit

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	maxViews     = 4096
	longestShut  = 10 * time.Minute // a longer pause is probed after that
	leastJitter  = time.Second
	jitterShare  = 10               // one part in so many of the pause
	lowered      = 15 * time.Minute // how long a lowered limit is believed without another word
	leastLimit   = 0.1              // of ours: a limit said to be lower is not believed
	backOff      = 0.7              // of the rate, after a refusal without a time
	recovery     = 0.4              // of the cubic curve that leads back (AWS SDK, adaptive retries)
	slowestRate  = 0.5              // requests per second
	scaleSteps   = 1000             // rates change in steps, so that there are few of them
	minuteInSecs = 60
)

// A Service is a [Store] that keeps deployments to what the service says about them, beside
// what is configured. Its lease takes a [Feedback], see [Learn]. For each deployment:
//
//	429 with a time       its gate shuts, for all callers of the store at once, for that time
//	                      and up to a second, or a tenth of it, more by chance; never less,
//	                      and ten minutes at most; one call tries first
//	429 without           seven tenths of the rate, and back on a cubic curve in seconds
//	limit-* below ours    that limit, until another word or for 15 minutes; not under a tenth
//	remaining-*           lowers the level to it, less what was charged since that call; an
//	                      older answer than the last one says nothing; never raises it
//
// Deployments share nothing with callers: what is learnt here changes no quota of ours.
//
// A Service needs no closing and is safe for concurrent use. It remembers 4,096 deployments,
// for each process by itself; gate and level are in the store, which replicas may share. The
// zero Service refuses everything; use [NewService].
type Service struct {
	store   Store
	learner Learner
	mu      sync.Mutex
	views   *simplelru.LRU[Key, *view]
}

var _ Store = (*Service)(nil)

// NewService returns a service before a store that is a [Learner]; otherwise the error is
// ErrConfig.
func NewService(store Store) (*Service, error) {
	learner, ok := store.(Learner)
	if !ok {
		return nil, fmt.Errorf("%w: the store is no Learner", ErrConfig)
	}
	views, err := simplelru.NewLRU[Key, *view](maxViews, nil)
	if err != nil {
		return nil, errors.Join(ErrConfig, err)
	}
	return &Service{store: store, learner: learner, views: views}, nil
}

// Take implements [Store].
func (s *Service) Take(ctx context.Context, charges []Charge) (Lease, error) {
	if s.store == nil {
		return nil, ErrCharge
	}
	at := -1
	for i := range charges {
		if charges[i].Key.kind == Deployment {
			at = i
		}
	}
	if at < 0 {
		return s.store.Take(ctx, charges)
	}
	charge := charges[at]
	if requests, tokens := s.scales(charge.Key); requests != 1 || tokens != 1 {
		charges = append([]Charge(nil), charges...)
		charges[at].Quota = charge.Quota.scaled(requests, tokens)
	}
	lease, err := s.store.Take(ctx, charges)
	if err != nil {
		return nil, err
	}
	return s.visit(lease, charge), nil
}

// A view is what is known of one deployment.
type view struct {
	calls  uint64         // granted so far
	sum    [units]int64   // charged so far, by this process
	newest uint64         // the latest call whose answer was learnt from
	limits [units]limited // what the service said its limits are
	full   float64        // requests per second as configured
	cut    float64        // those when the service refused without a time
	cutAt  time.Time      // when that was; zero: not, or it is over
}

// limited is a limit that the service lowered.
type limited struct {
	to    float64 // of ours
	until time.Time
}

// scale is the part of the configured rate that the view allows now.
func (v *view) scale(u Unit, now time.Time) float64 {
	scale := 1.0
	if l := v.limits[u]; now.Before(l.until) {
		scale = l.to
	}
	if !v.cutAt.IsZero() {
		if rate := v.rate(now); rate < v.full {
			scale = min(scale, rate/v.full)
		} else {
			v.cutAt = time.Time{}
		}
	}
	return max(math.Floor(scale*scaleSteps+1e-6), 1) / scaleSteps
}

// rate is what is sent per second after a cut: the curve of CUBIC (RFC 9438) in seconds.
func (v *view) rate(now time.Time) float64 {
	k := math.Cbrt((1 - backOff) * v.cut / recovery)
	t := now.Sub(v.cutAt).Seconds() - k
	return max(recovery*t*t*t+v.cut, min(slowestRate, v.cut))
}

// scales returns the parts of the rates that a deployment may use.
func (s *Service) scales(key Key) (requests, tokens float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.views.Get(key)
	if !ok {
		return 1, 1
	}
	now := time.Now()
	return v.scale(Requests, now), v.scale(Tokens, now)
}

// A visit is the lease of a call to a deployment.
type visit struct {
	Lease
	service *Service
	charge  Charge
	call    uint64
	sum     [units]int64 // of its view, just after this call
}

func (s *Service) visit(lease Lease, c Charge) *visit {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.view(c.Key)
	v.calls++
	v.sum[Requests] += c.Requests
	v.sum[Tokens] += c.Tokens
	return &visit{Lease: lease, service: s, charge: c, call: v.calls, sum: v.sum}
}

func (s *Service) view(key Key) *view {
	v, ok := s.views.Get(key)
	if !ok {
		v = &view{}
		s.views.Add(key, v)
	}
	return v
}

// Unwrap is the lease of the store.
func (v *visit) Unwrap() Lease { return v.Lease }

// Learn gives a feedback to the lease of the call that it answers. A lease that does not
// come from a [Service], through whatever else wraps it, learns nothing.
func Learn(lease Lease, f Feedback) {
	for lease != nil {
		switch l := lease.(type) {
		case *visit:
			l.learn(f)
			return
		case interface{ Unwrap() Lease }:
			lease = l.Unwrap()
		default:
			return
		}
	}
}

func (v *visit) learn(f Feedback) {
	news := v.service.note(v, f)
	if news != (News{}) {
		c := v.charge // what is left is left of the limits that hold now
		c.Quota = c.Quota.scaled(v.service.scales(c.Key))
		v.service.learner.Learn(c, news)
	}
}

// note updates the view and returns what the store has to know.
func (s *Service) note(v *visit, f Feedback) (news News) {
	s.mu.Lock()
	defer s.mu.Unlock()
	view, now := s.view(v.charge.Key), time.Now()
	if v.call > view.newest || view.calls < v.call {
		view.newest = v.call
		news.Requests = left(f.RemainingRequests, view.sum[Requests]-v.sum[Requests], f.Cause)
		news.Tokens = left(f.RemainingTokens, view.sum[Tokens]-v.sum[Tokens], f.Cause)
		var meters [units]meter
		if v.charge.Quota.meters(Deployment, &meters) {
			view.limits[Requests].hear(f.LimitRequests, meters[Requests].most, now)
			view.limits[Tokens].hear(f.LimitTokens, meters[Tokens].most, now)
		}
	}
	switch {
	case f.Cause == NotRefused:
	case f.Timed:
		t := min(f.RetryAfter, longestShut)
		news.Shut = t + jitter(max(leastJitter, t/jitterShare))
	default:
		view.slowDown(&v.charge.Quota, now)
	}
	return news
}

// hear takes in what the service says its limit is.
func (l *limited) hear(limit, ours int64, now time.Time) {
	switch {
	case limit <= 0 || ours <= 0:
	case limit >= ours:
		*l = limited{}
	default:
		*l = limited{max(float64(limit)/float64(ours), leastLimit), now.Add(lowered)}
	}
}

// left is what remains by the service's count of a call's own moment. Zero is believed only
// of a refusal.
func left(remaining, since int64, cause Cause) Left {
	if remaining < 0 || remaining == 0 && cause == NotRefused {
		return Left{}
	}
	return AtMost(max(remaining-since, 0))
}

// slowDown cuts the rate after a refusal without a time.
func (v *view) slowDown(q *Quota, now time.Time) {
	var meters [units]meter
	if !q.meters(Deployment, &meters) {
		return
	}
	v.full = float64(meters[Requests].most) / minuteInSecs
	rate := v.full
	if !v.cutAt.IsZero() {
		rate = min(rate, v.rate(now))
	}
	v.cut, v.cutAt = rate, now
}

// jitter is a random part of d, so that replicas do not come back at the same instant.
func jitter(d time.Duration) time.Duration {
	var text [8]byte
	_, _ = rand.Read(text[:]) // never fails
	return time.Duration(float64(d) * (float64(binary.NativeEndian.Uint64(text[:])>>11) / (1 << 53)))
}
