package resilience

import (
	"sync"
	"time"
)

// A budget pays for retries. Each call adds ratio, each started second adds floor. What can
// be saved is bounded, so that a long quiet time does not pay for a storm.
type budget struct {
	mu     sync.Mutex
	saved  float64
	second int64 // the last second, counted from the policy's beginning, that was paid in
}

// savings is how many seconds of floor can be saved; a budget always holds at least one
// retry more than that.
const savings = 10

func newBudget() *budget { return &budget{second: -1} }

// deposit pays in for one call at the time since the policy began.
func (b *budget) deposit(cfg *RetryConfig, at time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tick(cfg, at)
	b.add(cfg, cfg.BudgetRatio)
}

// withdraw pays for one retry, or reports that it cannot.
func (b *budget) withdraw(cfg *RetryConfig, at time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tick(cfg, at)
	const rounding = 1e-9
	if b.saved < 1-rounding {
		return false
	}
	b.saved = max(0, b.saved-1)
	return true
}

func (b *budget) tick(cfg *RetryConfig, at time.Duration) {
	second := int64(at / time.Second)
	if second > b.second {
		b.add(cfg, cfg.BudgetPerSecond*float64(second-b.second))
		b.second = second
	}
}

func (b *budget) add(cfg *RetryConfig, n float64) {
	b.saved = min(b.saved+n, 1+savings*cfg.BudgetPerSecond)
}
