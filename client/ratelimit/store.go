package ratelimit

import "context"

// A Store keeps buckets. [Memory] keeps them in this process.
type Store interface {
	// Take charges every bucket, or none of them and returns an error: errors.Is(err,
	// ErrExceeded), ErrImpossible, ErrCharge, the error of ctx, or one of the store's own.
	// A refusal names the bucket that causes the longest wait. Every error means that the
	// call must not be sent; [Code] gives its code. Take does not wait for quota.
	//
	// It keeps neither charges nor ctx, and is safe for concurrent use.
	Take(ctx context.Context, charges []Charge) (Lease, error)
}

// A Charge is what a call costs one bucket. Requests and Tokens must not be negative, and
// one of them must be positive.
type Charge struct {
	Key      Key
	Quota    Quota
	Requests int64
	// Tokens is the estimate: prompt plus the most that may come back.
	Tokens int64
}

// A Lease is a charge that stands. It ends once, by Settle or Cancel, whichever comes
// first; further calls do nothing. Both may be called from any goroutine, also after the
// context of Take is done. A lease that is never ended keeps the estimate charged and
// holds no resource.
type Lease interface {
	// Settle replaces the estimate with the tokens that the call really cost, prompt and
	// answer together: less is given back, more becomes debt. The request stays charged. A
	// negative number means that the cost is not known, and the estimate stays. Deployments
	// keep the estimate in any case, as the service does.
	Settle(tokens int64)
	// Cancel gives everything back, to deployments too. It is only for a call of which
	// nothing was sent.
	Cancel()
}

// MaxCharges is how many buckets one Take may charge.
const MaxCharges = 8
