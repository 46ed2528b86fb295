package testkit_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestAssertions(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		run   func(testing.TB)
		wants []string // nil: the assertion holds
		stops bool
	}{
		"Equal":           {run: func(t testing.TB) { testkit.Equal(t, 1, 1) }},
		"Equal fails":     {run: func(t testing.TB) { testkit.Equal(t, "a", "b") }, wants: []string{`got: "a"`, `want: "b"`}},
		"DeepEqual":       {run: func(t testing.TB) { testkit.DeepEqual(t, []int{1}, []int{1}) }},
		"DeepEqual fails": {run: func(t testing.TB) { testkit.DeepEqual(t, []int{1}, []int{2}) }, wants: []string{"got: []int{1}", "want: []int{2}"}},
		"DeepEqual nil":   {run: func(t testing.TB) { testkit.DeepEqual(t, []int(nil), []int{}) }, wants: []string{"[]int(nil)"}},
		"NoError":         {run: func(t testing.TB) { testkit.NoError(t, nil) }},
		"NoError fails":   {run: func(t testing.TB) { testkit.NoError(t, io.EOF) }, wants: []string{"*errors.errorString", "EOF"}, stops: true},
		"ErrorIs":         {run: func(t testing.TB) { testkit.ErrorIs(t, fmt.Errorf("read: %w", io.EOF), io.EOF) }},
		"ErrorIs fails":   {run: func(t testing.TB) { testkit.ErrorIs(t, errors.New("other"), io.EOF) }, wants: []string{"other", "EOF"}},
		"ErrorIs nil":     {run: func(t testing.TB) { testkit.ErrorIs(t, nil, io.EOF) }, wants: []string{"<nil>", "EOF"}},
		"True":            {run: func(t testing.TB) { testkit.True(t, true, "it holds") }},
		"True fails":      {run: func(t testing.TB) { testkit.True(t, false, "it holds") }, wants: []string{"not true: it holds"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := record(t, test.run)
			if !r.helper {
				t.Error("the assertion does not call Helper")
			}
			if (len(r.errors) > 0) != (test.wants != nil) || r.stopped != test.stops {
				t.Fatalf("reported %q, stopped %v", r.errors, r.stopped)
			}
			for _, want := range test.wants {
				if !strings.Contains(r.errors[0], want) {
					t.Errorf("%q is not in %q", want, r.errors[0])
				}
			}
		})
	}
}

var sink []byte

func TestAllocs(t *testing.T) { // not parallel: it counts the allocations of the process
	over := record(t, func(t testing.TB) { testkit.Allocs(t, 0, func() { sink = make([]byte, 64) }) })
	under := record(t, func(t testing.TB) { testkit.Allocs(t, 1, func() { sink = make([]byte, 64) }) })
	if !over.skipped && len(over.errors) != 1 || len(under.errors) != 0 {
		t.Errorf("over the budget: %q, within: %q", over.errors, under.errors)
	}
}
