package watch

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

var (
	// ErrConfig is what every fault of a [Config] is.
	ErrConfig = errors.New("watch: wrong configuration")
	// ErrHalt is that the function Halt failed or panicked. Its own error is not told,
	// for its text may hold anything.
	ErrHalt = errors.New("watch: the calls were not halted")
)

// A Config says what is unusual. The zero Config watches by every rule but off_hours, and
// halts nothing.
type Config struct {
	// Next takes each event, and then the anomalies that it shows. Nil forgets them.
	Next event.Sink
	// Calls and Tokens bound the calls and the tokens of a caller in one minute. A zero
	// Floor means 60 calls and 100000 tokens.
	Calls, Tokens Spike
	// Refusals is how many refused calls of a caller in a row are an anomaly; 0 is 10.
	// AuthFailures is the same for failed authentications, whoever the caller; 0 is 5.
	// Quotas, circuits and the kill switch do not count as refusals: no caller is to blame.
	Refusals, AuthFailures int
	// Deployments are known, so that their first use is none. If there are none, those of
	// the first hour with calls are taken for known.
	Deployments []string
	// Hours are when callers are active; the zero Hours are always.
	Hours Hours
	// Callers bounds how many callers are remembered; 0 is 4096. Past it, the one that was
	// silent longest is forgotten, and begins anew.
	Callers int
	// Halt is called for anomalies of the rules HaltCaller, to stop the caller, and HaltAll,
	// to stop all calls. It runs on the goroutine of the call that showed the anomaly, and
	// must not wait for that call.
	Halt func(context.Context, Stop) error
	// HaltCaller and HaltAll are the rules that halt. A rule in both halts all.
	HaltCaller, HaltAll []Rule
}

// A Stop is what shall be stopped: everything, or the calls of one caller.
type Stop struct {
	Rule   Rule
	All    bool
	Caller event.Caller
}

// A Spike says how much more than a caller's own average is too much.
type Spike struct {
	// Factor is how many times the average; 0 is 4. It is at least 1.
	Factor float64
	// Floor is what is never too much.
	Floor int
}

// maxCallers bounds Config.Callers: each takes about 300 bytes.
const maxCallers = 1 << 20

// A Watch looks at events. Use [New]. It is safe for concurrent use, starts no goroutine,
// and needs no closing.
type Watch struct {
	cfg         Config
	known       map[event.Token]bool
	mu          sync.Mutex // held while an event is judged, and never while another sink or Halt runs
	callers     *simplelru.LRU[event.Caller, *caller]
	deployments *simplelru.LRU[event.Token, struct{}]
	auth        run
	first       time.Time // of a call with a deployment
}

var _ event.Sink = (*Watch)(nil)

// New returns a Watch, or every fault of the configuration at once; each is [ErrConfig].
func New(cfg Config) (*Watch, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	callers, err := simplelru.NewLRU[event.Caller, *caller](cfg.Callers, nil)
	if err != nil {
		return nil, ErrConfig
	}
	deployments, err := simplelru.NewLRU[event.Token, struct{}](maxDeployments, nil)
	if err != nil {
		return nil, ErrConfig
	}
	w := &Watch{cfg: cfg, known: map[event.Token]bool{}, callers: callers, deployments: deployments}
	for _, name := range cfg.Deployments {
		w.known[event.NewToken(name)] = true
	}
	return w, nil
}

// maxDeployments bounds how many unknown deployments are remembered.
const maxDeployments = 1024

// Record gives e to the next sink, looks at it, and records the anomalies that it shows.
// The errors are those of the next sink and [ErrHalt].
func (w *Watch) Record(ctx context.Context, e event.Event) error {
	errs := []error{w.cfg.Next.Record(ctx, e)}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	for _, a := range w.judge(&e) {
		halted, err := w.halt(ctx, &a)
		errs = append(errs, err, w.cfg.Next.Record(ctx, a.event(&e, halted)))
	}
	return errors.Join(errs...)
}

// An anomaly is one thing that is unlike before.
type anomaly struct {
	rule               Rule
	caller             event.Caller
	observed, expected int
}

func (a *anomaly) event(e *event.Event, halted bool) event.Event {
	out := event.Event{
		Time: e.Time, Name: event.AnomalyDetected, Outcome: event.Unknown, Severity: event.Warn,
		CallID: e.CallID, Trace: e.Trace, Caller: a.caller, Host: e.Host, Operation: e.Operation, Deployment: e.Deployment, Config: e.Config,
		Details: []event.Detail{
			event.Named(event.KeyRule, event.NewToken(a.rule.String())),
			event.Word(event.KeyScope, a.rule.scope()),
			event.Number(event.KeyObserved, int64(a.observed)),
			event.Number(event.KeyExpected, int64(a.expected)),
			event.Word(event.KeyHalted, map[bool]string{true: "true", false: "false"}[halted]),
		},
	}
	if halted {
		out.Severity = event.Error
	}
	return out
}

// halt stops what the rule of a shall stop.
func (w *Watch) halt(ctx context.Context, a *anomaly) (halted bool, err error) {
	all := a.rule.in(w.cfg.HaltAll)
	if !all && !a.rule.in(w.cfg.HaltCaller) {
		return false, nil
	}
	defer func() {
		if recover() != nil {
			halted, err = false, ErrHalt
		}
	}()
	if w.cfg.Halt(ctx, Stop{Rule: a.rule, All: all, Caller: a.caller}) != nil {
		return false, ErrHalt
	}
	return true, nil
}
