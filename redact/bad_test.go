package redact_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/redact"
)

// patience is for a text of the size of the largest ones below, on a busy machine under
// the race detector. Anything quadratic takes days.
const patience = 3 * time.Minute

// within fails if f takes longer than it should.
func within(t *testing.T, f func()) {
	t.Helper()
	start := time.Now()
	f()
	testkit.True(t, time.Since(start) < patience, "it takes no time out of proportion")
}

// One character, a hundred million times: the text itself, or a typed error.
func TestOneCharacter(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	for c, n := range map[string]int{"1": 100 << 20, "a": 8 << 20, "_": 8 << 20, "@": 8 << 20, "\x80": 8 << 20, "-": 8 << 20, "=": 8 << 20} {
		text := strings.Repeat(c, n)
		within(t, func() {
			s := newSession(t, redact.Config{}, "a")
			testkit.Equal(t, s.Restore(redacted(t, s, text)) == text, true)
			s.Fork()
		})
	}
}

// The same through the streams, and texts that are made to be hard.
func TestHostileStreams(t *testing.T) {
	t.Parallel()
	s := newSession(t, redact.Config{}, "a")
	token := redacted(t, s, "jane@example.com")
	for name, unit := range map[string]string{
		"letters": "a", "digits": "1", "underscores": "_", "backslashes": `\`, "capitals": "E", "ats": "@", "bytes": "\x80", "Chinese": "中", "blanks": " ",
		"kinds": "EMAIL_ADDRESS_", "escaped kinds": `EMAIL\_ADDRESS\_`, "cut": token[:len(token)-1], "escaped": strings.ReplaceAll(token, "_", `\_`),
		"begun keys": "-----BEGIN ", "quotes": `password="`, "numbers": "4111 ", "whole": token + " ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat(unit, 1+(1<<20)/len(unit))
			within(t, func() {
				whole := s.Restore(text)
				r, g := s.Restorer(), s.Guard()
				var b strings.Builder
				for i := 0; i < len(text); i += 1000 {
					piece := text[i:min(i+1000, len(text))]
					b.WriteString(r.Push(piece))
					_, err := g.Push(piece)
					testkit.NoError(t, err)
				}
				b.WriteString(r.Flush())
				_, err := g.Flush()
				testkit.NoError(t, err)
				testkit.Equal(t, b.String() == whole, true)
			})
		})
	}
}

// With -args -strict there are a million; a tenth of that is enough to see what does not
// grow as the text does.
func TestAMillionPlaceholders(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	t.Parallel()
	n := 100_000
	if *strict {
		n = 1_000_000
	}
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "SECRET_%013d ", i)
	}
	text := b.String()
	within(t, func() {
		_, err := newSession(t, redact.Config{}, "a").Redact(text)
		testkit.ErrorIs(t, err, redact.ErrTooMany)
		s := newSession(t, redact.Config{MaxValues: n}, "a")
		out := redacted(t, s, text)
		testkit.Equal(t, s.Restore(out) == text, true)
		testkit.Equal(t, pieces(s, out, 7, 4001) == text, true)
		guardedText, err := s.GuardText(redact.Target{}, out)
		testkit.NoError(t, err)
		testkit.Equal(t, guardedText == text, true)
	})
	within(t, func() { // one value, many times
		s := newSession(t, redact.Config{Action: redact.Surrogate}, "a")
		text := strings.Repeat("jane@example.com 4111111111111111x ", 3*n/10)
		testkit.Equal(t, s.Restore(redacted(t, s, text)) == text, true)
	})
}
