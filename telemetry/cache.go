package telemetry

import (
	"sync"
	"sync/atomic"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cacheSize bounds each cache, and stands below the 2000 series that the SDK keeps per
// instrument. Past it, the values least recently used are made again.
const cacheSize = 1024

// A cache keeps attribute sets, which cost more to make than to record. It is safe for
// concurrent use.
type cache[K comparable, V any] struct {
	latest atomic.Pointer[entry[K, V]] // most processes ask for the same thing again and again
	mu     sync.Mutex
	lru    *simplelru.LRU[K, *entry[K, V]]
}

// An entry is not changed once it is made.
type entry[K comparable, V any] struct {
	key   K
	value *V
}

func newCache[K comparable, V any]() *cache[K, V] {
	lru, _ := simplelru.NewLRU[K, *entry[K, V]](cacheSize, nil) // fails on a size of 0 only
	return &cache[K, V]{lru: lru}
}

// find returns the value of key, or nil.
func (c *cache[K, V]) find(key K) *V {
	if e := c.latest.Load(); e != nil && e.key == key {
		return e.value
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.lru.Get(key)
	if !ok {
		return nil
	}
	c.latest.Store(e)
	return e.value
}

func (c *cache[K, V]) put(key K, v *V) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Add(key, &entry[K, V]{key, v})
	return v
}
