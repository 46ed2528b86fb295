package testkit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport-go/sallyport/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestLeaks(t *testing.T) { // not parallel: it looks at the goroutines of the process
	stop := make(chan struct{})
	leaky := record(t, func(t testing.TB) {
		testkit.LeaksWithin(t, 0)
		go waitFor(stop)
	})
	close(stop)
	testkit.Equal(t, len(leaky.errors), 1)
	testkit.True(t, strings.Contains(strings.Join(leaky.errors, ""), "testkit_test.TestLeaks"), "the stack of the goroutine is reported")

	slow := record(t, func(t testing.TB) {
		testkit.Leaks(t)
		go time.Sleep(50 * time.Millisecond)
	})
	testkit.Equal(t, len(slow.errors), 0)
}

func TestLeftovers(t *testing.T) { // not parallel: it looks at the goroutines of the process
	stop := make(chan struct{})
	go waitFor(stop)
	left := testkit.Leftovers()
	close(stop)
	testkit.True(t, strings.Contains(strings.Join(left, ""), "testkit_test.TestLeftovers"), "Main sees the goroutine")
}

func waitFor(stop chan struct{}) { <-stop }

func TestTolerated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stack string
		want  bool
	}{
		"library":     {"goroutine 7 [select]:\nnet/http.(*persistConn).writeLoop(0xc0)\n\t/go/x.go:1\ncreated by net/http.(*Transport).dialConn in goroutine 6", false},
		"in a test":   {"goroutine 7 [chan receive]:\nexample.TestX.func1()\n\t/go/x.go:1\ncreated by example.TestX in goroutine 6", false},
		"signal":      {"goroutine 7 [syscall]:\nos/signal.signal_recv()\n\t/go/x.go:1\ncreated by os/signal.Notify.func1.1 in goroutine 1", true},
		"signal loop": {"goroutine 7 [runnable]:\nos/signal.loop()\n\t/go/x.go:1\ncreated by os/signal.Notify.func1.1 in goroutine 1", true},
		"testing":     {"goroutine 7 [chan receive]:\nexample.TestX()\n\t/go/x.go:1\ncreated by testing.(*T).Run in goroutine 1", true},
		"no frames":   {"goroutine 7 [running]:", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.Equal(t, testkit.Tolerated(test.stack), test.want)
		})
	}
}
