package testkit_test

import (
	"fmt"
	"runtime"
	"testing"
)

// A recorder is a testing.TB that keeps what is reported in place of failing.
type recorder struct {
	testing.TB
	errors   []string
	stopped  bool
	skipped  bool
	helper   bool
	cleanups []func()
}

func (r *recorder) Helper()          { r.helper = true }
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	r.stopped = true
	runtime.Goexit()
}

func (r *recorder) Skip(...any) {
	r.skipped = true
	runtime.Goexit()
}

// record runs f as the body of a test.
func record(t *testing.T, f func(testing.TB)) *recorder {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, cleanup := range r.cleanups {
				cleanup()
			}
		}()
		f(r)
	}()
	<-done
	return r
}
