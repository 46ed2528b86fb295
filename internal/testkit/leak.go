package testkit

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long goroutines that are about to end may take for it.
const patience = 3 * time.Second

// Main runs the tests of m, fails if any goroutine is left after them, and exits the
// process. It is for TestMain in each package that starts goroutines:
//
//	func TestMain(m *testing.M) { testkit.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if left := leftovers(nil, patience); len(left) > 0 {
			fmt.Fprintf(os.Stderr, "testkit: %d goroutines are left after the tests:\n\n%s\n", len(left), strings.Join(left, "\n\n"))
			code = 1
		}
	}
	os.Exit(code)
}

// Leaks fails t if, after its other cleanups, a goroutine is left that did not run at the
// call of Leaks. So it comes first in a test. It cannot tell tests apart and hence is not
// for parallel ones, nor for synctest bubbles, which find leaks by themselves.
func Leaks(t testing.TB) {
	t.Helper()
	leaks(t, patience)
}

func leaks(t testing.TB, wait time.Duration) {
	t.Helper()
	before := map[string]bool{}
	for _, stack := range stacks() {
		before[goroutine(stack)] = true
	}
	t.Cleanup(func() {
		t.Helper()
		if left := leftovers(before, wait); len(left) > 0 {
			t.Errorf("%d goroutines are left after the test:\n\n%s", len(left), strings.Join(left, "\n\n"))
		}
	})
}

// leftovers returns the stacks of the goroutines that are still there after wait and
// are not in before, and returns at once when there are none.
func leftovers(before map[string]bool, wait time.Duration) []string {
	deadline := time.Now().Add(wait)
	for pause := time.Millisecond; ; pause *= 2 {
		var left []string
		for _, stack := range stacks() {
			if !before[goroutine(stack)] && !tolerated(stack) {
				left = append(left, stack)
			}
		}
		if len(left) == 0 || time.Now().After(deadline) {
			return left
		}
		time.Sleep(min(pause, 100*time.Millisecond))
	}
}

// stacks returns the stack of every goroutine but the one that asks.
func stacks() []string {
	buf := make([]byte, 1<<16)
	for {
		n := runtime.Stack(buf, true)
		if n < len(buf) {
			return strings.Split(strings.TrimSpace(string(buf[:n])), "\n\n")[1:]
		}
		buf = make([]byte, 2*len(buf))
	}
}

// goroutine returns the "goroutine N " that begins a stack.
func goroutine(stack string) string {
	name, _, _ := strings.Cut(stack, "[")
	return name
}

// tolerated reports whether a goroutine belongs to the runtime or to package testing: its
// innermost frame, or the frame that created it, is one of theirs.
func tolerated(stack string) bool {
	lines := strings.Split(stack, "\n")
	if len(lines) < 2 {
		return true
	}
	for _, frame := range []string{
		"os/signal.signal_recv", "os/signal.loop", // signal.Notify, which go test -fuzz calls
		"runtime.ensureSigM", "runtime.ReadTrace", // profiles and traces of go test
		"testing.", "testing/internal/", "internal/fuzz.",
	} {
		if strings.HasPrefix(lines[1], frame) || createdBy(lines, frame) {
			return true
		}
	}
	return false
}

// createdBy reports whether the goroutine was started by frame. tRunner runs tests, so a
// test that hangs is the business of package testing, and what it starts is not: that was
// created by the test's own function.
func createdBy(lines []string, frame string) bool {
	for _, line := range lines {
		if creator, ok := strings.CutPrefix(line, "created by "); ok {
			return strings.HasPrefix(creator, frame)
		}
	}
	return false
}
