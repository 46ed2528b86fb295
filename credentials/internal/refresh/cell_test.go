package refresh_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/credentials/internal/refresh"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

var (
	errDown = errors.New("down")
	errGone = errors.New("gone")
)

// A well gives 1, 2, 3, each good for an hour and due after half of it, or its error. A
// draught takes a second.
type well struct {
	drawn atomic.Int64
	mu    sync.Mutex
	err   error
}

func (w *well) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = err
}

func (w *well) fetch(ctx context.Context) (int64, refresh.Window, error) {
	n := w.drawn.Add(1)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return 0, refresh.Window{}, ctx.Err()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	return n, refresh.Window{Refresh: now.Add(30 * time.Minute), Expire: now.Add(time.Hour)}, w.err
}

func newCell() *refresh.Cell[int64] {
	return refresh.New[int64](refresh.Rules{Pause: 10 * time.Second, Force: 10 * time.Second, Final: func(err error) bool { return errors.Is(err, errGone) }})
}

func TestOneFetchForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				got, err := c.Get(t.Context(), w.fetch)
				testkit.NoError(t, err)
				testkit.Equal(t, got, 1)
			})
		}
		wg.Wait()
		testkit.Equal(t, w.drawn.Load(), 1)
	})
}

func TestOneFailureForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{err: errDown}
		start := time.Now()
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				_, err := c.Get(t.Context(), w.fetch)
				testkit.ErrorIs(t, err, errDown)
			})
		}
		wg.Wait()
		testkit.Equal(t, w.drawn.Load(), 1)
		testkit.Equal(t, time.Since(start), time.Second)
		time.Sleep(10 * time.Second)
		w.fail(nil)
		got, err := c.Get(t.Context(), w.fetch)
		testkit.NoError(t, err)
		testkit.Equal(t, got, 2)
	})
}

// When a value is due, one caller waits for the new one and nobody else waits at all.
func TestRefreshAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		_, _ = c.Get(t.Context(), w.fetch)
		time.Sleep(30 * time.Minute)
		var waited, newer atomic.Int64
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() {
				start := time.Now()
				got, err := c.Get(t.Context(), w.fetch)
				testkit.NoError(t, err)
				if time.Since(start) > 0 {
					waited.Add(1)
				}
				newer.Add(got - 1)
			})
		}
		wg.Wait()
		testkit.Equal(t, waited.Load(), 1)
		testkit.Equal(t, newer.Load(), 1)
		testkit.Equal(t, w.drawn.Load(), 2)
	})
}

func TestOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		start := time.Now()
		_, _ = c.Get(t.Context(), w.fetch)
		end := time.Now().Add(time.Hour)
		w.fail(errDown)
		for time.Now().Before(end) { // the old value serves to its last second
			got, err := c.Get(t.Context(), w.fetch)
			testkit.NoError(t, err)
			testkit.Equal(t, got, 1)
			time.Sleep(time.Second)
		}
		_, err := c.Get(t.Context(), w.fetch)
		testkit.ErrorIs(t, err, errDown)
		testkit.True(t, w.drawn.Load() < int64(time.Since(start)/(10*time.Second)), "no storm")
	})
}

func TestFinalFailureTakesTheValueAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		_, _ = c.Get(t.Context(), w.fetch)
		time.Sleep(31 * time.Minute)
		w.fail(errGone)
		for range 2 {
			_, err := c.Get(t.Context(), w.fetch)
			testkit.ErrorIs(t, err, errGone)
		}
		testkit.Equal(t, w.drawn.Load(), 2)
	})
}

// A source that hangs delays the one caller who refreshes ahead by seconds only.
func TestAheadIsShort(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		_, _ = c.Get(t.Context(), w.fetch)
		time.Sleep(31 * time.Minute)
		start := time.Now()
		got, err := c.Get(t.Context(), func(ctx context.Context) (int64, refresh.Window, error) {
			<-ctx.Done()
			testkit.True(t, !refresh.GaveUp(ctx), "the caller waits still")
			return 0, refresh.Window{}, ctx.Err()
		})
		testkit.NoError(t, err)
		testkit.Equal(t, got, 1)
		testkit.Equal(t, time.Since(start), 3*time.Second)
	})
}

// Who gives up tells nothing about the source: the next caller asks it.
func TestCancelIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := c.Get(ctx, w.fetch)
		testkit.ErrorIs(t, err, context.DeadlineExceeded)
		testkit.True(t, refresh.GaveUp(ctx) && !refresh.GaveUp(t.Context()), "the caller gave up, and only that one")
		got, err := c.Get(t.Context(), w.fetch)
		testkit.NoError(t, err)
		testkit.Equal(t, got, 2)
	})
}

// is is the stale of a Renew about n.
func is(n int64) func(int64) bool { return func(v int64) bool { return v == n } }

func equal(old, new int64) bool { return old == new }

func always(int64, int64) bool { return true }

func TestRenew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		c.Renew(t.Context(), is(0), always, w.fetch) // nothing there yet
		testkit.Equal(t, w.drawn.Load(), 0)
		_, _ = c.Get(t.Context(), w.fetch)
		var wg sync.WaitGroup
		for range 100 { // all saw the same value rejected
			wg.Go(func() {
				c.Renew(t.Context(), is(1), always, w.fetch)
				got, err := c.Get(t.Context(), w.fetch)
				testkit.NoError(t, err)
				testkit.Equal(t, got, 2)
			})
		}
		wg.Wait()
		testkit.Equal(t, w.drawn.Load(), 2)
		c.Renew(t.Context(), is(2), always, w.fetch) // too early
		testkit.Equal(t, w.drawn.Load(), 2)
		time.Sleep(11 * time.Second)
		w.fail(errDown)
		c.Renew(t.Context(), is(2), always, w.fetch)
		got, err := c.Get(t.Context(), w.fetch)
		testkit.NoError(t, err)
		testkit.Equal(t, got, 2)
		testkit.Equal(t, w.drawn.Load(), 3)
	})
}

// A value that is new may be asked about at once; one that came back unchanged may not.
func TestRenewANewValue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		_, _ = c.Get(t.Context(), w.fetch)
		for n := range int64(5) {
			c.Renew(t.Context(), is(n+1), equal, w.fetch)
		}
		testkit.Equal(t, w.drawn.Load(), 6)
		unchanged := func(ctx context.Context) (int64, refresh.Window, error) {
			_, window, err := w.fetch(ctx)
			return 6, window, err
		}
		for range 5 {
			c.Renew(t.Context(), is(6), equal, unchanged)
		}
		testkit.Equal(t, w.drawn.Load(), 7)
	})
}

type slow struct{ wait time.Duration }

func (slow) Error() string              { return "slow down" }
func (s slow) RetryWait() time.Duration { return s.wait }

// A source that names a wait is left alone for that long, whoever wants to ask, but for an
// hour at most.
func TestWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]struct{ asked, kept time.Duration }{
			"short":   {time.Second, 10 * time.Second},
			"long":    {5 * time.Minute, 5 * time.Minute},
			"endless": {100 * time.Hour, refresh.MaxWait},
		} {
			cell, w := newCell(), &well{}
			_, _ = cell.Get(t.Context(), w.fetch)
			time.Sleep(31 * time.Minute)
			w.fail(slow{c.asked})
			failed := time.Now().Add(time.Second) // a draught takes a second
			_, _ = cell.Get(t.Context(), w.fetch)
			testkit.Equal(t, w.drawn.Load(), 2)
			w.fail(nil)
			for time.Since(failed) < c.kept {
				_, _ = cell.Get(t.Context(), w.fetch)
				if c.asked > 10*time.Second {
					cell.Renew(t.Context(), is(1), equal, w.fetch)
				}
				testkit.True(t, w.drawn.Load() == 2, name+": nobody asks before the wait is over")
				time.Sleep(time.Second)
			}
			_, _ = cell.Get(t.Context(), w.fetch)
			testkit.Equal(t, w.drawn.Load(), 3)
		}
	})
}

func TestPeek(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		_, ok := c.Peek()
		testkit.True(t, !ok, "nothing there yet")
		_, _ = c.Get(t.Context(), w.fetch)
		got, ok := c.Peek()
		testkit.True(t, ok && got == 1, "what is held")
		got, ok = c.Fresh()
		testkit.True(t, ok && got == 1, "and not yet due")
		time.Sleep(30 * time.Minute)
		_, ok = c.Fresh()
		testkit.True(t, !ok, "what is due is for Get")
		_, ok = c.Peek()
		testkit.True(t, ok, "and still held")
		time.Sleep(time.Hour)
		_, ok = c.Peek()
		testkit.True(t, !ok, "what has ended is not told")
		testkit.Equal(t, w.drawn.Load(), 1)
	})
}

// A million calls, by twenty callers at a time: each half hour brings one fetch, none is
// lost and none comes twice.
func TestMillionCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		const rounds, callers, each = 2000, 20, 25
		var served, wrong atomic.Int64
		for round := range rounds {
			var wg sync.WaitGroup
			for range callers {
				wg.Go(func() {
					for range each {
						got, err := c.Get(t.Context(), w.fetch)
						served.Add(1)
						// The one before serves while the new one is under way.
						if want := int64(round + 1); err != nil || got != want && got != want-1 {
							wrong.Add(1)
						}
					}
				})
			}
			wg.Wait()
			time.Sleep(31 * time.Minute)
		}
		testkit.Equal(t, served.Load(), rounds*callers*each)
		testkit.Equal(t, wrong.Load(), 0)
		testkit.Equal(t, w.drawn.Load(), rounds)
	})
}

func TestReplace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		for want := range int64(3) {
			got, err := c.Replace(t.Context(), w.fetch)
			testkit.NoError(t, err)
			testkit.Equal(t, got, want+1)
		}
		w.fail(errDown)
		_, err := c.Replace(t.Context(), w.fetch)
		testkit.ErrorIs(t, err, errDown)
		got, err := c.Get(t.Context(), w.fetch)
		testkit.NoError(t, err)
		testkit.Equal(t, got, 3)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = c.Replace(ctx, w.fetch)
		testkit.ErrorIs(t, err, context.Canceled)
	})
}

// A year with a call each minute: one fetch each half hour, none lost, none twice.
func TestYear(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := newCell(), &well{}
		start := time.Now()
		for time.Since(start) < 365*24*time.Hour {
			_, err := c.Get(t.Context(), w.fetch)
			testkit.NoError(t, err)
			time.Sleep(time.Minute)
		}
		halves := int64(time.Since(start) / (30 * time.Minute))
		testkit.True(t, w.drawn.Load() <= halves+1 && w.drawn.Load() > halves*9/10, "one fetch each half hour")
	})
}

func BenchmarkGet(b *testing.B) {
	c := newCell()
	fetch := func(context.Context) (int64, refresh.Window, error) {
		return 1, refresh.Window{Refresh: time.Now().Add(time.Hour), Expire: time.Now().Add(time.Hour)}, nil
	}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Get(b.Context(), fetch)
	}
}
