package ratelimit_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// Where nothing is configured, a whole minute may be used at once, and no more.
func TestDefaultsHoldAMinute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		key  ratelimit.Key
		want int
	}{
		"user":       {ratelimit.UserKey("t", "u"), 60},
		"app":        {ratelimit.AppKey("t", "a"), 1440},
		"tenant":     {ratelimit.TenantKey("t"), 1440},
		"deployment": {ratelimit.DeploymentKey("h", "d"), 1440},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store, err := ratelimit.Memory(ratelimit.Config{})
				testkit.NoError(t, err)
				granted := func() (n int) {
					for {
						if _, err := store.Take(t.Context(), []ratelimit.Charge{{Key: test.key, Requests: 1}}); err != nil {
							testkit.ErrorIs(t, err, ratelimit.ErrExceeded)
							return n
						}
						n++
					}
				}
				testkit.Equal(t, granted(), test.want)
				time.Sleep(time.Minute)
				testkit.Equal(t, granted(), test.want)
			})
		})
	}
}
