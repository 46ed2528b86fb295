package watch

import (
	"time"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// window is the length of time whose calls and tokens are compared.
const window = time.Minute

// warm is after how many active windows a caller's average is its own, and share is how
// much of the difference an average moves with each.
const (
	warm  = 5
	share = 1.0 / 16
)

// A caller is what is kept of one.
type caller struct {
	window        int64 // since 1970
	active        int   // windows before this one with a call, up to warm
	calls, tokens level
	refused       run
	offDay        int64 // the day, since 1970, on which off_hours was raised
}

// A level is how much of something there is in this window, and was before.
type level struct {
	now     int
	average float64
	raised  bool
}

// add counts n and reports whether the limit is passed for the first time in this window.
func (l *level) add(n int, s Spike, cold bool) (limit int, passed bool) {
	l.now += max(n, 0)
	limit = int(min(l.limit(s, cold), 1<<53))
	if l.raised || l.now <= limit {
		return limit, false
	}
	l.raised = true
	return limit, true
}

func (l *level) limit(s Spike, cold bool) float64 {
	if cold {
		return s.Factor * float64(s.Floor)
	}
	return max(float64(s.Floor), s.Factor*l.average)
}

// roll ends the window. What passed the limit counts as the limit.
func (l *level) roll(s Spike, cold, first bool) {
	got := min(float64(l.now), l.limit(s, cold))
	if first {
		l.average = got
	} else {
		l.average += share * (got - l.average)
	}
	l.now, l.raised = 0, false
}

// A run is how many times something went wrong without going well in between.
type run struct{ n, next int }

// add reports whether the run has reached limit, or twice as much as the last time.
func (r *run) add(limit int) (expected int, passed bool) {
	r.n++
	if r.next == 0 {
		r.next = limit
	}
	if r.n < r.next {
		return r.next, false
	}
	expected, r.next = r.next, 2*r.next
	return expected, true
}

// judge returns the anomalies that e shows. Calls are judged by their request.completed;
// the event of a refusal comes besides, and counts no second time.
func (w *Watch) judge(e *event.Event) []anomaly {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case e.Name == event.RequestCompleted:
		return w.judgeCall(e)
	case e.Name == event.AuthFailed && e.CallID.IsZero():
		return w.judgeAuth(nil, true)
	default:
		return nil
	}
}

func (w *Watch) judgeCall(e *event.Event) []anomaly {
	var all []anomaly
	c := w.callerOf(e)
	cold := c.active < warm
	raise := func(r Rule, observed, expected int) { all = append(all, anomaly{r, e.Caller, observed, expected}) }

	if limit, passed := c.calls.add(1, w.cfg.Calls, cold); passed {
		raise(CallSpike, c.calls.now, limit)
	}
	if limit, passed := c.tokens.add(e.Tokens.Input+e.Tokens.Output, w.cfg.Tokens, cold); passed {
		raise(TokenSpike, c.tokens.now, limit)
	}
	switch name := event.NameFor(e.Code); {
	case e.Code == "":
		c.refused = run{}
	case name == event.AuthFailed:
		all = w.judgeAuth(all, true)
	case refusal(e.Code, name):
		if expected, passed := c.refused.add(w.cfg.Refusals); passed {
			raise(Refusals, c.refused.n, expected)
		}
	}
	if e.Code == "" {
		all = w.judgeAuth(all, false)
	}
	if e.Attempts > 0 && w.isNew(e.Deployment) && !w.learns(e.Time) {
		raise(FirstDeployment, 1, 0)
	}
	if day := e.Time.Unix() / 86400; !w.cfg.Hours.always() && !w.cfg.Hours.has(e.Time) && c.offDay != day {
		c.offDay = day
		raise(OffHours, 1, 0)
	}
	return all
}

// refusal reports whether a call with this code was refused for what it is.
func refusal(code event.Code, name event.Name) bool {
	switch code {
	case event.CircuitOpen, event.KillSwitch, event.ScanFailed, event.PolicyFailed, event.ConfigInvalid:
		return false
	default:
		return name == event.PolicyDecision || name == event.EgressStopped
	}
}

// judgeAuth counts a failed authentication, or ends the run of them.
func (w *Watch) judgeAuth(all []anomaly, failed bool) []anomaly {
	if !failed {
		w.auth = run{}
		return all
	}
	if expected, passed := w.auth.add(w.cfg.AuthFailures); passed {
		all = append(all, anomaly{rule: AuthFailures, observed: w.auth.n, expected: expected})
	}
	return all
}

// callerOf finds the caller of e, in the window of e. A time before that window, which
// calls that end at the same time can bring about, counts as of that window.
func (w *Watch) callerOf(e *event.Event) *caller {
	now := e.Time.UnixNano() / int64(window)
	c, ok := w.callers.Get(e.Caller)
	if !ok {
		c = &caller{window: now, offDay: -1}
		w.callers.Add(e.Caller, c)
		return c
	}
	if now > c.window {
		cold, first := c.active < warm, c.active == 0
		c.calls.roll(w.cfg.Calls, cold, first)
		c.tokens.roll(w.cfg.Tokens, cold, first)
		c.window, c.active = now, min(c.active+1, warm)
	}
	return c
}

// learning is for how long a Watch that was told no deployments takes each for known.
const learning = time.Hour

// learns reports whether the deployments in use are still being learned.
func (w *Watch) learns(at time.Time) bool {
	if w.first.IsZero() {
		w.first = at
	}
	return len(w.known) == 0 && at.Sub(w.first) < learning
}

// isNew reports whether a deployment is used for the first time.
func (w *Watch) isNew(deployment event.Token) bool {
	if deployment.IsZero() || w.known[deployment] {
		return false
	}
	if _, ok := w.deployments.Get(deployment); ok {
		return false
	}
	w.deployments.Add(deployment, struct{}{})
	return true
}
