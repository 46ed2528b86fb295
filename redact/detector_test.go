package redact_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
	"github.com/sallyport-go/sallyport/redact/detect"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A detectorFunc is a Detector.
type detectorFunc func(ctx context.Context, texts []string) ([][]detect.Span, error)

func (f detectorFunc) Detect(ctx context.Context, texts []string) ([][]detect.Span, error) {
	return f(ctx, texts)
}

// names finds "Jane" and "Ümit Öz".
func names(_ context.Context, texts []string) ([][]detect.Span, error) {
	out := make([][]detect.Span, len(texts))
	for i, text := range texts {
		for _, name := range []string{"Ümit Öz", "Jane"} {
			if at := strings.Index(text, name); at >= 0 {
				out[i] = append(out[i], detect.Span{Start: at, End: at + len(name), Kind: detect.Person, Score: 0.8})
			}
		}
	}
	return out, nil
}

func with(f detectorFunc, failure redact.Failure) redact.Config {
	return redact.Config{Detectors: []redact.External{{Name: "names", Detector: f, OnFailure: failure}}}
}

func TestDetector(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	s := newSession(t, with(func(ctx context.Context, texts []string) ([][]detect.Span, error) {
		calls.Add(1)
		testkit.Equal(t, len(texts), 3)
		return names(ctx, texts)
	}, 0), "a")
	inputs := []redact.Input{{Text: "Jane is jane@example.com"}, {}, {Text: "none"}, {Text: "Ümit Öz and Jane"}}
	out := all(t, s, inputs...)
	testkit.Equal(t, calls.Load(), 1)
	for i, in := range inputs {
		testkit.True(t, !strings.Contains(out[i], "Jane") && !strings.Contains(out[i], "Öz"), "the names are gone")
		testkit.Equal(t, s.Restore(out[i]), in.Text)
	}
	testkit.DeepEqual(t, s.Counts(), []redact.Count{{Kind: detect.EmailAddress, N: 1}, {Kind: detect.Person, N: 3}})
}

// Spans that meet are one: nothing of either is left.
func TestDetectorOverlaps(t *testing.T) {
	t.Parallel()
	const text = "a Jane jane@example.com b"
	s := newSession(t, with(func(context.Context, []string) ([][]detect.Span, error) {
		return [][]detect.Span{{{Start: 5, End: 12, Kind: detect.Person}, {Start: 2, End: 6, Kind: redact.Other}, {Start: 2, End: 6, Kind: redact.Other}}}, nil
	}, 0), "a")
	out := redacted(t, s, text)
	testkit.Equal(t, len(out), len("a EMAIL_ADDRESS_0123456789abc b"))
	testkit.Equal(t, s.Restore(out), text)
}

func TestDetectorFails(t *testing.T) {
	t.Parallel()
	const secret = "canary-7"
	one := func(start, end int, kind detect.Kind) detectorFunc {
		return func(context.Context, []string) ([][]detect.Span, error) {
			return [][]detect.Span{{{Start: start, End: end, Kind: kind}}}, nil
		}
	}
	for name, f := range map[string]detectorFunc{
		"error": func(context.Context, []string) ([][]detect.Span, error) { return nil, errors.New(secret) },
		"panic": func(context.Context, []string) ([][]detect.Span, error) { panic(secret) },
		"fault": func(_ context.Context, texts []string) ([][]detect.Span, error) {
			return nil, errors.New(texts[len(texts)])
		},
		"no answer":   func(context.Context, []string) ([][]detect.Span, error) { return nil, nil },
		"too many":    func(context.Context, []string) ([][]detect.Span, error) { return make([][]detect.Span, 2), nil },
		"negative":    one(-1, 2, detect.Person),
		"outside":     one(0, 100, detect.Person),
		"empty":       one(1, 1, detect.Person),
		"turned":      one(3, 1, detect.Person),
		"unknown":     one(0, 1, "X"),
		"placeholder": one(0, 1, redact.Placeholder),
		"half a rune": one(0, 1+len("canary-7 "), detect.Person),
		"huge":        one(0, 1<<62, detect.Person),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := secret + " Ü jane@example.com"
			s := newSession(t, with(f, redact.FailClosed), "a")
			out, err := s.Redact(text)
			testkit.ErrorIs(t, err, redact.ErrDetector)
			testkit.Equal(t, out, "")
			testkit.True(t, !strings.Contains(err.Error(), secret), "the error tells nothing")
			var failed *redact.DetectorError
			testkit.True(t, errors.As(err, &failed) && failed.Detector == "names", "it names the detector")
			testkit.Equal(t, len(s.Counts()), 0)

			s = newSession(t, with(f, redact.FailOpen), "a")
			out, err = s.Redact(text)
			testkit.NoError(t, err)
			testkit.True(t, !strings.Contains(out, "jane@"), "the others still count")
			testkit.Equal(t, s.Failures(), 1)
		})
	}
}

// safe is an error that may be told.
type safe struct{}

func (safe) Error() string { return "status 503" }
func (safe) Safe()         {}

func TestDetectorTellsSafeErrors(t *testing.T) {
	t.Parallel()
	s := newSession(t, with(func(context.Context, []string) ([][]detect.Span, error) { return nil, safe{} }, 0), "a")
	_, err := s.Redact("text")
	testkit.Equal(t, err.Error(), "redact: a detector has failed: names failed: status 503")
	testkit.ErrorIs(t, err, safe{})
}

// A detector that hangs is left behind when its time is over; when too many hang, no more
// are asked.
func TestDetectorHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		s := newSession(t, with(func(context.Context, []string) ([][]detect.Span, error) {
			<-release
			return nil, nil
		}, 0), "a")
		start := time.Now()
		_, err := s.Redact("text")
		testkit.ErrorIs(t, err, redact.ErrDetector)
		testkit.ErrorIs(t, err, context.DeadlineExceeded)
		testkit.Equal(t, time.Since(start), 5*time.Second)
		for range 63 {
			_, err = s.Redact("text")
			testkit.ErrorIs(t, err, context.DeadlineExceeded)
		}
		start = time.Now()
		_, err = s.Redact("text")
		testkit.ErrorIs(t, err, redact.ErrDetector)
		testkit.Equal(t, time.Since(start), 0)
		close(release)
		synctest.Wait()
		_, err = s.Redact("text")
		testkit.True(t, !errors.Is(err, context.DeadlineExceeded), "it is asked again")
	})
}

// A call that is cancelled fails, however its detectors are set up.
func TestDetectorCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := newSession(t, with(func(ctx context.Context, _ []string) ([][]detect.Span, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	}, redact.FailOpen), "a")
	_, err := s.RedactAll(ctx, []redact.Input{{Text: "jane@example.com"}})
	testkit.ErrorIs(t, err, context.Canceled)
}

// What a detector does to the texts it was given changes nothing.
func TestDetectorMeddles(t *testing.T) {
	t.Parallel()
	s := newSession(t, with(func(_ context.Context, texts []string) ([][]detect.Span, error) {
		texts[0] = ""
		return [][]detect.Span{{{Start: 0, End: 4, Kind: detect.Person}}}, nil
	}, 0), "a")
	out := redacted(t, s, "Jane")
	testkit.Equal(t, s.Restore(out), "Jane")
	testkit.True(t, out != "Jane", "it is replaced")
}

func FuzzDetector(f *testing.F) {
	f.Add("Ümit Öz jane@example.com", 0, 5, 3, 9)
	f.Add("a\xffb", 0, 1, 1, 2)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		s := newSession(t, with(func(context.Context, []string) ([][]detect.Span, error) {
			return [][]detect.Span{{{Start: a, End: b, Kind: detect.Person}, {Start: c, End: d, Kind: detect.IPAddress, Score: 1}}}, nil
		}, 0), "a")
		out, err := s.Redact(text)
		if err != nil {
			testkit.True(t, errors.Is(err, redact.ErrDetector) || errors.Is(err, redact.ErrRefused), "the error is typed")
			return
		}
		testkit.Equal(t, s.Restore(out), text)
	})
}
