package resilience

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

var errNoReplay = errors.New("resilience: the body could not be read again")

// replayable reports whether the body of req can be sent again.
func replayable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// again returns the request of an attempt. The first has the body of req, the others a new
// reader of the same bytes.
func again(req *http.Request, attempt int) (*http.Request, error) {
	try := req.Clone(req.Context())
	if attempt == 1 || req.GetBody == nil {
		return try, nil
	}
	body, err := req.GetBody()
	if err != nil {
		return nil, policy.Refuse("retry", event.PolicyFailed, errNoReplay)
	}
	try.Body = body
	return try, nil
}

// pause returns how long to wait after a failure and whether the service asked for it. If
// not, the wait is drawn from the one before, which it replaces in delay: decorrelated
// jitter, which grows and spreads at once.
func pause(resp *http.Response, delay *time.Duration) (wait time.Duration, asked bool) {
	if resp != nil {
		if wait, asked = RetryAfter(resp.Header, time.Now()); asked {
			return wait, true
		}
	}
	*delay = min(maxDelay, minDelay+rand.N(3**delay-minDelay))
	return *delay, false
}

// longest is the longest wait after which an attempt still makes sense. It is negative if
// none does.
func (r *retry) longest(ctx context.Context) time.Duration {
	if ctx.Err() != nil {
		return -1
	}
	longest := r.cfg.MaxWait
	if deadline, ok := ctx.Deadline(); ok {
		longest = min(longest, time.Until(deadline)-minLeft)
	}
	return longest
}

// spray is what is added to a wait that was asked for, at most room, so that those who
// were refused together do not come back together.
func spray(wait, room time.Duration) time.Duration {
	return rand.N(1 + min(max(minSpray, wait/10), room))
}

// sleep waits, and reports false if ctx ended before.
func sleep(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

const (
	maxDrain     = 64 << 10    // more costs more than a new connection
	drainTimeout = time.Second // a body that drips must not hold the call
)

// discard reads the rest of a failed answer, so that its connection can be used again, and
// closes it. It returns the status, zero without an answer.
func discard(resp *http.Response) int {
	if resp == nil {
		return 0
	}
	timer := time.AfterFunc(drainTimeout, func() { _ = resp.Body.Close() })
	_, _ = io.CopyN(io.Discard, resp.Body, maxDrain) // what fails here only costs the connection
	timer.Stop()
	_ = resp.Body.Close()
	return resp.StatusCode
}
