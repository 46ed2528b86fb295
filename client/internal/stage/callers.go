package stage

import (
	"errors"
	"sync"

	"github.com/sallyport-go/sallyport/telemetry/event"
)

// maxHalted bounds how many callers are halted at the same time.
const maxHalted = 1 << 16

// ErrManyHalted is that no more callers can be halted one by one.
var ErrManyHalted = errors.New("stage: too many callers are halted")

// Callers are the callers whose calls are refused, by their pseudonyms. The zero Callers
// are none. It is safe for concurrent use.
type Callers struct {
	mu     sync.RWMutex
	halted map[event.Caller]struct{}
}

// Halt refuses the calls of c from now on. It fails with [ErrManyHalted] rather than
// forget another one.
func (c *Callers) Halt(caller event.Caller) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.halted[caller]; !ok && len(c.halted) >= maxHalted {
		return ErrManyHalted
	}
	if c.halted == nil {
		c.halted = map[event.Caller]struct{}{}
	}
	c.halted[caller] = struct{}{}
	return nil
}

// Resume lets the calls of c pass again, and reports whether they were halted.
func (c *Callers) Resume(caller event.Caller) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, ok := c.halted[caller]
	delete(c.halted, caller)
	return ok
}

func (c *Callers) has(caller event.Caller) bool {
	if c == nil {
		return false
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	_, ok := c.halted[caller]
	return ok
}
