package stage

import (
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/telemetry"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// Timed returns p with a span for what it decides on the way down: if it refuses, or takes
// more than a millisecond before it hands on. What it does with the answer is the time of
// the call. Calls that nobody traces go straight through.
func Timed(name string, p policy.Policy) policy.Policy {
	return &timed{p, policyToken(name)}
}

type timed struct {
	policy.Policy

	name event.Token
}

func (t *timed) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := exchangeOf(req)
	if x == nil || !x.span.Recording() {
		return t.Policy.Do(req, next)
	}
	ctx, d := req.Context(), telemetry.Decision{Policy: t.name, Start: time.Now()}
	told := false
	resp, err := t.Policy.Do(req, func(req *http.Request) (*http.Response, error) {
		if !told {
			told, d.End = true, time.Now()
			x.observe.Telemetry.Policy(ctx, d)
		}
		return next(req)
	})
	if err != nil && !told {
		d.End, d.Code = time.Now(), policy.CodeOf(err)
		x.observe.Telemetry.Policy(ctx, d)
	}
	return resp, err
}
