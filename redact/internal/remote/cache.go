package remote

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/sallyport-go/sallyport/redact/detect"
)

// A key is an HMAC of a document under a key of the process: the cache holds no text.
type key [sha256.Size]byte

// A cache keeps what was found in documents. It is safe for concurrent use.
type cache struct {
	secret [sha256.Size]byte
	ttl    time.Duration

	mu  sync.Mutex
	lru *simplelru.LRU[key, cached]
}

type cached struct {
	spans []detect.Span
	until time.Time
}

// The bounds of a cache when nothing is said.
const (
	defaultSize = 4096
	defaultTTL  = 10 * time.Minute
)

func newCache(size int, ttl time.Duration) *cache {
	if size <= 0 {
		size = defaultSize
	}
	if ttl <= 0 {
		ttl = defaultTTL
	}
	c := &cache{ttl: ttl}
	_, _ = rand.Read(c.secret[:])                       // never fails, see crypto/rand
	c.lru, _ = simplelru.NewLRU[key, cached](size, nil) // fails for size 0 only
	return c
}

func (c *cache) key(body string) (k key) {
	mac := hmac.New(sha256.New, c.secret[:])
	mac.Write([]byte(body))
	mac.Sum(k[:0])
	return k
}

func (c *cache) get(k key) ([]detect.Span, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hit, ok := c.lru.Get(k)
	if ok && !time.Now().Before(hit.until) {
		c.lru.Remove(k)
		return nil, false
	}
	return hit.spans, ok
}

func (c *cache) put(k key, spans []detect.Span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lru.Add(k, cached{spans, time.Now().Add(c.ttl)})
}
