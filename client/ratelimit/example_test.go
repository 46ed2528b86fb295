package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sallyport-go/sallyport/client/ratelimit"
)

// One call is charged to the user and to the tenant, and settled when its usage is known.
func ExampleMemory() {
	store, err := ratelimit.Memory(ratelimit.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	prompt := "What is a sallyport?"
	cost := int64(ratelimit.Estimate(prompt)+ratelimit.ChatOverhead(1, 0)) + 100 // the call's own limit on the answer
	charges := []ratelimit.Charge{
		{Key: ratelimit.UserKey("contoso", "ann"), Requests: 1, Tokens: cost},
		{Key: ratelimit.TenantKey("contoso"), Requests: 1, Tokens: cost},
	}
	lease, err := store.Take(context.Background(), charges)
	if err != nil {
		fmt.Println(ratelimit.Code(err), err)
		return
	}
	lease.Settle(60) // what the service reported
	fmt.Println("granted")
	// Output: granted
}

// A quota that is used up says when to come back.
func ExampleExceededError() {
	store, err := ratelimit.Memory(ratelimit.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	charge := ratelimit.Charge{
		Key:      ratelimit.UserKey("contoso", "ann"),
		Quota:    ratelimit.Quota{RequestsPerMinute: ratelimit.PerMinute(2)},
		Requests: 1,
	}
	for range 2 {
		_, err = store.Take(context.Background(), []ratelimit.Charge{charge})
		var exceeded *ratelimit.ExceededError
		if errors.As(err, &exceeded) {
			fmt.Println(exceeded, exceeded.RetryAfter.Round(time.Second))
			continue
		}
		fmt.Println("granted")
	}
	// Output:
	// granted
	// ratelimit: the user's requests per minute are used up 30s
}

func ExampleEstimate() {
	fmt.Println(ratelimit.Estimate("A sallyport is a small gate in the wall of a fortress."))
	// Output: 13
}
