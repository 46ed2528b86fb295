package redisstore_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
)

// A store without a reachable server and the mode Closed refuses, typed.
func ExampleNew() {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", ContextTimeoutEnabled: true})
	defer func() { _ = client.Close() }()
	store, err := redisstore.New(redisstore.Config{
		Client:  client,
		Secret:  []byte("from a vault, the same for all, long enough"),
		Failure: redisstore.Closed(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = store.Close() }()
	_, err = store.Take(context.Background(), []ratelimit.Charge{{Key: ratelimit.TenantKey("contoso"), Requests: 1}})
	fmt.Println(errors.Is(err, redisstore.ErrUnavailable), ratelimit.Code(err))
	// Output: true limit_store_unavailable
}
