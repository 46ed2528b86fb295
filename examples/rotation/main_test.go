package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// With rotation no call fails, and the chart tells so.
func TestRotation(t *testing.T) {
	var out bytes.Buffer
	testkit.NoError(t, run(t.Context(), &out, nil))
	text := out.String()
	lines := map[string]string{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 {
			lines[words[0]] = strings.TrimRight(line, "\n")
		}
	}
	testkit.Equal(t, strings.Count(lines["story"], "N")+strings.Count(lines["story"], "R"), rotations)
	testkit.True(t, strings.HasSuffix(lines["failures"], " 0"), lines["failures"])
	testkit.True(t, !strings.HasSuffix(lines["refused"], " 0"), lines["refused"])
	testkit.Equal(t, strings.Count(text, "auth.credential_rotated"), rotations+1)
	testkit.True(t, strings.Contains(text, "auth.failed"), "reads that failed are on record")
	testkit.True(t, !strings.Contains(text, "the-first-key") && !strings.Contains(text, secret), "neither key nor name is told")
}

// Without it calls fail as soon as the first key is disabled.
func TestPinned(t *testing.T) {
	s, err := open(true)
	testkit.NoError(t, err)
	defer s.close()
	columns, err := s.play(t.Context(), 20*time.Millisecond)
	testkit.NoError(t, err)
	err = s.verdict(columns)
	testkit.ErrorIs(t, err, errFailed)
	testkit.ErrorIs(t, err, errStatus)
}

func TestRunRefuses(t *testing.T) {
	var out bytes.Buffer
	testkit.ErrorIs(t, run(t.Context(), &out, []string{"-h"}), flag.ErrHelp)
	testkit.True(t, strings.Contains(out.String(), "-pinned"), "usage")
	testkit.True(t, run(t.Context(), &out, []string{"-unknown"}) != nil, "an unknown flag")
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	testkit.ErrorIs(t, run(ctx, &out, []string{"-pinned"}), context.DeadlineExceeded)
}

// The verdict is not given for nothing.
func TestVerdict(t *testing.T) {
	t.Parallel()
	s := &stand{first: errors.New("the first")}
	testkit.ErrorIs(t, s.verdict([]column{{fails: 1}}), errFailed)
	testkit.ErrorIs(t, s.verdict([]column{{fails: 1}}), s.first)
	testkit.True(t, s.verdict([]column{{refused: 1, bad: 1}}) != nil, "no rotation was seen")
}

func TestDraw(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	draw(&out, []column{{mark: 'N', calls: 8, reads: 2}, {mark: ' '}, {mark: 'x', calls: 4, bad: 12, fails: 3}})
	testkit.True(t, strings.HasPrefix(out.String(), "story    N x\ncalls    █ ▄    12\nrefused  ...     0\nvault    2..     2\nbad reads..#    12\nfailures ..3     3\n"), out.String())
}
