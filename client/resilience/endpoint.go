package resilience

import "sync"

// maxEndpoints is how many hosts a policy keeps apart. The gate of the pipeline lets only
// configured ones pass, so this bounds mistakes, not use; past it everything is forgotten.
const maxEndpoints = 256

// endpoints keeps one T per host. It is safe for concurrent use.
type endpoints[T any] struct {
	mu    sync.Mutex
	held  map[string]T
	fresh func() T
}

func newEndpoints[T any](fresh func() T) *endpoints[T] {
	return &endpoints[T]{held: map[string]T{}, fresh: fresh}
}

// of returns the T of host and makes it on the first call.
func (e *endpoints[T]) of(host string) T {
	e.mu.Lock()
	defer e.mu.Unlock()
	value, ok := e.held[host]
	if !ok {
		if len(e.held) >= maxEndpoints {
			clear(e.held)
		}
		value = e.fresh()
		e.held[host] = value
	}
	return value
}
