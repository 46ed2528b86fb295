package battery

import (
	"fmt"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"time"
)

// A count is what a process has: goroutines, and open files, of which sockets are the
// most. Where the system does not tell about files they are 0.
type count struct{ goroutines, files int }

func (c count) String() string { return fmt.Sprintf("%d goroutines, %d files", c.goroutines, c.files) }

// settleTime is how long what was ended may take to be gone.
const settleTime = time.Second

func census() count {
	c := count{goroutines: runtime.NumGoroutine()}
	if files, err := os.ReadDir("/proc/self/fd"); err == nil {
		c.files = len(files)
	}
	return c
}

// settled waits until there is no more than there was before.
func settled(before count, patience time.Duration) (count, bool) {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		now := census()
		if now.goroutines <= before.goroutines && now.files <= before.files {
			return now, true
		}
		if time.Now().After(end) {
			return now, false
		}
	}
}

// A heapWatch finds how far the heap grows. What waits for the collector counts as well.
type heapWatch struct {
	start, peak uint64
	stop        chan struct{}
	done        sync.WaitGroup
}

const heapMetric = "/memory/classes/heap/objects:bytes"

func heapNow(sample []metrics.Sample) uint64 {
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func watchHeap() *heapWatch {
	runtime.GC()
	sample := []metrics.Sample{{Name: heapMetric}}
	w := &heapWatch{start: heapNow(sample), stop: make(chan struct{})}
	w.done.Go(func() {
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			w.peak = max(w.peak, heapNow(sample))
			select {
			case <-tick.C:
			case <-w.stop:
				return
			}
		}
	})
	return w
}

// growth ends the watch and tells the most that was found.
func (w *heapWatch) growth() uint64 {
	close(w.stop)
	w.done.Wait()
	return w.peak - min(w.peak, w.start)
}
