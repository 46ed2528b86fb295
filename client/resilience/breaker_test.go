package resilience_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// ask sends one call, closes the answer and returns its status, or the code of the error.
func ask(t testing.TB, rt http.RoundTripper) string {
	t.Helper()
	resp, err := send(t.Context(), rt, "chat")
	if err != nil {
		return string(policy.CodeOf(err))
	}
	testkit.NoError(t, resp.Body.Close())
	return fmt.Sprint(resp.StatusCode)
}

// times repeats a reply.
func times(n int, r reply) []reply {
	replies := make([]reply, n)
	for i := range replies {
		replies[i] = r
	}
	return replies
}

func TestBreakerTrips(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		bad  reply
		bads int // of 20 calls
		open bool
	}{
		{"row 93: half of 20 are 500", reply{status: 500}, 10, true},
		{"503", reply{status: 503}, 10, true},
		{"408", reply{status: 408}, 10, true},
		{"nine of 20", reply{status: 500}, 9, false},
		{"no connection", reply{err: noConnection}, 10, true},
		{"a time-out of the transport", reply{err: policy.Refuse("transport", event.Timeout, nil)}, 10, true},
		{"a cut connection", reply{err: errReset}, 10, true},
		{"a refusal of ours", reply{err: policy.Refuse("limit", event.LocalRateLimited, nil)}, 20, false},
		{"a security event", reply{err: policy.Refuse("transport", event.PrivateEndpoint, nil)}, 20, false},
		{"row 92: 429", reply{status: 429}, 20, false},
		{"row 92: 400", reply{status: 400}, 20, false},
		{"row 92: 401", reply{status: 401}, 20, false},
		{"row 92: 403", reply{status: 403}, 20, false},
		{"row 92: 404", reply{status: 404}, 20, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := &service{script: append(times(20-test.bads, reply{status: 200}), test.bad)}
				rt := policy.Chain(srv, setBody, resilience.Breaker(resilience.BreakerConfig{}))
				for range 20 {
					testkit.True(t, ask(t, rt) != string(event.CircuitOpen), "closed so far")
					time.Sleep(400 * time.Millisecond)
				}
				testkit.Equal(t, ask(t, rt) == string(event.CircuitOpen), test.open)
			})
		})
	}
}

func TestBreakerForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := &service{script: times(1, reply{status: 500})}
		rt := policy.Chain(srv, setBody, resilience.Breaker(resilience.BreakerConfig{}))
		for range 60 { // 19 in any 10 s
			testkit.Equal(t, ask(t, rt), "500")
			time.Sleep(10 * time.Second / 18)
		}
		time.Sleep(time.Minute)
		for range 2 {
			for range 19 {
				testkit.Equal(t, ask(t, rt), "500")
			}
			time.Sleep(15 * time.Second)
		}
	})
}

// held is a service that gives out each call, to be answered in any order.
type held chan chan int

func (h held) Do(req *http.Request, _ policy.Next) (*http.Response, error) {
	mine := make(chan int)
	h <- mine
	return &http.Response{StatusCode: <-mine, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// A call that began before the circuit opened says nothing about the endpoint of today.
func TestBreakerIgnoresOldCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := make(held)
		rt := policy.Chain(&service{}, setBody, resilience.Breaker(resilience.BreakerConfig{MinCalls: 1}), h)
		var group sync.WaitGroup
		start := func() chan<- int {
			group.Go(func() { ask(t, rt) })
			return <-h
		}
		answer := func(call chan<- int, status int) {
			call <- status
			synctest.Wait()
		}
		first, second := start(), start()
		answer(start(), 500) // opens it
		time.Sleep(36 * time.Second)
		probe := start()
		answer(first, 200)
		testkit.Equal(t, ask(t, rt), string(event.CircuitOpen)) // still half open
		answer(probe, 200)
		answer(second, 500)
		answer(start(), 200) // still closed, or this would wait for ever
		group.Wait()
	})
}

func TestBreakerReopens(t *testing.T) {
	t.Parallel()
	for seed := range 20 {
		t.Run(fmt.Sprint("row 93: ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// 20 failures, a probe that fails, one that says 429, all well.
				srv := &service{script: append(times(21, reply{status: 500}), reply{status: 429}, reply{status: 200})}
				rt := policy.Chain(srv, setBody, resilience.Breaker(resilience.BreakerConfig{}))
				for range 20 {
					ask(t, rt)
				}
				for range 2 {
					_, err := send(t.Context(), rt, "chat")
					var refusal *policy.RefusalError
					testkit.True(t, errors.As(err, &refusal), "a refusal")
					testkit.ErrorIs(t, err, resilience.ErrOpen)
					testkit.Equal(t, refusal.Code, event.CircuitOpen)
					testkit.True(t, refusal.RetryAfter >= 24*time.Second && refusal.RetryAfter <= 36*time.Second, fmt.Sprint(refusal.RetryAfter))
					time.Sleep(refusal.RetryAfter - 1)
					testkit.Equal(t, ask(t, rt), string(event.CircuitOpen))
					time.Sleep(time.Nanosecond)
					ask(t, rt) // the probe: a failure opens for another 30 s, a 429 closes
				}
				testkit.Equal(t, len(srv.bodies), 22)
				for range 100 {
					testkit.Equal(t, ask(t, rt), "200")
				}
			})
		})
	}
}

// gated is a service whose answers wait.
type gated struct {
	inside chan struct{}
	answer chan reply
}

func (g *gated) Do(req *http.Request, _ policy.Next) (*http.Response, error) {
	g.inside <- struct{}{}
	select {
	case r := <-g.answer:
		if r.err != nil {
			return nil, r.err
		}
		return &http.Response{StatusCode: r.status, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
}

func TestBreakerSendsOneProbe(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		end   func(g *gated, cancel context.CancelFunc)
		after string // what the next call gets; "" if it goes through
	}{
		{"row 93: success closes", func(g *gated, _ context.CancelFunc) { g.answer <- reply{status: 200} }, ""},
		{"failure opens", func(g *gated, _ context.CancelFunc) { g.answer <- reply{status: 500} }, string(event.CircuitOpen)},
		{"its caller leaves", func(_ *gated, cancel context.CancelFunc) { cancel() }, ""},
		{"it never comes back", func(*gated, context.CancelFunc) { time.Sleep(30 * time.Second) }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := &gated{inside: make(chan struct{}, 100), answer: make(chan reply, 100)}
				rt := policy.Chain(&service{}, setBody, resilience.Breaker(resilience.BreakerConfig{}), g)
				for range 20 {
					g.answer <- reply{status: 500}
					ask(t, rt)
				}
				time.Sleep(36 * time.Second)
				for range 20 {
					<-g.inside
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var group sync.WaitGroup
				group.Go(func() {
					if resp, err := send(ctx, rt, "chat"); err == nil {
						_ = resp.Body.Close()
					}
				})
				<-g.inside // the probe is under way
				for range 10 {
					testkit.Equal(t, ask(t, rt), string(event.CircuitOpen))
				}
				test.end(g, cancel)
				synctest.Wait()
				for range 2 { // the lost probe may take one
					g.answer <- reply{status: 200}
				}
				got := ask(t, rt)
				if test.after == "" {
					testkit.True(t, got != string(event.CircuitOpen), "the next call goes through, not "+got)
				} else {
					testkit.Equal(t, got, test.after)
				}
				cancel()
				group.Wait()
			})
		})
	}
}

// Callers that give up say nothing about the endpoint, unless they had patience.
func TestBreakerAndDeadlines(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		deadline time.Duration
		cancel   bool
		open     bool
	}{
		{"impatient", time.Second, false, false},
		{"patient", 10 * time.Second, false, true},
		{"cancelled late", 20 * time.Second, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := &gated{inside: make(chan struct{}, 100), answer: make(chan reply, 1)}
				rt := policy.Chain(&service{}, setBody, resilience.Breaker(resilience.BreakerConfig{}), g)
				var group sync.WaitGroup
				for range 20 {
					group.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
						if test.cancel {
							ctx, cancel = context.WithCancel(t.Context())
							time.AfterFunc(test.deadline, cancel)
						}
						defer cancel()
						_, _ = send(ctx, rt, "chat")
					})
				}
				group.Wait()
				g.answer <- reply{status: 200}
				testkit.Equal(t, ask(t, rt) == string(event.CircuitOpen), test.open)
			})
		})
	}
}

func TestBreakerKeepsHostsApart(t *testing.T) {
	t.Parallel()
	srv := &service{script: times(1, reply{status: 500})}
	breaker := resilience.Breaker(resilience.BreakerConfig{MinCalls: 1})
	testkit.Equal(t, ask(t, policy.Chain(srv, setBody, breaker)), "500")
	testkit.Equal(t, ask(t, policy.Chain(srv, setBody, breaker)), string(event.CircuitOpen))
	other := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		req.URL.Host = "fabrikam.openai.azure.com"
		return next(req)
	})
	testkit.Equal(t, ask(t, policy.Chain(srv, setBody, other, breaker)), "500")
}

// A panic below frees the probe's place.
func TestBreakerSurvivesPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		panics := false
		srv := &service{script: append(times(1, reply{status: 500}), reply{status: 200})}
		rt := policy.Chain(srv, setBody, resilience.Breaker(resilience.BreakerConfig{MinCalls: 1}), policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
			if panics {
				panic("below")
			}
			return next(req)
		}))
		ask(t, rt)
		time.Sleep(36 * time.Second)
		panics = true
		testkit.Equal(t, ask(t, rt), string(event.PolicyFailed))
		panics = false
		testkit.Equal(t, ask(t, rt), "200")
	})
}

func TestBreakerConfig(t *testing.T) {
	t.Parallel()
	for _, cfg := range []resilience.BreakerConfig{{MinCalls: -1}, {FailureRatio: -1}, {FailureRatio: 1.1}, {OpenFor: -1}, {OpenFor: 2 * time.Hour}, {Patience: -1}} {
		testkit.ErrorIs(t, cfg.Validate(), resilience.ErrConfig)
	}
	testkit.NoError(t, resilience.BreakerConfig{}.Validate())
}
