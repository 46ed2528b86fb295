package tlspolicy

import (
	"crypto/tls"
	"sync"
	"time"
)

const (
	// maxSessions is how many hosts a session is kept of.
	maxSessions = 64
	// sessionAge is for how long after a full handshake its session is offered. A resumed
	// session shows no certificate, so this is how much later than others it may learn
	// that one was revoked. TLS itself allows seven days (RFC 8446, 4.6.1).
	sessionAge = time.Hour
)

// A sessionCache keeps one session for each host, for a bounded time. Tickets that a
// resumed session brings do not prolong it. A host that is an address has none: it is told
// to the rules without its name.
type sessionCache struct {
	now   func() time.Time
	rules *rules // of the configuration that it is the cache of, for VerdictOf

	mu    sync.Mutex
	hosts map[string]session
}

var _ tls.ClientSessionCache = (*sessionCache)(nil)

type session struct {
	verified time.Time // when the last full handshake was
	state    *tls.ClientSessionState
}

func newSessionCache(now func() time.Time) *sessionCache {
	return &sessionCache{now: now, hosts: map[string]session{}}
}

// verified notes that a full handshake with host has kept all rules. Its ticket is still to
// come; an older one is of no more use.
func (c *sessionCache) verified(host string, at time.Time) {
	if host == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.hosts[host]; !ok && len(c.hosts) >= maxSessions {
		c.evict()
	}
	c.hosts[host] = session{verified: at}
}

// evict forgets the host whose handshake is the longest ago. The mutex is held.
func (c *sessionCache) evict() {
	var oldest string
	for host, s := range c.hosts {
		if oldest == "" || s.verified.Before(c.hosts[oldest].verified) {
			oldest = host
		}
	}
	delete(c.hosts, oldest)
}

// Get gives the session to offer to a host.
func (c *sessionCache) Get(host string) (*tls.ClientSessionState, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.hosts[host]
	if !ok || s.state == nil {
		return nil, false
	}
	if c.now().Sub(s.verified) >= sessionAge {
		c.hosts[host] = session{verified: s.verified}
		return nil, false
	}
	return s.state, true
}

// Put keeps a session, if a full handshake came before it, or forgets it if state is nil.
func (c *sessionCache) Put(host string, state *tls.ClientSessionState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.hosts[host]; ok {
		c.hosts[host] = session{s.verified, state}
	}
}
