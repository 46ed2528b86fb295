package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

// A call that is a little too early waits for its turn, and is refused at once if that would
// take too long.
func ExampleNewQueue() {
	store, err := ratelimit.Memory(ratelimit.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	queue, err := ratelimit.NewQueue(store, ratelimit.QueueConfig{MaxWait: 500 * time.Millisecond})
	if err != nil {
		fmt.Println(err)
		return
	}
	charge := ratelimit.Charge{
		Key:    ratelimit.TenantKey("contoso"),
		Quota:  ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(60_000).WithBurst(1000)},
		Tokens: 1000,
	}
	ctx := ratelimit.WithPlace(context.Background(), ratelimit.Place{Lane: ratelimit.Interactive})
	for _, tokens := range []int64{1000, 100, 5000} {
		charge.Tokens = tokens
		_, err := queue.Take(ctx, []ratelimit.Charge{charge})
		fmt.Println(tokens, err)
	}
	// Output:
	// 1000 <nil>
	// 100 <nil>
	// 5000 ratelimit: the tenant's tokens per minute are used up
}

// What the service says about a deployment holds for all its callers.
func ExampleNewService() {
	store, err := ratelimit.Memory(ratelimit.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	service, err := ratelimit.NewService(store)
	if err != nil {
		fmt.Println(err)
		return
	}
	charges := []ratelimit.Charge{{Key: ratelimit.DeploymentKey("contoso.openai.azure.com", "gpt-4o"), Requests: 1, Tokens: 500}}
	lease, err := service.Take(context.Background(), charges)
	if err != nil {
		fmt.Println(err)
		return
	}
	header := http.Header{"Retry-After": {"7"}}
	ratelimit.Learn(lease, ratelimit.ReadFeedback(http.StatusTooManyRequests, header, nil, time.Now()))
	_, err = service.Take(context.Background(), charges)
	var exceeded *ratelimit.ExceededError
	if errors.As(err, &exceeded) {
		fmt.Println(exceeded.Shut, exceeded.RetryAfter >= 7*time.Second)
	}
	// Output: true true
}

func ExampleImageTokens() {
	fmt.Println(ratelimit.ImageTokens("gpt-4o", 1024, 1024, false))
	// Output: 765
}

// A deployment whose prompts count a fifth more than they look is estimated so.
func ExampleCorrections() {
	var corrections ratelimit.Corrections
	key := ratelimit.DeploymentKey("contoso.openai.azure.com", "gpt-4o")
	for range 100 {
		corrections.Learn(key, 1000, 1200)
	}
	fmt.Println(corrections.Estimate(key, 500))
	// Output: 600
}
