package testkit

import (
	"errors"
	"reflect"
	"testing"
)

// Equal reports an error unless got is want. The test goes on.
func Equal[T comparable](t testing.TB, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("not equal:\n got: %#v\nwant: %#v", got, want)
	}
}

// DeepEqual reports an error unless got and want are deeply equal, by the rules of
// [reflect.DeepEqual]: a nil slice is not an empty one. The test goes on.
func DeepEqual(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("not equal:\n got: %#v\nwant: %#v", got, want)
	}
}

// NoError stops the test if err is not nil: what follows would only fail for the same
// reason. Hence it belongs on the goroutine of the test.
func NoError(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error (%T): %v", err, err)
	}
}

// ErrorIs reports an error unless target is in the tree of err. The test goes on.
func ErrorIs(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("wrong error:\n got: (%T) %v\nwant: (%T) %v", err, err, target, target)
	}
}

// True reports an error that names what should hold, unless ok. The test goes on.
func True(t testing.TB, ok bool, what string) {
	t.Helper()
	if !ok {
		t.Errorf("not true: %s", what)
	}
}

// Allocs reports an error if one call of f allocates more than budget times, averaged
// over many calls. Under the race detector, which allocates by itself, it skips the test.
// It must not run beside parallel tests, see [testing.AllocsPerRun].
func Allocs(t testing.TB, budget float64, f func()) {
	t.Helper()
	if race {
		t.Skip("the race detector allocates by itself")
	}
	if got := testing.AllocsPerRun(100, f); got > budget {
		t.Errorf("%v allocations per run, the budget is %v", got, budget)
	}
}
