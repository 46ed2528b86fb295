package stage

import (
	"errors"
	"net/http"
	"time"

	"github.com/sallyport-go/sallyport/client/internal/waiver"
	"github.com/sallyport-go/sallyport/client/internal/wire"
	"github.com/sallyport-go/sallyport/client/policy"
	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

// A Limit holds what [NewLimitCaller] and [NewLimitDeployment] need.
type Limit struct {
	// Store keeps the buckets.
	Store ratelimit.Store
	// Corrections learn how deployments count; nil learns nothing.
	Corrections *ratelimit.Corrections
	// User, App, Tenant and Deployment are the quotas.
	User, App, Tenant, Deployment ratelimit.Quota
	// Host is that of the endpoint; a deployment's quota belongs to it.
	Host string
	// Waivers may let callers go without a quota.
	Waivers []waiver.Waiver
}

// assumedOutput is how many tokens an answer is taken to have when the call does not bound
// it. It is settled to the truth afterwards.
const assumedOutput = 1024

// NewLimitCaller returns the stage that charges those for whom a call is made: once per
// call, an estimate first and what it really cost at its end.
//
//	answered            what the service counted, or what was received if it did not say
//	refused or failed   the tokens come back, the request stays charged
//	never sent          everything comes back
func NewLimitCaller(cfg Limit) policy.Policy { return &limitCaller{cfg} }

type limitCaller struct{ Limit }

func (s *limitCaller) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := exchangeOf(req)
	if waiver.Allows(s.Waivers, waiver.UnlimitedCallers, time.Now()) {
		return next(req)
	}
	prompt := estimatePrompt(req, x)
	lease, err := s.Store.Take(req.Context(), s.charges(x.call.Caller, prompt+estimateOutput(x)))
	if err != nil {
		return nil, refuseLimit("limit caller", err)
	}
	resp, err := next(req)
	if err != nil {
		if x.sends.Load() > 0 {
			lease.Settle(0)
		} else {
			lease.Cancel()
		}
		return nil, err
	}
	x.lease = lease
	return resp, nil
}

// charges names the buckets of a caller. One who is not named has none of that kind; every
// call has a tenant, be it the one without a name.
func (s *limitCaller) charges(c policy.Caller, tokens int64) []ratelimit.Charge {
	charges := make([]ratelimit.Charge, 0, 3)
	charges = append(charges, ratelimit.Charge{Key: ratelimit.TenantKey(c.Tenant), Quota: s.Tenant, Requests: 1, Tokens: tokens})
	if c.App != "" {
		charges = append(charges, ratelimit.Charge{Key: ratelimit.AppKey(c.Tenant, c.App), Quota: s.App, Requests: 1, Tokens: tokens})
	}
	if c.User != "" {
		charges = append(charges, ratelimit.Charge{Key: ratelimit.UserKey(c.Tenant, c.User), Quota: s.User, Requests: 1, Tokens: tokens})
	}
	return charges
}

// cost is what a call is settled to, in tokens.
func cost(facts *answerFacts, prompt int64) int64 {
	switch {
	case facts.usage.Known:
		return int64(facts.usage.Input + facts.usage.Output)
	case facts.status >= http.StatusBadRequest:
		return 0
	default:
		return prompt + int64(facts.outBytes/bytesPerToken)
	}
}

// bytesPerToken is the usual rule of thumb for text whose words are not at hand.
const bytesPerToken = 4

// NewLimitDeployment returns the stage that charges the deployment for each attempt, by the
// service's own rule: an estimate on arrival, never given back once it was sent.
func NewLimitDeployment(cfg Limit) policy.Policy { return &limitDeployment{cfg} }

type limitDeployment struct{ Limit }

func (s *limitDeployment) Do(req *http.Request, next policy.Next) (*http.Response, error) {
	x := exchangeOf(req)
	if x.call.Deployment == "" {
		return next(req)
	}
	key, prompt := ratelimit.DeploymentKey(s.Host, x.call.Deployment), estimatePrompt(req, x)
	if s.Corrections != nil {
		estimated := prompt
		x.counted = func(tokens int64) { s.Corrections.Learn(key, estimated, tokens) }
		prompt = s.Corrections.Estimate(key, prompt)
	}
	place := ratelimit.PlaceOf(req.Context())
	if place.Tenant == (ratelimit.Key{}) {
		place.Tenant = ratelimit.TenantKey(x.call.Caller.Tenant)
	}
	lease, err := s.Store.Take(ratelimit.WithPlace(req.Context(), place), []ratelimit.Charge{{
		Key: key, Quota: s.Deployment, Requests: 1, Tokens: prompt + estimateOutput(x),
	}})
	if err != nil {
		return nil, refuseLimit("limit deployment", err)
	}
	before := x.sends.Load()
	resp, err := next(req)
	if err != nil && x.sends.Load() == before {
		lease.Cancel()
		return nil, err
	}
	lease.Settle(-1)
	if resp != nil {
		ratelimit.Learn(lease, ratelimit.ReadFeedback(resp.StatusCode, resp.Header, nil, time.Now()))
	}
	return resp, err
}

// promptOverhead is what begins an answer (OpenAI cookbook, "How to count tokens with
// tiktoken").
const promptOverhead = 3

// estimatePrompt is the tokens of the prompt as it leaves. The redaction has counted them;
// they are counted again only if a policy of the application has changed the body since.
func estimatePrompt(req *http.Request, x *Exchange) int64 {
	if body, ok := policy.Body(req); ok && len(body) != x.promptBytes && x.route.Operation.Infers() && x.route.Body != wire.FormBody {
		x.promptBytes, x.promptTokens = len(body), promptOverhead+int64(ratelimit.Estimate(string(body)))
	}
	return x.promptTokens
}

// estimateOutput is the most that may come back.
func estimateOutput(x *Exchange) int64 {
	switch x.route.Operation {
	case wire.Chat, wire.Completions, wire.Responses, wire.ThreadCreateAndRun, wire.RunCreate, wire.RunSubmit:
	default:
		return 0
	}
	output := int64(x.request.MaxOutput)
	if output <= 0 {
		output = assumedOutput
	}
	return output * int64(max(x.request.Choices, 1))
}

func refuseLimit(stage string, err error) error {
	refusal := policy.Refuse(stage, ratelimit.Code(err), err)
	var exceeded *ratelimit.ExceededError
	if errors.As(err, &exceeded) {
		refusal.RetryAfter = exceeded.RetryAfter
	}
	if refusal.Code == "" {
		refusal.Code = event.StoreUnavailable
	}
	return refusal
}
