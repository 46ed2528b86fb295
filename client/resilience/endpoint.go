package resilience

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// maxEndpoints is how many hosts a policy keeps apart. The gate of the pipeline lets only
// configured ones pass, so this bounds mistakes, not use.
const maxEndpoints = 256

// endpoints keeps one T per host.
type endpoints[T any] struct {
	mu   sync.Mutex
	held *simplelru.LRU[string, T]
	make func() T
}

func newEndpoints[T any](fresh func() T) *endpoints[T] {
	held, err := simplelru.NewLRU[string, T](maxEndpoints, nil)
	if err != nil {
		held = nil // cannot be: the size is a positive constant
	}
	return &endpoints[T]{held: held, make: fresh}
}

// of returns the T of host and makes it on the first call.
func (e *endpoints[T]) of(host string) T {
	e.mu.Lock()
	defer e.mu.Unlock()
	if value, ok := e.held.Get(host); ok {
		return value
	}
	value := e.make()
	e.held.Add(host, value)
	return value
}
