package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	workers = 4
	// rest is what a worker does between two calls.
	rest = 25 * time.Millisecond
)

// counts are what has happened so far.
type counts struct {
	calls, failures atomic.Int64
	mu              sync.Mutex
	first           error // failure
}

func (c *counts) failed(err error) {
	c.failures.Add(1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.first == nil {
		c.first = err
	}
}

// load calls the service until ctx ends, and waits for its last calls.
func (s *stand) load(ctx context.Context, c *counts) (wait func()) {
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for ctx.Err() == nil {
				// A call that has begun is not taken back when the load ends.
				if err := s.call(context.WithoutCancel(ctx)); err != nil {
					c.failed(err)
				}
				c.calls.Add(1)
				select {
				case <-ctx.Done():
				case <-time.After(rest):
				}
			}
		})
	}
	return group.Wait
}

var errStatus = errors.New("the service answered")

// call is one call of the service, as an SDK makes it.
func (s *stand) call(ctx context.Context) error {
	body := strings.NewReader(`{"model":"gpt-4o","messages":[{"role":"user","content":"Is the key still good?"}]}`)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.client.BaseURL()+"chat/completions", body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.client.HTTPClient().Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err = errors.Join(err, resp.Body.Close()); err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w %d", errStatus, resp.StatusCode)
	}
	return err
}
