package telemetry

import (
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// cacheSize bounds each cache, and stands below the 2000 series that the SDK keeps per
// instrument. Past it, the values least recently used are made again.
const cacheSize = 1024

// A cache keeps attribute sets, which cost more to make than to record. It is safe for
// concurrent use.
type cache[K comparable, V any] struct {
	mu  sync.Mutex
	lru *simplelru.LRU[K, *V]
}

func newCache[K comparable, V any]() *cache[K, V] {
	lru, _ := simplelru.NewLRU[K, *V](cacheSize, nil) // fails on a size of 0 only
	return &cache[K, V]{lru: lru}
}

// find returns the value of key, or nil.
func (c *cache[K, V]) find(key K) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, _ := c.lru.Get(key)
	return v
}

func (c *cache[K, V]) put(key K, v *V) *V {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Add(key, v)
	return v
}
