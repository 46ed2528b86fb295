package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
	"github.com/sallyport-go/sallyport/telemetry/event"
)

func TestQuotaValidate(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		quota ratelimit.Quota
		want  string
	}{
		{ratelimit.Quota{}, ""},
		{ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(0), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute)}, ""},
		{ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(1).WithBurst(1)}, ""},
		{ratelimit.Quota{RequestsPerMinute: ratelimit.Limit{}.WithBurst(60)}, ""},
		{ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(-1)}, "ratelimit: configuration not valid: RequestsPerMinute is negative"},
		{ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(1).WithBurst(0)}, "ratelimit: configuration not valid: the burst of TokensPerMinute is below 1"},
		{
			ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(-1), TokensPerMinute: ratelimit.PerMinute(ratelimit.MaxPerMinute + 1)},
			"ratelimit: configuration not valid: RequestsPerMinute is negative\nratelimit: configuration not valid: TokensPerMinute is above 1000000000000",
		},
	} {
		err := test.quota.Validate()
		if test.want == "" {
			testkit.NoError(t, err)
			continue
		}
		testkit.ErrorIs(t, err, ratelimit.ErrConfig)
		testkit.Equal(t, err.Error(), test.want)
	}
	for _, kind := range []ratelimit.Kind{ratelimit.User, ratelimit.App, ratelimit.Tenant, ratelimit.Deployment} {
		testkit.NoError(t, kind.Default().Validate())
	}
	zero := ratelimit.PerMinute(0)
	testkit.Equal(t, ratelimit.Nobody.Default(), ratelimit.Quota{RequestsPerMinute: zero, TokensPerMinute: zero})
}

func TestLimitString(t *testing.T) {
	t.Parallel()
	testkit.Equal(t, fmt.Sprint(ratelimit.Limit{}, ratelimit.PerMinute(0), ratelimit.PerMinute(60).WithBurst(6), ratelimit.Kind(99), ratelimit.Tokens, ratelimit.Requests),
		"default 0 60+6 nobody tokens requests")
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	for _, cfg := range []ratelimit.Config{{Keys: -1}, {Parents: -1}, {Keys: 1 << 30}} {
		m, err := ratelimit.Memory(cfg)
		testkit.ErrorIs(t, err, ratelimit.ErrConfig)
		testkit.True(t, m == nil, "no store")
	}
	for _, cfg := range []ratelimit.Config{{Keys: 1, Parents: 1}, {Keys: 17}, {Keys: 1 << 12}, {Keys: 1 << 18, Parents: 1 << 16}} {
		m := memory(t, cfg)
		_, err := take(m, ratelimit.Charge{Key: ratelimit.TenantKey("t"), Requests: 1})
		testkit.NoError(t, err)
	}
	_, err := new(ratelimit.MemoryStore).Take(t.Context(), []ratelimit.Charge{requests(ratelimit.Limit{}, 1)})
	testkit.ErrorIs(t, err, ratelimit.ErrCharge)
}

func TestCode(t *testing.T) {
	t.Parallel()
	m := memory(t, ratelimit.Config{})
	_, impossible := take(m, requests(ratelimit.PerMinute(1), 2))
	_, err := take(m, requests(ratelimit.PerMinute(1), 1))
	testkit.NoError(t, err)
	_, exceeded := take(m, requests(ratelimit.PerMinute(1), 1))
	for _, test := range []struct {
		err  error
		want event.Code
		text string
	}{
		{nil, "", ""},
		{exceeded, event.LocalRateLimited, "ratelimit: the user's requests per minute are used up"},
		{impossible, event.LocalTooBig, "ratelimit: larger than a whole minute of the user's requests"},
		{context.Canceled, event.Canceled, ""},
		{context.DeadlineExceeded, event.Timeout, ""},
		{ratelimit.ErrCharge, event.StoreUnavailable, ""},
		{errors.New("no route to the store"), event.StoreUnavailable, ""},
	} {
		testkit.Equal(t, ratelimit.Code(test.err), test.want)
		if test.text != "" {
			testkit.Equal(t, test.err.Error(), test.text)
		}
	}
}
