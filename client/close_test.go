package client_test

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/client"
	"github.com/sallyport-go/sallyport/client/clienttest"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// SDKs close a body from another goroutine when their context ends. The Read that waits
// comes back, and the call has one record.
func TestCloseWhileReading(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	for range 20 {
		resp := s.begin(t)
		var reading sync.WaitGroup
		reading.Go(func() {
			_, err := io.ReadAll(resp.Body)
			testkit.True(t, err != nil, "the Read fails")
		})
		testkit.NoError(t, resp.Body.Close())
		reading.Wait()
		testkit.NoError(t, resp.Body.Close())
		testkit.Equal(t, s.audit.last(t).Code, event.Canceled)
	}
	testkit.Equal(t, len(s.audit.named(event.RequestCompleted)), 20)
}

// A call whose context ends is on record with the reason.
func TestContextEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		within func(context.Context) (context.Context, context.CancelFunc)
		read   bool
		code   event.Code
	}{
		"deadline, reading": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 100*time.Millisecond)
		}, true, event.Timeout},
		"deadline, closing": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 100*time.Millisecond)
		}, false, event.Timeout},
		"canceled": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(100*time.Millisecond, cancel)
			return ctx, cancel
		}, true, event.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStand(t, clienttest.Config{})
			s.azure.Script(clienttest.Model, clienttest.Broken(clienttest.Stall, 5))
			ctx, cancel := test.within(t.Context())
			defer cancel()
			resp, err := s.client.HTTPClient().Do(s.request(ctx, t, chat, ask(dull, streamed)))
			testkit.NoError(t, err)
			if test.read {
				_, err = io.ReadAll(resp.Body)
				refused(t, err, test.code)
			} else {
				<-ctx.Done()
			}
			testkit.NoError(t, resp.Body.Close())
			testkit.Equal(t, s.audit.last(t).Code, test.code)
		})
	}
}

// An answer that has arrived whole is a success, also when it is closed unread.
func TestCloseOfAWholeAnswer(t *testing.T) {
	t.Parallel()
	s := newStand(t, clienttest.Config{})
	resp, err := s.client.HTTPClient().Do(s.request(t.Context(), t, chat, ask("hello")))
	testkit.NoError(t, err)
	testkit.NoError(t, resp.Body.Close())
	testkit.Equal(t, s.audit.last(t).Outcome, event.Success)
	_, err = resp.Body.Read(make([]byte, 1))
	testkit.ErrorIs(t, err, http.ErrBodyReadAfterClose)
}

// A policy of the application that panics, or forgets the answer that it got, is a refusal
// like any other: on record, its quota settled, the answer's connection free.
func TestFaultyPolicies(t *testing.T) {
	t.Parallel()
	for name, faulty := range map[string]policy.Func{
		"panics before": func(*http.Request, policy.Next) (*http.Response, error) { panic(letter()) },
		"panics after": func(req *http.Request, next policy.Next) (*http.Response, error) {
			_, _ = next(req)
			panic(letter())
		},
		"forgets": func(req *http.Request, next policy.Next) (*http.Response, error) {
			_, _ = next(req)
			return nil, policy.Refuse("forgets", event.PolicyFailed, nil)
		},
		"returns nothing": func(*http.Request, policy.Next) (*http.Response, error) { return nil, nil },
	} {
		for place, set := range map[string]func(*client.Config){
			"per call":    func(cfg *client.Config) { cfg.PerCall = []policy.Policy{faulty} },
			"per attempt": func(cfg *client.Config) { cfg.PerAttempt = []policy.Policy{faulty} },
		} {
			t.Run(name+" "+place, func(t *testing.T) {
				t.Parallel()
				s := newStand(t, clienttest.Config{}, set)
				s.azure.Script(clienttest.Model, clienttest.Broken(clienttest.Stall, 5))
				_, _, err := s.post(t, chat, ask(dull, streamed))
				refused(t, err, event.PolicyFailed)
				testkit.Equal(t, s.audit.last(t).Code, event.PolicyFailed)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				testkit.NoError(t, s.azure.WaitIdle(ctx)) // the stalled answer was given up
			})
		}
	}
}
