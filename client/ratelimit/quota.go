package ratelimit

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// MaxPerMinute is the largest limit and burst: ten thousand times what Azure grants.
const MaxPerMinute = 1_000_000_000_000

// A Limit is a figure per minute. The zero Limit is the default of its [Kind], never "no
// limit": a bucket without a limit is a charge that is not made.
//
// It is a type of its own so that "not set" and "zero" cannot be confused. Limits are
// comparable.
type Limit struct {
	given     bool
	perMinute int64
	burst     int64   // 0: derived from perMinute; negative: faulty
	bySecond  bool    // judged in slots of a second
	scale     float64 // 0: 1
}

// PerMinute is a limit of n per minute. PerMinute(0) denies everything; a negative n is
// found by [Quota.Validate] and denies everything too.
func PerMinute(n int64) Limit { return Limit{given: true, perMinute: n} }

// WithBurst returns the limit with a bucket that holds n, in place of a tenth of a minute.
// A burst of a whole minute lets an idle caller use everything at once; the price is that
// 60 seconds may pass up to twice the limit. An n below 1 is found by [Quota.Validate].
func (l Limit) WithBurst(n int64) Limit {
	if n < 1 {
		n = -1
	}
	l.burst = n
	return l
}

// BySecond returns the limit as it is judged second by second: a bucket that holds a tenth
// of a second's share, so that neither a second nor ten nor a minute pass more than theirs.
// It is for the requests of deployments whose model is that strict, and wants a [Queue],
// which spreads what comes at once. [Limit.WithBurst] overrides it.
func (l Limit) BySecond() Limit {
	l.bySecond = true
	return l
}

// String is "default", or the figure, with "+" and the burst if one was set.
func (l Limit) String() string {
	text := "default"
	if l.given {
		text = strconv.FormatInt(l.perMinute, 10)
	}
	if l.burst != 0 {
		text += "+" + strconv.FormatInt(l.burst, 10)
	}
	return text
}

// A Quota is what a bucket grants. The zero Quota is the default of the bucket's kind, see
// [Kind.Default].
type Quota struct {
	RequestsPerMinute Limit
	TokensPerMinute   Limit
}

// Default is the quota that holds where none is configured. For a deployment it is what
// Azure gives a Standard deployment of 240,000 tokens per minute, 6 requests per 1,000
// tokens (Microsoft Learn, Azure OpenAI quota, 2026-05-06); the others let one busy person,
// and a hundred or so of them together, work without noticing.
//
// Each has a burst of its whole minute: Take refuses where it could make a caller wait, so
// a smaller one would stop a program that sends its first ten calls in a row.
func (k Kind) Default() Quota {
	switch k {
	case User:
		return whole(60, 200_000)
	case App, Tenant:
		return whole(1_440, 2_000_000)
	case Deployment:
		return whole(1_440, 240_000)
	default:
		return Quota{PerMinute(0), PerMinute(0)}
	}
}

// whole is a quota whose buckets hold a minute.
func whole(requests, tokens int64) Quota {
	return Quota{PerMinute(requests).WithBurst(requests), PerMinute(tokens).WithBurst(tokens)}
}

// Validate reports every fault of q: errors.Is(err, [ErrConfig]).
func (q Quota) Validate() error {
	return errors.Join(q.RequestsPerMinute.validate("RequestsPerMinute"), q.TokensPerMinute.validate("TokensPerMinute"))
}

func (l Limit) validate(field string) error {
	switch {
	case l.given && l.perMinute < 0:
		return fmt.Errorf("%w: %s is negative", ErrConfig, field)
	case l.burst < 0:
		return fmt.Errorf("%w: the burst of %s is below 1", ErrConfig, field)
	case l.perMinute > MaxPerMinute || l.burst > MaxPerMinute:
		return fmt.Errorf("%w: %s is above %d", ErrConfig, field, int64(MaxPerMinute))
	}
	return nil
}

// The service judges the requests of a deployment in parts of a minute: of ten seconds, or
// for some models of one (Microsoft Learn, Azure OpenAI quota, 2026-05-06).
const (
	slots       = 6
	secondSlots = 60
)

// A meter is a limit made ready for arithmetic.
type meter struct {
	most int64   // what a single charge may be
	cap  float64 // what the bucket holds
	rate float64 // what it regains per nanosecond
}

// perNanosecond turns a figure per minute into one per nanosecond.
const perNanosecond = 1 / float64(time.Minute)

// meters sets m to the meters of a bucket of the kind, and reports whether q is sound.
func (q *Quota) meters(kind Kind, m *[units]meter) bool {
	requests, tokens := &q.RequestsPerMinute, &q.TokensPerMinute
	if !requests.given || !tokens.given {
		standard := kind.Default()
		resolved := Quota{requests.or(standard.RequestsPerMinute), tokens.or(standard.TokensPerMinute)}
		requests, tokens = &resolved.RequestsPerMinute, &resolved.TokensPerMinute
	}
	requestSlots := int64(1)
	if kind == Deployment {
		requestSlots = slots
	}
	return requests.meter(requestSlots, &m[Requests]) && tokens.meter(1, &m[Tokens])
}

// or returns l with what is not given taken from standard.
func (l *Limit) or(standard Limit) Limit {
	if l.given {
		return *l
	}
	standard.scale = l.scale
	if l.burst != 0 {
		standard.burst = l.burst
	}
	return standard
}

// meter applies the rules that the package comment draws. A limit that is judged in slots
// of a minute lets only such a part of it come at once.
func (l *Limit) meter(slots int64, m *meter) bool {
	perMinute := l.perMinute
	if perMinute < 0 || perMinute > MaxPerMinute || l.burst < 0 || l.burst > MaxPerMinute {
		return false
	}
	if l.bySecond {
		slots = secondSlots
	}
	m.most, m.rate = perMinute, float64(perMinute)*perNanosecond
	switch {
	case l.burst > 0:
		m.cap = float64(l.burst)
		if perMinute > 0 {
			m.most = max(perMinute, l.burst)
		}
	case perMinute > 10*slots:
		m.cap = float64(perMinute) / float64(10*slots)
		m.rate *= 0.9
	case slots > 1 && perMinute > slots:
		m.cap, m.rate = 1, float64(perMinute/slots*slots)*perNanosecond // whole ones per slot
	default:
		m.cap = 1
	}
	if l.scale != 0 {
		m.rate *= l.scale
		m.cap = max(min(m.cap, 1), m.cap*l.scale)
	}
	return true
}

// scaled returns l at a part of its rate and burst. What a single charge may be stays.
func (l Limit) scaled(by float64) Limit {
	if l.scale != 0 {
		by *= l.scale
	}
	l.scale = by
	return l
}
