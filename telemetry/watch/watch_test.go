package watch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
	"github.com/sallyport-go/sallyport/telemetry/watch"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A scene is a Watch with what it told and halted.
type scene struct {
	*watch.Watch

	t          testing.TB
	pseudonyms *event.Pseudonymizer
	mu         sync.Mutex
	events     []event.Event
	stops      []watch.Stop
	err        error // of Halt
}

func (s *scene) halt(_ context.Context, stop watch.Stop) error {
	s.stops = append(s.stops, stop)
	return s.err
}

type sinkFunc func(event.Event) error

func (f sinkFunc) Record(_ context.Context, e event.Event) error { return f(e) }

func newScene(t testing.TB, cfg watch.Config) *scene {
	t.Helper()
	s := &scene{t: t}
	cfg.Next = sinkFunc(func(e event.Event) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.events = append(s.events, e)
		return nil
	})
	if len(cfg.HaltAll)+len(cfg.HaltCaller) > 0 && cfg.Halt == nil {
		cfg.Halt = s.halt
	}
	if cfg.Deployments == nil {
		cfg.Deployments = []string{"gpt-4o"}
	}
	var err error
	s.pseudonyms, err = event.NewPseudonymizer([]byte(strings.Repeat("k", 32)))
	testkit.NoError(t, err)
	s.Watch, err = watch.New(cfg)
	testkit.NoError(t, err)
	return s
}

// call ends n calls of a user, each of so many tokens, with a code.
func (s *scene) call(user string, n, tokens int, code event.Code) {
	s.t.Helper()
	for range n {
		testkit.NoError(s.t, s.Record(s.t.Context(), event.Event{
			Name: event.RequestCompleted, CallID: event.NewToken("01JD"), Caller: s.pseudonyms.Caller("contoso", user, ""), Deployment: event.NewToken("gpt-4o"),
			Code: code, Outcome: event.OutcomeOf(code), Attempts: 1, Tokens: event.Tokens{Input: tokens, Known: true},
		}))
	}
}

// anomalies are what was raised since the last look, and forgets it.
func (s *scene) anomalies() string {
	var all []string
	for _, e := range s.events {
		if e.Name != event.AnomalyDetected {
			continue
		}
		var words []string
		e.Describe(func(d event.Detail) {
			if d.Word().IsZero() {
				words = append(words, fmt.Sprint(d.Number()))
			} else {
				words = append(words, d.Word().String())
			}
		})
		all = append(all, e.Severity.String()+" "+strings.Join(words, " "))
	}
	s.events = nil
	return strings.Join(all, "; ")
}

// TestSpikes checks the average of a caller over virtual hours.
func TestSpikes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, watch.Config{Calls: watch.Spike{Floor: 10}, Tokens: watch.Spike{Floor: 1000}})
		minute := func(calls, tokens int) { s.call("max", calls, tokens, ""); time.Sleep(time.Minute) }

		minute(40, 100) // a new caller may do 4 times the floor
		testkit.Equal(t, s.anomalies(), "")
		minute(41, 0)
		testkit.Equal(t, s.anomalies(), "WARN call_spike caller 41 40 false")
		for range 300 {
			minute(20, 10)
		}
		testkit.Equal(t, s.anomalies(), "")
		minute(80, 0)
		testkit.Equal(t, s.anomalies(), "")
		time.Sleep(16 * time.Hour) // a night changes no habit
		minute(20, 10)
		testkit.Equal(t, s.anomalies(), "")
		minute(200, 0)
		testkit.Equal(t, s.anomalies(), "WARN call_spike caller 95 94 false") // once a minute
		minute(20, 500)
		testkit.Equal(t, s.anomalies(), "WARN token_spike caller 1500 1000 false") // 4 times the average is below the floor
		s.call("eva", 30, 0, "")
		testkit.Equal(t, s.anomalies(), "") // another caller has an average of its own
	})
}

// TestSlowAttack checks that an attack does not become the habit at once, and that it does
// in the end: then it is what the caller does.
func TestSlowAttack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, watch.Config{Calls: watch.Spike{Floor: 1}})
		minute := func(calls int) { s.call("max", calls, 0, ""); time.Sleep(time.Minute) }
		for range 100 {
			minute(10)
		}
		raised := 0
		for range 100 {
			minute(100)
			if s.anomalies() != "" {
				raised++
			}
		}
		testkit.True(t, raised >= 4 && raised < 20, fmt.Sprint("the alarm is raised for some minutes, not one and not for ever: ", raised))
	})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{Refusals: 3})
	s.call("max", 2, 0, event.PIIBlocked)
	s.call("eva", 2, 0, event.HostBlocked)
	s.call("max", 1, 0, "")
	s.call("max", 2, 0, event.PIIBlocked)
	for _, code := range []event.Code{event.LocalRateLimited, event.RateLimited, event.KillSwitch, event.CircuitOpen, event.Timeout, event.ScanFailed} {
		s.call("max", 5, 0, code)
	}
	testkit.Equal(t, s.anomalies(), "")
	s.call("max", 1, 0, event.BodyTokens)
	testkit.Equal(t, s.anomalies(), "WARN refusals caller 3 3 false")
	s.call("max", 9, 0, event.PIIBlocked)
	testkit.Equal(t, s.anomalies(), "WARN refusals caller 6 6 false; WARN refusals caller 12 12 false")
}

// TestAuthFailures checks calls and what is tried besides calls; the event that comes with
// a refused call counts no second time.
func TestAuthFailures(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{AuthFailures: 3})
	alone := event.Event{Name: event.AuthFailed, Code: event.CredentialMissing}
	besides := event.Event{Name: event.AuthFailed, Code: event.CredentialMissing, CallID: event.NewToken("01JD")}
	s.call("max", 1, 0, event.CredentialMissing)
	for _, e := range []event.Event{besides, besides, alone} {
		testkit.NoError(t, s.Record(t.Context(), e))
	}
	testkit.Equal(t, s.anomalies(), "")
	s.call("eva", 1, 0, event.CredentialRejected)
	testkit.Equal(t, s.anomalies(), "WARN auth_failures global 3 3 false")
	s.call("eva", 1, 0, "")
	s.call("max", 2, 0, event.CredentialMissing)
	testkit.Equal(t, s.anomalies(), "")
}

func TestFirstDeployment(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{Deployments: []string{"known"}})
	use := func(name string, attempts int) {
		testkit.NoError(t, s.Record(t.Context(), event.Event{Name: event.RequestCompleted, Deployment: event.NewToken(name), Attempts: attempts}))
	}
	use("known", 1)
	use("new", 0) // it never left
	use("", 1)
	testkit.Equal(t, s.anomalies(), "")
	use("new", 1)
	use("new", 1)
	testkit.Equal(t, s.anomalies(), "WARN first_deployment deployment 1 0 false")
}

// TestLearns checks that a Watch that knows no deployments learns them for an hour.
func TestLearns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, watch.Config{Deployments: []string{}})
		use := func(name string) {
			testkit.NoError(t, s.Record(t.Context(), event.Event{Name: event.RequestCompleted, Deployment: event.NewToken(name), Attempts: 1}))
		}
		time.Sleep(5 * time.Hour) // without a call
		use("one")
		time.Sleep(59 * time.Minute)
		use("two")
		time.Sleep(2 * time.Minute)
		use("one")
		testkit.Equal(t, s.anomalies(), "")
		use("three")
		testkit.Equal(t, s.anomalies(), "WARN first_deployment deployment 1 0 false")
	})
}

func TestOffHours(t *testing.T) {
	t.Parallel()
	zurich := time.FixedZone("CET", 3600)
	week := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	day := watch.Hours{From: 7 * time.Hour, To: 19 * time.Hour, Days: week, Location: zurich}
	night := watch.Hours{From: 22 * time.Hour, To: 6 * time.Hour, Days: []time.Weekday{time.Friday}}
	for _, test := range []struct {
		name  string
		hours watch.Hours
		at    string
		off   bool
	}{
		{"always", watch.Hours{}, "2026-11-28T03:00:00Z", false},
		{"in the morning", day, "2026-11-25T06:00:00Z", false},
		{"a second before", day, "2026-11-25T05:59:59Z", true},
		{"at the end", day, "2026-11-25T18:00:00Z", true},
		{"on Saturday", day, "2026-11-28T10:00:00Z", true},
		{"whole days", watch.Hours{Days: week}, "2026-11-28T10:00:00Z", true},
		{"a whole day", watch.Hours{Days: week}, "2026-11-27T23:59:59Z", false},
		{"Friday night", night, "2026-11-27T23:00:00Z", false},
		{"the end of it", night, "2026-11-28T05:59:59Z", false},
		{"after it", night, "2026-11-28T06:00:00Z", true},
		{"Saturday night", night, "2026-11-28T23:00:00Z", true},
		{"Friday before dawn", night, "2026-11-27T03:00:00Z", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, watch.Config{Hours: test.hours})
			at, err := time.Parse(time.RFC3339, test.at)
			testkit.NoError(t, err)
			for range 3 {
				testkit.NoError(t, s.Record(t.Context(), event.Event{Name: event.RequestCompleted, Time: at}))
			}
			want := ""
			if test.off {
				want = "WARN off_hours caller 1 0 false" // once a day
			}
			testkit.Equal(t, s.anomalies(), want)
		})
	}
}

// TestHalt checks who is stopped, and what is told of it.
func TestHalt(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{Refusals: 2, AuthFailures: 2, HaltCaller: []watch.Rule{watch.Refusals}, HaltAll: []watch.Rule{watch.AuthFailures}})
	s.call("max", 2, 0, event.PIIBlocked)
	testkit.Equal(t, s.anomalies(), "ERROR refusals caller 2 2 true")
	s.call("eva", 2, 0, event.CredentialRejected)
	testkit.Equal(t, s.anomalies(), "ERROR auth_failures global 2 2 true")
	testkit.DeepEqual(t, s.stops, []watch.Stop{
		{Rule: watch.Refusals, Caller: s.pseudonyms.Caller("contoso", "max", "")}, {Rule: watch.AuthFailures, All: true}})
}

// TestHaltFails checks that a halt that did not happen is an error, and is not told as one
// that did; and that nothing of the error's text is.
func TestHaltFails(t *testing.T) {
	t.Parallel()
	for name, halt := range map[string]func(context.Context, watch.Stop) error{
		"an error": func(context.Context, watch.Stop) error { return errors.New("canary") },
		"a panic":  func(context.Context, watch.Stop) error { panic("canary") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, watch.Config{Refusals: 1, Halt: halt, HaltAll: []watch.Rule{watch.Refusals}})
			err := s.Record(t.Context(), event.Event{Name: event.RequestCompleted, Code: event.PIIBlocked})
			testkit.ErrorIs(t, err, watch.ErrHalt)
			testkit.True(t, !strings.Contains(err.Error(), "canary"), "the text stays here")
			testkit.Equal(t, s.anomalies(), "WARN refusals caller 1 1 false")
		})
	}
}

// TestPassesOn checks that each event reaches the next sink, unchanged and before the
// anomalies, and that its error comes back.
func TestPassesOn(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{Refusals: 1})
	s.call("max", 1, 0, event.PIIBlocked)
	testkit.NoError(t, s.Record(t.Context(), event.Event{Name: event.ConfigChanged}))
	testkit.Equal(t, len(s.events), 3)
	testkit.Equal(t, s.events[0].Name, event.RequestCompleted)
	testkit.True(t, s.events[0].Time.IsZero(), "the event is as it was")
	testkit.Equal(t, s.events[1].Name, event.AnomalyDetected)
	testkit.Equal(t, s.events[1].CallID, event.NewToken("01JD"))

	errDisk := errors.New("disk")
	w, err := watch.New(watch.Config{Next: sinkFunc(func(event.Event) error { return errDisk })})
	testkit.NoError(t, err)
	testkit.ErrorIs(t, w.Record(t.Context(), event.Event{}), errDisk)
	w, err = watch.New(watch.Config{})
	testkit.NoError(t, err)
	testkit.NoError(t, w.Record(t.Context(), event.Event{Name: event.RequestCompleted}))
}

// TestForgets checks that memory is bounded: the caller that was silent longest is new
// when it comes back.
func TestForgets(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{Callers: 2, Refusals: 2})
	s.call("max", 1, 0, event.PIIBlocked)
	s.call("eva", 1, 0, "")
	s.call("max", 1, 0, event.PIIBlocked)
	testkit.Equal(t, s.anomalies(), "WARN refusals caller 2 2 false")
	s.call("eva", 1, 0, event.PIIBlocked)
	s.call("tom", 1, 0, "")
	s.call("ann", 1, 0, "")
	s.call("eva", 1, 0, event.PIIBlocked)
	testkit.Equal(t, s.anomalies(), "")
}

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	_, err := watch.New(watch.Config{
		Calls: watch.Spike{Factor: .5, Floor: -1}, Refusals: -1, AuthFailures: -1, Callers: 1 << 30,
		Hours: watch.Hours{From: 24 * time.Hour, Days: []time.Weekday{7}}, Deployments: []string{"a b"},
		HaltCaller: []watch.Rule{watch.AuthFailures}, HaltAll: []watch.Rule{99},
	})
	testkit.ErrorIs(t, err, watch.ErrConfig)
	for _, field := range []string{"Calls.Factor", "Calls.Floor", "Refusals", "AuthFailures", "Callers", "Hours:", "Hours.Days", "Deployments", "HaltCaller: auth", "not a rule", "Halt: missing"} {
		testkit.True(t, strings.Contains(err.Error(), field), field+" is named")
	}
}

// TestConcurrent runs under the race detector.
func TestConcurrent(t *testing.T) {
	t.Parallel()
	s := newScene(t, watch.Config{Refusals: 50})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { s.call("max", 100, 10, event.PIIBlocked) })
	}
	wg.Wait()
	testkit.True(t, strings.Contains(s.anomalies(), "refusals"), "the run is seen")
}

func BenchmarkRecord(b *testing.B) {
	w, err := watch.New(watch.Config{})
	testkit.NoError(b, err)
	e := event.Event{Name: event.RequestCompleted, Time: time.Now(), Deployment: event.NewToken("gpt-4o"), Attempts: 1}
	_ = w.Record(b.Context(), e)
	b.ReportAllocs()
	for b.Loop() {
		_ = w.Record(b.Context(), e)
	}
}

// TestBudget pins that a call that is as always costs no memory but the list of errors.
func TestBudget(t *testing.T) { //nolint:paralleltest // counts allocations
	w, err := watch.New(watch.Config{})
	testkit.NoError(t, err)
	e := event.Event{Name: event.RequestCompleted, Time: time.Now(), Attempts: 1}
	testkit.NoError(t, w.Record(t.Context(), e))
	testkit.Allocs(t, 2, func() { _ = w.Record(t.Context(), e) })
}

func Example() {
	pseudonyms, _ := event.NewPseudonymizer(nil)
	w, err := watch.New(watch.Config{
		Next:       event.Sinks(), // in earnest, the audit log
		Refusals:   3,
		HaltCaller: []watch.Rule{watch.Refusals},
		Halt: func(_ context.Context, s watch.Stop) error {
			fmt.Println("halt:", s.Rule, "all:", s.All)
			return nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		_ = w.Record(context.Background(), event.Event{
			Name: event.RequestCompleted, Code: event.PIIBlocked, Outcome: event.Failure, Caller: pseudonyms.Caller("contoso", "max", "letters")})
	}
	// Output: halt: refusals all: false
}
