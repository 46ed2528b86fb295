package netguard_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/netguard"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// slow is a resolver that takes a second, unless its context ends before.
type slow struct {
	asked  atomic.Int64
	broken error
}

func (s *slow) Lookup(ctx context.Context, _ string) (netguard.Answer, error) {
	s.asked.Add(1)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return netguard.Answer{}, ctx.Err()
	}
	return netguard.Answer{Server: netguard.Server{Addr: "10.0.0.2:53", Proto: "udp"}, A: []netguard.Record{
		{Owner: host, Target: private}, {Owner: private, Addr: netip.MustParseAddr("10.1.0.4")}}}, s.broken
}

func TestFlights(t *testing.T) {
	t.Parallel()
	burst := func(t *testing.T, g *netguard.Guard, ctx context.Context) (errs []error) {
		var all sync.WaitGroup
		errs = make([]error, 32)
		for i := range errs {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				_, errs[i] = g.Verify(ctx, host)
			})
		}
		all.Wait()
		return errs
	}
	inBubble := func(name string, test func(*testing.T, *slow, *netguard.Guard)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &slow{}
				test(t, s, guard(t, netguard.Config{Resolver: s}))
			})
		})
	}
	inBubble("shared", func(t *testing.T, s *slow, g *netguard.Guard) {
		for round := range 2 {
			for _, err := range burst(t, g, t.Context()) {
				testkit.NoError(t, err)
			}
			testkit.Equal(t, s.asked.Load(), int64(round+1))
		}
	})
	inBubble("a failure is shared and not kept", func(t *testing.T, s *slow, g *netguard.Guard) {
		s.broken = errors.New("broken")
		for _, err := range burst(t, g, t.Context()) {
			testkit.ErrorIs(t, err, netguard.ErrResolve)
			testkit.ErrorIs(t, err, s.broken)
		}
		s.broken = nil
		_, err := g.Verify(t.Context(), host)
		testkit.NoError(t, err)
	})
	inBubble("the first gives up", func(t *testing.T, s *slow, g *netguard.Guard) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() {
			_, err := g.Verify(ctx, host)
			testkit.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		for _, err := range burst(t, g, t.Context()) {
			testkit.NoError(t, err)
		}
		all.Wait()
		testkit.Equal(t, s.asked.Load(), 2)
	})
	inBubble("a later one gives up", func(t *testing.T, s *slow, g *netguard.Guard) {
		var all sync.WaitGroup
		all.Go(func() {
			_, err := g.Verify(t.Context(), host)
			testkit.NoError(t, err)
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		_, err := g.Verify(ctx, host)
		testkit.ErrorIs(t, err, context.DeadlineExceeded)
		testkit.Equal(t, time.Since(start), 100*time.Millisecond)
		all.Wait()
		testkit.Equal(t, s.asked.Load(), 1)
	})
}

// panicking is a resolver with a bug.
type panicking struct{ calls atomic.Int64 }

func (p *panicking) Lookup(context.Context, string) (netguard.Answer, error) {
	p.calls.Add(1)
	time.Sleep(time.Second)
	panic("a bug")
}

// A panic of a resolver reaches the one who asked, and nobody waits for it for ever.
func TestFlightPanics(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := &panicking{}
		g := guard(t, netguard.Config{Resolver: p})
		var all sync.WaitGroup
		var caught atomic.Int64
		for range 3 {
			all.Go(func() {
				defer func() {
					if recover() != nil {
						caught.Add(1)
					}
				}()
				_, _ = g.Verify(t.Context(), host)
			})
		}
		all.Wait()
		testkit.Equal(t, caught.Load(), 3)
		testkit.Equal(t, p.calls.Load(), 3)
	})
}

// odd is a resolver with any answer.
type odd struct{ netguard.Answer }

func (o odd) Lookup(context.Context, string) (netguard.Answer, error) { return o.Answer, nil }

// What a resolver of the application says is judged like anybody's.
func TestOddResolver(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddr("10.1.0.4")
	for _, row := range []struct {
		name    string
		records []netguard.Record
		want    error
	}{
		{"odd target", []netguard.Record{{Owner: host, Target: "a\x1b[31m.example"}, {Owner: "a\x1b[31m.example", Addr: addr}}, netguard.ErrChain},
		{"upper case", []netguard.Record{{Owner: host, Target: "RES.example"}, {Owner: "RES.example", Addr: addr}}, netguard.ErrChain},
		{"neither", []netguard.Record{{Owner: host}}, netguard.ErrDenied},
		{"both", []netguard.Record{{Owner: host, Target: private, Addr: netip.MustParseAddr("20.1.2.3")}, {Owner: private, Addr: addr}}, nil},
		{"nothing", nil, netguard.ErrNotFound},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			e, err := guard(t, netguard.Config{Mode: netguard.Address, Resolver: odd{netguard.Answer{A: row.records}}}).Verify(t.Context(), host)
			testkit.ErrorIs(t, err, row.want)
			if err == nil {
				testkit.Equal(t, e.Addresses[0].IP, addr)
				testkit.Equal(t, len(e.Addresses), 1)
			}
		})
	}
}
