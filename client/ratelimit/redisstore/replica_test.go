package redisstore_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/sallyport-go/sallyport/client/ratelimit"
	"github.com/sallyport-go/sallyport/client/ratelimit/redisstore"
	"github.com/sallyport-go/sallyport/internal/testkit"
)

// shared is the bucket that all replicas charge: 1000 at once, and 50 more per second.
func shared() ratelimit.Charge {
	return ratelimit.Charge{Key: ratelimit.DeploymentKey("h", "gpt"), Quota: ratelimit.Quota{TokensPerMinute: ratelimit.PerMinute(3000).WithBurst(1000)}, Tokens: 1}
}

// replica is the other process: it takes as fast as it can until it is told to end, and
// writes the sum of what it was granted after each.
func replica(addr string) {
	cfg := config(redis.NewClient(&redis.Options{Addr: addr, ContextTimeoutEnabled: true}))
	cfg.Namespace = "replicas"
	s, err := redisstore.New(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	end, err := strconv.ParseInt(os.Getenv("REDISSTORE_UNTIL"), 10, 64)
	if err != nil {
		fmt.Println(err)
		return
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	sum := int64(0)
	for i := range 64 {
		group.Go(func() {
			c := shared()
			c.Tokens = int64(1 + i%5)
			for time.Now().UnixMilli() < end {
				if _, err := s.Take(context.Background(), []ratelimit.Charge{c}); err != nil {
					time.Sleep(time.Millisecond)
					continue
				}
				mu.Lock()
				sum += c.Tokens
				fmt.Println(sum)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	_ = s.Close()
	fmt.Println("end")
}

// Row 68: however many processes there are, and whatever becomes of them, the sum of what
// they are granted is what one would be.
func TestReplicas(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		replicas int
		disturb  func(*testing.T, []*exec.Cmd)
	}{
		"four": {4, func(*testing.T, []*exec.Cmd) {}},
		"eight with kills and pauses": {8, func(t *testing.T, all []*exec.Cmd) {
			t.Helper()
			for i, cmd := range all {
				time.Sleep(100 * time.Millisecond)
				switch i % 4 {
				case 0:
					testkit.NoError(t, cmd.Process.Signal(syscall.SIGSTOP))
					time.AfterFunc(300*time.Millisecond, func() { _ = cmd.Process.Signal(syscall.SIGCONT) })
				case 1:
					testkit.NoError(t, cmd.Process.Kill())
				}
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := start(t)
			began := time.Now()
			until := began.Add(4 * time.Second)
			var all []*exec.Cmd
			var group sync.WaitGroup
			var mu sync.Mutex
			sum := int64(0)
			for range test.replicas {
				cmd := exec.Command(os.Args[0], "-test.run=^$")
				cmd.Env = append(os.Environ(), "REDISSTORE_REPLICA="+server.addr(), fmt.Sprint("REDISSTORE_UNTIL=", until.UnixMilli()))
				out, err := cmd.StdoutPipe()
				testkit.NoError(t, err)
				testkit.NoError(t, cmd.Start())
				all = append(all, cmd)
				group.Go(func() {
					last := int64(0)
					for lines := bufio.NewScanner(out); lines.Scan(); {
						if n, err := strconv.ParseInt(lines.Text(), 10, 64); err == nil {
							last = n
						} else if lines.Text() != "end" {
							t.Error(lines.Text())
						}
					}
					_ = cmd.Wait()
					mu.Lock()
					defer mu.Unlock()
					sum += last
				})
			}
			test.disturb(t, all)
			group.Wait()
			bound := 1000 + 50*time.Since(began).Seconds()
			t.Logf("%d granted, at most %.0f", sum, bound)
			testkit.True(t, float64(sum) <= bound, fmt.Sprint(sum, " granted of ", bound))
			testkit.True(t, sum >= 1000, fmt.Sprint("only ", sum, " granted"))
		})
	}
}

// A cluster of three nodes keeps the buckets of a call in one slot, follows it when it
// moves, and counts as down when its node is.
func TestCluster(t *testing.T) {
	t.Parallel()
	nodes := make([]*server, 3)
	for i := range nodes {
		nodes[i] = start(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "2000", "--cluster-require-full-coverage", "no")
	}
	join(t, nodes)
	var addrs []string
	for _, n := range nodes {
		addrs = append(addrs, n.addr())
	}
	client := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addrs, ContextTimeoutEnabled: true})
	defer func() { _ = client.Close() }()
	cfg := config(client)
	s := open(t, cfg)
	q := ratelimit.Quota{RequestsPerMinute: still(1000), TokensPerMinute: still(1000)}
	charges := func(tokens int64) []ratelimit.Charge {
		return []ratelimit.Charge{
			user("ann", q, 1, tokens),
			{Key: ratelimit.AppKey("contoso", "crm"), Quota: q, Requests: 1, Tokens: tokens},
			{Key: ratelimit.TenantKey("contoso"), Quota: q, Requests: 1, Tokens: tokens},
			{Key: ratelimit.DeploymentKey("h", "gpt"), Quota: q, Requests: 1, Tokens: tokens},
		}
	}
	lease, err := take(t, s, charges(500)...)
	testkit.NoError(t, err) // row 79: no CROSSSLOT
	lease.Settle(100)
	settle()
	_, err = take(t, s, charges(500)[:3]...)
	testkit.NoError(t, err)
	_, err = take(t, s, charges(501)...)
	testkit.ErrorIs(t, err, ratelimit.ErrExceeded)

	slot, err := client.ClusterKeySlot(t.Context(), "{"+cfg.Namespace+"}").Result()
	testkit.NoError(t, err)
	owner := int(slot * 3 / 16384)
	move(t, nodes, int(slot), owner, (owner+1)%3)
	leaves(t, s, charges(1)[0], 1000, 400)

	nodes[(owner+1)%3].kill()
	_, err = take(t, s, charges(1)...)
	testkit.ErrorIs(t, err, redisstore.ErrUnavailable)
}

// join makes a cluster of the nodes.
func join(t *testing.T, nodes []*server) {
	t.Helper()
	for i, n := range nodes {
		c := connect(t, n.addr())
		testkit.NoError(t, c.Do(t.Context(), "cluster", "addslotsrange", (i*16384+2)/3, ((i+1)*16384+2)/3-1).Err())
		testkit.NoError(t, c.Do(t.Context(), "cluster", "meet", "127.0.0.1", nodes[0].port, nodes[0].bus).Err())
	}
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		ready := 0
		for _, n := range nodes {
			info, err := connect(t, n.addr()).ClusterInfo(t.Context()).Result()
			if err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3") && strings.Contains(info, "cluster_slots_assigned:16384") {
				ready++
			}
		}
		if ready == len(nodes) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the cluster does not form")
		}
	}
}

// move moves a slot with all its keys to another node.
func move(t *testing.T, nodes []*server, slot, from, to int) {
	t.Helper()
	a, b := connect(t, nodes[from].addr()), connect(t, nodes[to].addr())
	id := func(c *redis.Client) string {
		text, err := c.Do(t.Context(), "cluster", "myid").Text()
		testkit.NoError(t, err)
		return text
	}
	source, target := id(a), id(b)
	testkit.NoError(t, b.Do(t.Context(), "cluster", "setslot", slot, "importing", source).Err())
	testkit.NoError(t, a.Do(t.Context(), "cluster", "setslot", slot, "migrating", target).Err())
	keys, err := a.ClusterGetKeysInSlot(t.Context(), slot, 100).Result()
	testkit.NoError(t, err)
	testkit.True(t, len(keys) == 4, fmt.Sprint(len(keys), " keys in the slot"))
	for _, key := range keys {
		testkit.NoError(t, a.Migrate(t.Context(), "127.0.0.1", strconv.Itoa(nodes[to].port), key, 0, 5*time.Second).Err())
	}
	for _, c := range []*redis.Client{b, a} {
		testkit.NoError(t, c.Do(t.Context(), "cluster", "setslot", slot, "node", target).Err())
	}
}
