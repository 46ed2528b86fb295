package resilience_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/resilience"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A reply is one scripted answer.
type reply struct {
	status int
	header http.Header
	err    error
}

// A service answers by its script, the last reply over and over, and notes what it got.
type service struct {
	mu      sync.Mutex
	script  []reply
	bodies  []string
	headers []http.Header
	times   []time.Time
	open    atomic.Int32 // answers that are not closed
}

func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.script[min(len(s.bodies), len(s.script)-1)]
	s.bodies, s.headers, s.times = append(s.bodies, string(body)), append(s.headers, req.Header), append(s.times, time.Now())
	if r.err != nil {
		return nil, r.err
	}
	if r.header == nil {
		r.header = http.Header{}
	}
	s.open.Add(1)
	return &http.Response{StatusCode: r.status, Header: r.header, Body: &answerBody{strings.NewReader("answer"), &s.open}, Request: req}, nil
}

type answerBody struct {
	io.Reader
	open *atomic.Int32
}

func (b *answerBody) Close() error { b.open.Add(-1); return nil }

func (s *service) waits() []time.Duration {
	var waits []time.Duration
	for i := 1; i < len(s.times); i++ {
		waits = append(waits, s.times[i].Sub(s.times[i-1]))
	}
	return waits
}

// setBody gives the request the pipeline's body, as redaction does.
var setBody = policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
	policy.SetBody(req, []byte("redacted"))
	return next(req)
})

func send(ctx context.Context, rt http.RoundTripper, operation string) (*http.Response, error) {
	ctx = policy.WithCall(ctx, &policy.Call{Operation: operation})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://contoso.openai.azure.com/openai/v1/x", strings.NewReader("original"))
	if err != nil {
		return nil, err
	}
	return rt.RoundTrip(req)
}

var (
	noConnection   = policy.Refuse("transport", event.ConnectFailure, policy.ErrUnsent)
	lostConnection = policy.Refuse("transport", event.ConnectFailure, nil)
	leave          = policy.Refuse("transport", event.ConnectFailure, policy.ErrUnprocessed)
	errReset       = errors.New("connection reset")
)

func after(value string) http.Header { return http.Header{sec: {value}} }

func TestRetryDecides(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		operation string
		reply     reply
		want      int
	}{
		{"success", "chat", reply{status: 200}, 1},
		{"429", "responses", reply{status: 429}, 3},
		{"429 with a time", "responses", reply{status: 429, header: after("1")}, 3},
		{"429 with a long time", "chat", reply{status: 429, header: after("11")}, 1},
		{"429 with an absurd time", "chat", reply{status: 429, header: after("1e400")}, 1},
		{"429 that says no", "chat", reply{status: 429, header: http.Header{"X-Should-Retry": {"false"}}}, 1},
		{"503 with a time", "responses", reply{status: 503, header: after("1")}, 3},
		{"503, may have acted", "responses", reply{status: 503}, 1},
		{"503", "chat", reply{status: 503}, 3},
		{"408", "chat", reply{status: 408}, 3},
		{"409", "embeddings", reply{status: 409}, 3},
		{"500", "chat", reply{status: 500}, 3},
		{"500, may have acted", "responses", reply{status: 500}, 1},
		{"500, nobody knows what it is", "", reply{status: 500}, 1},
		{"500 with a time, may have acted", "responses", reply{status: 500, header: after("1")}, 1},
		{"502", "completions", reply{status: 502}, 3},
		{"504", "chat", reply{status: 504}, 3},
		{"501", "chat", reply{status: 501}, 1},
		{"400", "chat", reply{status: 400, header: after("1")}, 1},
		{"401", "chat", reply{status: 401, header: after("1")}, 1},
		{"403", "chat", reply{status: 403, header: after("1")}, 1},
		{"404", "chat", reply{status: 404, header: after("1")}, 1},
		{"200 that asks for it", "chat", reply{status: 200, header: http.Header{"X-Should-Retry": {"true"}, sec: {"1"}}}, 1},
		{"no connection", "responses", reply{err: noConnection}, 3},
		{"wrapped", "responses", reply{err: fmt.Errorf("attempt: %w", noConnection)}, 3},
		{"lost connection", "chat", reply{err: lostConnection}, 3},
		{"lost connection, may have acted", "responses", reply{err: lostConnection}, 1},
		{"the server takes leave", "responses", reply{err: leave}, 3},
		{"cut connection", "chat", reply{err: errReset}, 1},
		{"refusal of ours", "chat", reply{err: policy.Refuse("limit", event.LocalRateLimited, nil)}, 1},
		{"security event", "chat", reply{err: policy.Refuse("transport", event.PrivateEndpoint, nil)}, 1},
		{"open circuit", "chat", reply{err: policy.Refuse("breaker", event.CircuitOpen, resilience.ErrOpen)}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := &service{script: []reply{test.reply}}
				rt := policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{BudgetPerSecond: 10}))
				resp, err := send(t.Context(), rt, test.operation)
				testkit.Equal(t, len(srv.bodies), test.want)
				for _, body := range srv.bodies {
					testkit.Equal(t, body, "redacted")
				}
				if test.reply.err != nil {
					testkit.ErrorIs(t, err, test.reply.err)
					return
				}
				testkit.NoError(t, err)
				testkit.Equal(t, resp.StatusCode, test.reply.status)
				testkit.Equal(t, srv.open.Load(), 1)
				text, err := io.ReadAll(resp.Body)
				testkit.NoError(t, err)
				testkit.Equal(t, string(text), "answer")
				testkit.NoError(t, resp.Body.Close())
				testkit.Equal(t, srv.open.Load(), 0)
			})
		})
	}
}

// A server that takes leave does so to all calls at once. The first time it costs neither a
// wait nor the budget; one that does nothing else is left alone as any other.
func TestRetryAfterLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for range 20 {
			srv := &service{script: []reply{{err: leave}, {status: 200}}}
			rt := policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{BudgetRatio: 1e-9, BudgetPerSecond: 1e-9}))
			resp, err := send(t.Context(), rt, "responses")
			testkit.NoError(t, err)
			testkit.NoError(t, resp.Body.Close())
			testkit.DeepEqual(t, srv.waits(), []time.Duration{0})
		}
		srv := &service{script: []reply{{err: leave}}}
		_, err := send(t.Context(), policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{})), "chat")
		testkit.True(t, srv.waits()[1] >= 500*time.Millisecond, "the second time it waits")
		var exhausted *resilience.ExhaustedError
		testkit.True(t, errors.As(err, &exhausted) && exhausted.Attempts == 3, "three attempts")
		testkit.Equal(t, policy.CodeOf(err), event.RetriesExhausted)
		testkit.ErrorIs(t, err, policy.ErrUnprocessed)
		testkit.True(t, strings.Contains(err.Error(), "connect_failure"), err.Error())

		_, err = send(t.Context(), policy.Chain(&service{script: []reply{{err: noConnection}}}, setBody, resilience.Retry(resilience.RetryConfig{})), "chat")
		testkit.Equal(t, policy.CodeOf(err), event.ConnectFailure) // nothing was ever sent
		_, err = send(t.Context(), policy.Chain(&service{script: []reply{{err: leave}}}, setBody, resilience.Retry(resilience.RetryConfig{MaxAttempts: 1})), "chat")
		testkit.Equal(t, policy.CodeOf(err), event.ConnectFailure) // it was not tried again
	})
}

func TestRetryWaits(t *testing.T) {
	t.Parallel()
	run := func(name string, script []reply, check func(t *testing.T, waits []time.Duration)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 50 {
				synctest.Test(t, func(t *testing.T) {
					srv := &service{script: script}
					resp, err := send(t.Context(), policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{BudgetPerSecond: 10})), "chat")
					testkit.NoError(t, err)
					testkit.NoError(t, resp.Body.Close())
					check(t, srv.waits())
				})
			}
		})
	}
	within := func(t *testing.T, got, low, high time.Duration) {
		t.Helper()
		testkit.True(t, low <= got && got <= high, fmt.Sprint(got, " is within ", low, " and ", high))
	}
	run("never earlier than asked", []reply{{status: 429, header: http.Header{ms: {"2500"}}}, {status: 200}}, func(t *testing.T, waits []time.Duration) {
		within(t, waits[0], 2500*time.Millisecond, 3500*time.Millisecond)
	})
	run("zero is no busy loop", []reply{{status: 429, header: after("0")}, {status: 200}}, func(t *testing.T, waits []time.Duration) {
		within(t, waits[0], 0, time.Second)
	})
	run("without a hint", []reply{{status: 500}, {status: 500}, {status: 200}}, func(t *testing.T, waits []time.Duration) {
		within(t, waits[0], 500*time.Millisecond, 1500*time.Millisecond)
		within(t, waits[1], 500*time.Millisecond, 3*waits[0])
	})
}

func TestRetryKeepsTheDeadline(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		hint     string
		deadline time.Duration
		attempts int
	}{
		{"row 87: the wait does not fit", "5", time.Second, 1},
		{"the wait fits, the attempt does not", "5", 5500 * time.Millisecond, 1},
		{"both fit", "5", 6 * time.Second, 3 - 1},
		{"no time at all", "0", 500 * time.Millisecond, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := &service{script: []reply{{status: 429, header: after(test.hint)}}}
				ctx, cancel := context.WithTimeout(t.Context(), test.deadline)
				defer cancel()
				start := time.Now()
				resp, err := send(ctx, policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{BudgetPerSecond: 10})), "chat")
				testkit.NoError(t, err)
				testkit.Equal(t, resp.StatusCode, 429)
				testkit.Equal(t, resp.Header.Get(sec), test.hint)
				testkit.NoError(t, resp.Body.Close())
				testkit.Equal(t, len(srv.bodies), test.attempts)
				if test.attempts == 1 {
					testkit.Equal(t, time.Since(start), 0)
				}
			})
		})
	}
}

func TestRetryInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, r := range []reply{{status: 429, header: after("5")}, {err: noConnection}} {
			srv := &service{script: []reply{r}}
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("halted")
			time.AfterFunc(time.Millisecond, func() { cancel(cause) })
			start := time.Now()
			_, err := send(ctx, policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{BudgetPerSecond: 10})), "chat")
			var interrupted *resilience.InterruptedError
			testkit.True(t, errors.As(err, &interrupted), "an InterruptedError")
			testkit.ErrorIs(t, err, context.Canceled)
			testkit.ErrorIs(t, err, cause)
			testkit.Equal(t, interrupted.Attempts, 1)
			testkit.Equal(t, interrupted.Status, r.status)
			testkit.Equal(t, err.Error(), fmt.Sprintf("resilience: interrupted after 1 attempts, last status %d", r.status))
			if r.err != nil {
				testkit.ErrorIs(t, err, r.err)
			}
			testkit.Equal(t, time.Since(start), time.Millisecond)
			testkit.Equal(t, srv.open.Load(), 0)
		}
	})
}

// A caller that has left gets the answer that came, and no further attempt.
func TestRetryAfterTheCallerLeft(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	srv := &service{script: []reply{{status: 429}}}
	leave := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
		cancel()
		return next(req)
	})
	resp, err := send(ctx, policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{}), leave), "chat")
	testkit.NoError(t, err)
	testkit.Equal(t, resp.StatusCode, 429)
	testkit.NoError(t, resp.Body.Close())
}

// What a policy below puts on one attempt, such as a credential, is not on the next.
func TestRetryClones(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := &service{script: []reply{{status: 500}, {status: 200}}}
		sign := policy.Func(func(req *http.Request, next policy.Next) (*http.Response, error) {
			req.Header.Add("Authorization", "token")
			req.URL.Path += "/signed"
			policy.SetBody(req, append([]byte("signed "), must(policy.Body(req))...))
			return next(req)
		})
		resp, err := send(t.Context(), policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{}), sign), "chat")
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.DeepEqual(t, srv.bodies, []string{"signed redacted", "signed redacted"})
		for _, header := range srv.headers {
			testkit.DeepEqual(t, header["Authorization"], []string{"token"})
		}
	})
}

func must(body []byte, ok bool) []byte {
	if !ok {
		return nil
	}
	return body
}

func TestRetryNeedsTheBody(t *testing.T) {
	t.Parallel()
	srv := &service{script: []reply{{status: 500}}}
	resp, err := send(t.Context(), policy.Chain(srv, resilience.Retry(resilience.RetryConfig{})), "chat")
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.DeepEqual(t, srv.bodies, []string{"original"})
}

// A body that never ends delays the next attempt by at most a second, one that is long is
// not read to its end.
func TestRetryDrains(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, writer := io.Pipe()
		read := 0
		bodies := []io.ReadCloser{reader, io.NopCloser(readerFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil })), http.NoBody}
		var times []time.Time
		endless := policy.Func(func(req *http.Request, _ policy.Next) (*http.Response, error) {
			times = append(times, time.Now())
			body := bodies[len(times)-1]
			return &http.Response{StatusCode: 429, Header: after("0"), Body: body, Request: req}, nil
		})
		resp, err := send(t.Context(), policy.Chain(&service{}, setBody, resilience.Retry(resilience.RetryConfig{BudgetPerSecond: 10}), endless), "chat")
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, len(times), 3)
		testkit.True(t, times[1].Sub(times[0]) <= 2*time.Second, "the drip is cut")
		testkit.True(t, read <= 128<<10, "the flood is cut")
		_, err = writer.Write([]byte("x"))
		testkit.ErrorIs(t, err, io.ErrClosedPipe)
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func TestRetryBudget(t *testing.T) {
	t.Parallel()
	storm := func(cfg resilience.RetryConfig) func(t *testing.T) (attempts, seconds int) {
		return func(t *testing.T) (int, int) {
			start := time.Now()
			var attempts atomic.Int64
			fail := policy.Func(func(req *http.Request, _ policy.Next) (*http.Response, error) {
				attempts.Add(1)
				return &http.Response{StatusCode: 500, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
			})
			rt := policy.Chain(&service{}, setBody, resilience.Retry(cfg), fail)
			var group sync.WaitGroup
			for range 10_000 {
				group.Go(func() {
					resp, err := send(t.Context(), rt, "chat")
					if err == nil {
						_ = resp.Body.Close()
					}
				})
				time.Sleep(time.Millisecond)
			}
			group.Wait()
			return int(attempts.Load()), int(time.Since(start)/time.Second) + 1
		}
	}
	t.Run("row 84", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			got, seconds := storm(resilience.RetryConfig{BudgetPerSecond: 10})(t)
			testkit.True(t, seconds <= 20, fmt.Sprint(seconds, " seconds")) // 10 of calls, then their retries
			testkit.True(t, 11_050 <= got && got <= 11_000+10*seconds, fmt.Sprint(got, " attempts in ", seconds, " s"))
		})
	})
	t.Run("defaults", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			got, seconds := storm(resilience.RetryConfig{})(t)
			testkit.True(t, got <= 11_000+seconds, fmt.Sprint(got, " attempts in ", seconds, " s"))
		})
	})
	t.Run("idle time pays for no storm", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv := &service{script: []reply{{status: 500}}}
			rt := policy.Chain(srv, setBody, resilience.Retry(resilience.RetryConfig{MaxAttempts: 2}))
			time.Sleep(24 * time.Hour)
			var group sync.WaitGroup
			for range 100 {
				group.Go(func() {
					resp, err := send(t.Context(), rt, "chat")
					if err == nil {
						_ = resp.Body.Close()
					}
				})
			}
			group.Wait()
			retries := len(srv.bodies) - 100
			testkit.True(t, retries >= 11 && retries <= 21, fmt.Sprint(retries, " retries"))
		})
	})
	t.Run("per endpoint", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv := &service{script: []reply{{status: 500}}}
			retry := resilience.Retry(resilience.RetryConfig{})
			for _, host := range []string{"https://a", "https://b"} {
				for range 5 {
					req, err := http.NewRequestWithContext(policy.WithCall(t.Context(), &policy.Call{Operation: "chat"}), http.MethodGet, host, nil)
					testkit.NoError(t, err)
					resp, err := policy.Chain(srv, retry).RoundTrip(req)
					testkit.NoError(t, err)
					testkit.NoError(t, resp.Body.Close())
				}
			}
			testkit.True(t, len(srv.bodies) > 12, fmt.Sprint(len(srv.bodies), " attempts"))
		})
	})
}

func TestRetryConfig(t *testing.T) {
	t.Parallel()
	nan := 0.0
	nan /= nan
	for _, cfg := range []resilience.RetryConfig{
		{MaxAttempts: -1}, {MaxAttempts: 11}, {MaxWait: -1}, {BudgetRatio: -0.1}, {BudgetRatio: 2}, {BudgetRatio: nan}, {BudgetPerSecond: -1}, {BudgetPerSecond: nan},
	} {
		testkit.ErrorIs(t, cfg.Validate(), resilience.ErrConfig)
		srv := &service{script: []reply{{status: 429}}}
		resp, err := send(t.Context(), policy.Chain(srv, setBody, resilience.Retry(cfg)), "chat")
		testkit.NoError(t, err)
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, len(srv.bodies), 1)
	}
	testkit.NoError(t, resilience.RetryConfig{}.Validate())
}
